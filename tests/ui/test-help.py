# SPDX-License-Identifier: GPL-3.0-or-later
"""The help: F1 and the buttons that lead to its pages, with a viewer of our own and without any."""

import json
import os
import socket
import subprocess
import sys
import urllib.request

from desktop import BUTTONS, LABELS, SWITCHES, App, clipboard, has_state, matches, press, pyatspi, tap

VIEWER = """[Desktop Entry]
Type=Application
Name=Viewer
Exec={script} %u
MimeType=x-scheme-handler/help;
"""


def make_site(app):
    folder = os.path.join(app.home, "site")
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write("hello")
    return folder


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def install_viewer(app):
    """A program for help: that writes down what it was to show. Returns how to read that."""
    script, shown = os.path.join(app.home, "viewer"), os.path.join(app.home, "shown")
    write(script, f'#!/bin/sh\nprintf "%s\\n" "$1" >>"{shown}"\n')
    os.chmod(script, 0o755)
    write(os.path.join(app.env["XDG_DATA_HOME"], "applications", "viewer.desktop"), VIEWER.format(script=script))
    write(os.path.join(app.env["XDG_CONFIG_HOME"], "mimeapps.list"),
          "[Default Applications]\nx-scheme-handler/help=viewer.desktop\n")

    def read():
        try:
            with open(shown, encoding="utf-8") as file:
                return file.read().split()
        except FileNotFoundError:
            return []

    return read


def uninstall_viewers(app):
    """Whatever this computer has."""
    write(os.path.join(app.env["XDG_CONFIG_HOME"], "mimeapps.list"),
          "[Removed Associations]\nx-scheme-handler/help="
          "yelp.desktop;org.gnome.Yelp.desktop;org.kde.khelpcenter.desktop;org.kde.Help.desktop;\n")


def test_help_is_shown():
    with App() as app:
        shown = install_viewer(app)
        app.start(make_site(app))
        app.find(BUTTONS, "Copy")
        press("F1")
        tap.wait_for(lambda: shown() == ["help:homeport"], "the help")
        # From the check to the page about browsers.
        app.activate_window("win.check")
        app.click("Help")
        tap.wait_for(lambda: shown()[1:] == ["help:homeport/browser-error"], "the page about browsers")
        # A name from outside stays a name.
        app.activate("app.help-page", "ports#taken")
        tap.wait_for(lambda: shown()[2:] == ["help:homeport/ports#taken"], "the page about ports")
        app.activate("app.help-page", "../../etc?x y")
        tap.wait_for(lambda: shown()[3:] == ["help:homeport/..%2F..%2Fetc%3Fx%20y"], "a strange name")


def test_problem_leads_to_help():
    with App() as app, socket.socket() as holder:
        shown = install_viewer(app)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        write(os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini"),
              f"[server-1]\nfolder={make_site(app)}\nport={holder.getsockname()[1]}\nrunning=true\n")
        app.start()
        app.click("Help")
        tap.wait_for(lambda: shown() == ["help:homeport/ports#taken"], "the page about the problem")
        # As its key does, while the keyboard is in the bar.
        app.focus()
        tab_to(app, "Help")
        press("F1")
        tap.wait_for(lambda: shown()[1:] == ["help:homeport/ports#taken"], "the same page by its key")


class Reader:
    """Opens dialogs, presses F1 in each and closes it."""

    def __init__(self, app):
        self.app, self.shown, self.n = app, install_viewer(app), 0

    def see(self, page, where):
        """Without a window manager the keys go nowhere until somebody says where."""
        self.app.focus()
        press("F1")
        tap.wait_for(lambda: len(self.shown()) > self.n, f"the help of {where}")
        tap.equal(self.shown()[self.n:], [f"help:homeport/{page}" if page else "help:homeport"], f"in {where}")
        self.n += 1

    def look(self, page, name, role=None, keep=False):
        """In the dialog that has something of this name."""
        self.app.find(role, name)
        self.see(page, name if isinstance(name, str) else page)
        if not keep:
            press("Escape")
            self.app.gone(role, name)
            self.app.focus()


def test_help_of_every_dialog():
    with App() as app:
        reader = Reader(app)
        app.start(make_site(app))
        app.find(BUTTONS, "Copy")
        reader.see(None, "the window")
        app.activate_window("win.rename")
        reader.look("first-steps#change", contains("Apply"), BUTTONS)
        app.activate_window("win.change-port")
        reader.look("ports#choose", contains("Apply"), BUTTONS)
        app.activate_window("win.check")
        reader.look("browser-error", contains("Check Again"), BUTTONS)
        app.activate_window("win.filter-help")
        reader.look("filter", contains("status>=400"))
        app.activate_window("win.log-file")
        reader.look("log#export", contains("Format"))
        app.activate("app.preferences")
        reader.look("preferences", "Keep Running in the Background", SWITCHES)
        app.activate_window("win.show-help-overlay")
        reader.look("keys", contains("Start or stop serving"))
        app.activate("app.about")
        reader.look("index", contains("The Homeport developers"))


