# SPDX-License-Identifier: GPL-3.0-or-later
"""The help: F1 and the buttons that lead to its pages, with a viewer of our own and without any."""

import os
import socket

from desktop import BUTTONS, LABELS, App, clipboard, press, tap

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