def test_help_follows_the_keyboard():
    with App() as app:
        reader = Reader(app)
        site = make_site(app)
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        reader.see("first-steps", "the empty window")
        app.activate("app.add-folder", site)
        app.find(BUTTONS, "Copy")
        app.activate_window("win.filter")
        focused(app, "Filter Requests")
        reader.see("filter", "the filter")
        # Without anything in the filter Escape goes on to the rows.
        tap.wait_for(lambda: ask(app) == 200, "a request")
        app.find(None, contains("GET /, status 200"))
        app.focus()
        press("Escape", "Home")
        focused(app, contains("GET /, status 200"))
        reader.see("log", "the rows")
        press("F9")
        app.find(BUTTONS, contains("opy as cURL"))
        tab_to(app, contains("opy as cURL"))
        reader.see("log", "the pane of a request")
        app.activate_window("win.show-ports")
        app.find(None, contains("Port ", ","))
        reader.see("ports#all", "the ports")


def ask(app):
    address = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name
    with urllib.request.urlopen(address, timeout=20) as answer:
        answer.read()
        return answer.status


def tab_to(app, name):
    """From wherever the keyboard is, to a button."""
    before = app.seen_focus()
    for _ in range(50):
        if before and matches(before, BUTTONS, name):
            return
        press("Tab")
        before = tap.wait_for(lambda: (lambda now: now if now != before else None)(app.seen_focus()), "the keyboard elsewhere")
    raise AssertionError(f"Tab never came to {name}")


def focused(app, name):
    tap.wait_for(lambda: any(has_state(node, pyatspi.STATE_FOCUSED) for node in app.each(None, name)), f"the cursor in {name}")


def test_help_of_questions():
    with App() as app:
        reader = Reader(app)
        site = make_site(app)
        holder = subprocess.Popen(
            [sys.executable, "-c", "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen();"
             " print(s.getsockname()[1], flush=True); sys.stdin.read()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = int(holder.stdout.readline())
            write(os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini"),
                  f"[server-1]\nfolder={site}\nport={port}\nrunning=true\n")
            app.start()
            app.click(contains("Stop ", "…"))
            reader.look("ports#taken", contains("is asked to end"), LABELS)

            other = os.path.join(app.home, "other")
            write(os.path.join(other, ".homeport.ini"), "[server]\nlist-folders=false\n")
            app.activate("app.add-folder", other)
            reader.look("first-steps#settings", contains("This folder brings settings"), LABELS)

            path = os.path.join(app.home, "list.json")
            write(path, json.dumps({"format": "homeport-servers", "version": 1, "servers": [{"folder": "/nonexistent/folder"}]}))
            app.activate("app.import-list", "file://" + path)
            reader.look("first-steps#move", contains("the folder was not found"), LABELS)
        finally:
            holder.kill()
            holder.communicate()


HAR = {"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": [{
    "startedDateTime": "2026-11-25T14:02:11.000Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
    "request": {"method": "GET", "url": "http://localhost:8080/saved.html", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
                "queryString": [], "headersSize": -1, "bodySize": 0},
    "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "redirectURL": "",
                 "content": {"size": 5, "mimeType": "text/html"}, "headersSize": -1, "bodySize": 5}}]}}


def test_help_of_a_saved_log():
    """Its window is there without the other one."""
    with App() as app:
        reader = Reader(app)
        path = os.path.join(app.home, "saved.har")
        write(path, json.dumps(HAR))
        app.start(path)
        app.find(None, contains("/saved.html", "200"))
        reader.see("log", "the saved log")
        press("ctrl+f")
        focused(app, "Filter Requests")
        reader.see("filter", "its filter")
        press("ctrl+e")
        reader.look("log#export", contains("Format"))


def test_without_a_viewer():
    with App() as app:
        uninstall_viewers(app)
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        app.focus()
        press("F1")
        app.find(LABELS, contains("man homeport"))
        app.click(contains("opy Command"))
        tap.wait_for(lambda: clipboard() == "man homeport", "the command in the clipboard")
        app.gone(LABELS, contains("man homeport"))


tap.run()
