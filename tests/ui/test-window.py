# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a person uses it: the real program, the real display, real sockets."""

import os
import subprocess
import sys
import urllib.error
import urllib.request

import pyatspi
from desktop import BUTTONS, LABELS, PROGRAM, SWITCHES, App, click, clipboard, has_state, press, tap, type_text, walk

HOLDER = """
import socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
print("up", flush=True)
time.sleep(120)
"""


class Holder:
    """Another program that has a port."""

    def __init__(self, port):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(port)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "up\n", f"port {port} is not free"
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def make_site(app, name, text="hello"):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def read_list(app):
    with open(os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini"), encoding="utf-8") as file:
        return file.read()


def fetch(url):
    """(status, body); None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return None


def address(app):
    """The address as the page shows it."""
    node = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:"))
    return node.name


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def port_of(url):
    return int(url.rstrip("/").rsplit(":", 1)[1])


def other_address(app, old):
    return tap.wait_for(lambda: (lambda now: now if now != old else None)(address(app)), "another address")


def test_serve_copy_watch_stop():
    """The main job: open a folder, copy its address, see the requests, stop."""
    with App() as app:
        site = make_site(app, "my-website")
        app.start(site)
        url = address(app)
        assert port_of(url) >= 62893, url
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page")

        # The focus is on Copy, so Return copies.
        copy = app.find(BUTTONS, "Copy")
        tap.wait_for(lambda: has_state(copy, pyatspi.STATE_FOCUSED), "the focus on Copy")
        tap.equal(clipboard().strip(), "", "the clipboard before anybody copied:")
        press("Return")
        tap.wait_for(lambda: clipboard() == url, f"{url} in the clipboard")
        app.find(None, contains("Copied", url))

        app.find(LABELS, contains("GET /", "status 200"))
        subprocess.run(["curl", "-s", "-o", os.devnull, url + "nothing.png"], check=True)
        app.find(LABELS, contains("GET /nothing.png", "status 404"), 2)

        app.click("Stop Serving")
        app.find(BUTTONS, "Start Serving")
        tap.equal(fetch(url), None)
        app.click("Start Serving")
        app.find(BUTTONS, "Stop Serving")
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page again")
        # The log of before is still there.
        app.find(LABELS, contains("GET /nothing.png", "status 404"))
        app.click("Clear the Requests")
        app.gone(LABELS, contains("GET /nothing.png"))
        app.find(LABELS, "No requests yet")


def test_empty_window_and_drop_target():
    with App() as app:
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        site = make_site(app, "dropped")
        drop(app, site)
        tap.wait_for(lambda: fetch(address(app)) == (200, "hello"), "the dropped folder")
        # A file is told apart, and nothing is added.
        drop(app, os.path.join(site, "index.html"))
        app.find(None, contains("is a file"))


def drop(app, path):
    """Drags from another program's window onto ours."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drag-source.py")
    with subprocess.Popen([sys.executable, script, path], stdout=subprocess.PIPE, text=True, env=app.env) as source:
        try:
            window = source.stdout.readline().strip()
            subprocess.run(["xdotool", "windowmove", "--sync", window, "1150", "100"], check=True)
            for words in (
                ["mousemove", "1190", "140", "mousedown", "1"],
                ["mousemove", "1180", "150"],
                ["mousemove", "900", "400"],
                ["mousemove", "500", "400"],
                ["mousemove", "505", "405"],
                ["mouseup", "1"],
            ):
                subprocess.run(["xdotool", *words, "sleep", "0.15"], check=True)
            tap.equal(source.stdout.readline().strip(), "done")
        finally:
            source.kill()


def test_choose_folder():
    with App() as app:
        site = make_site(app, "chosen")
        app.start()
        app.click(contains("Choose Folder"))
        app.find(BUTTONS, contains("Serve"))
        app.answer_chooser(site)
        tap.wait_for(lambda: app.seen(LABELS, contains("http://localhost:")), "the page of the folder")
        tap.wait_for(lambda: fetch(address(app)) == (200, "hello"), "the chosen folder")


def test_second_call_goes_to_the_first():
    with App() as app:
        first, second, third = (make_site(app, name, name) for name in ("one", "two", "three"))
        app.start(first)
        url = address(app)
        result = subprocess.run([PROGRAM, second, third], env=app.env, timeout=20)
        tap.equal(result.returncode, 0)
        last = tap.wait_for(
            lambda: (lambda now: now if fetch(now) == (200, "three") else None)(address(app)), "the last folder's page"
        )
        ports = {port_of(url), port_of(last)}
        tap.equal(len(ports), 2)
        for name in ("one", "two", "three"):
            app.find(SWITCHES, f"Serve {name}")
        # Known folders are selected, not added again.
        subprocess.run([PROGRAM, first], env=app.env, timeout=20, check=True)
        tap.wait_for(lambda: address(app) == url, "the first folder's page")
        tap.equal(len(app.all(SWITCHES, "Serve one")), 1)
        # What a desktop's "Open With" does.
        app.activate("app.add-folder", second)
        tap.wait_for(lambda: fetch(address(app)) == (200, "two"), "the second folder's page")


def test_port_conflict():
    with App() as app:
        app.start(make_site(app, "site"))
        url = address(app)
        port = port_of(url)
        switch = app.find(SWITCHES, "Serve site")
        click(switch)
        tap.wait_for(lambda: fetch(url) is None, "the port let go")
        tap.wait_for(lambda: not has_state(switch, pyatspi.STATE_CHECKED), "the switch to be off")

        with Holder(port) as holder:
            # Seen before anybody tries to start …
            app.find(None, contains(str(port), "python3"), 3)
            app.find(LABELS, contains(str(port), "python3", str(holder.pid)), 3)
            # … and told again by the try itself.
            app.click("Start Serving")
            app.find(LABELS, contains(str(port), "python3", str(holder.pid)))
            app.click(contains("Use ", "Once"))
            other = other_address(app, url)
            tap.wait_for(lambda: fetch(other) == (200, "hello"), "the page on the other port")
            app.find(LABELS, contains(str(port_of(other)), str(port)))
            app.click("Stop Serving")
            tap.wait_for(lambda: fetch(other) is None, "the other port let go")
            app.find(LABELS, contains(str(port), "python3", str(holder.pid)), 3)
        # Clears by itself, and the assigned port is still the old one.
        app.gone(LABELS, contains(str(port), "python3"), 3)
        app.click("Start Serving")
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page on its own port")


def open_dialog(app, action):
    app.focus()
    app.activate_window(action)
    return app.find(None, "Port")


def entries(app):
    return [n for n in walk(app.root) if n.getRoleName() in ("text", "entry", "text box") and has_state(n, pyatspi.STATE_EDITABLE)]


def test_rename_and_change_port():
    with App() as app:
        app.start(make_site(app, "site"))
        app.find(SWITCHES, "Serve site")
        url = address(app)
        app.focus()
        press("F2")
        app.find(BUTTONS, contains("Apply"))
        name, port = entries(app)[-2:]
        type_text(name, "My Shop")
        for text, words in {
            "70000": "65535", "0": "65535", "abc": "65535", "6000": "browsers refuse",
        }.items():
            type_text(port, text)
            app.find(LABELS, contains(words))
            apply = app.find(BUTTONS, contains("Apply"))
            tap.equal(has_state(apply, pyatspi.STATE_SENSITIVE), text == "6000", text)
        with Holder(port_of(url) + 7):
            type_text(port, str(port_of(url) + 7))
            app.find(LABELS, contains("python3"))
        type_text(port, str(port_of(url) + 9))
        app.click(contains("Apply"))
        new = other_address(app, url)
        tap.equal(port_of(new), port_of(url) + 9)
        tap.wait_for(lambda: fetch(new) == (200, "hello"), "the page on the new port")
        tap.equal(fetch(url), None)
        app.find(SWITCHES, "Serve My Shop")
        app.click("Undo")
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page on the old port again")
        # The port it had for a while is offered.
        app.activate_window("win.change-port")
        app.click(f"Use Port {port_of(new)} Again")
        app.click(contains("Apply"))
        tap.wait_for(lambda: fetch(new) == (200, "hello"), "the page on the former port")


def test_locate_folder():
    """A folder that has moved is found again: same port, and it serves on."""
    with App() as app:
        site = make_site(app, "site")
        app.start(site)
        url = address(app)
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page")
        app.click("Stop Serving")
        app.find(BUTTONS, "Start Serving")
        moved = os.path.join(app.home, "moved")
        os.rename(site, moved)
        app.click("Start Serving")
        app.find(LABELS, contains("was not found"))
        app.click(contains("Locate"))
        app.find(BUTTONS, contains("Choose"))
        app.answer_chooser(moved)
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "the page from the new place", 20)
        app.find(SWITCHES, "Serve moved")
        app.gone(LABELS, contains("was not found"))


def test_remove_and_undo():
    with App() as app:
        app.start(make_site(app, "one", "one"), make_site(app, "two", "two"))
        app.find(SWITCHES, "Serve one")
        url = tap.wait_for(lambda: address(app) if fetch(address(app)) == (200, "two") else None, "the second page")
        app.activate_window("win.remove")
        app.gone(SWITCHES, "Serve two")
        tap.wait_for(lambda: fetch(url) is None, "the removed folder's port let go")
        app.click("Undo")
        app.find(SWITCHES, "Serve two")
        tap.wait_for(lambda: fetch(url) == (200, "two"), "the removed folder served again")
        tap.wait_for(lambda: address(app) == url, "its page")
        # The same by keyboard only.
        app.focus()
        app.activate_window("win.remove")
        app.gone(SWITCHES, "Serve two")
        press("ctrl+z")
        app.find(SWITCHES, "Serve two")


def test_messages_in_quick_succession():
    """Messages that come and go while they slide in or out."""
    with App() as app:
        app.start(make_site(app, "one", "one"), make_site(app, "two", "two"))
        app.find(SWITCHES, "Serve two")
        for actions in (["copy-address"] * 8, ["remove", "undo-last"] * 6, ["remove", "copy-address", "undo-last"] * 4):
            for action in actions:
                app.activate_window("win." + action)
        app.find(SWITCHES, "Serve one")
        app.find(SWITCHES, "Serve two")


def test_killed_and_started_again():
    with App() as app:
        one, two, three = (make_site(app, name, name) for name in ("one", "two", "three"))
        app.start(one, two, three)
        app.find(SWITCHES, "Serve three")
        urls = {}
        for number, name in enumerate(("one", "two", "three"), 1):
            app.focus()
            press(f"alt+{number}")
            urls[name] = tap.wait_for(
                lambda: address(app) if fetch(address(app)) == (200, name) else None, f"the page of {name}"
            )
        click(app.find(SWITCHES, "Serve two"))
        tap.wait_for(lambda: fetch(urls["two"]) is None, "two stopped")
        tap.wait_for(lambda: "running=false" in read_list(app), "two kept as stopped")
        app.kill()
        os.rename(three, three + "-away")

        app.start()
        tap.wait_for(lambda: fetch(urls["one"]) == (200, "one"), "one served again")
        tap.equal(fetch(urls["two"]), None)
        app.find(SWITCHES, "Serve two")
        app.find(LABELS, contains("not found"))


def test_broken_list_is_told():
    with App() as app:
        folder = os.path.join(app.env["XDG_CONFIG_HOME"], "homeport")
        os.makedirs(folder)
        path = os.path.join(folder, "servers.ini")
        site = make_site(app, "good")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"[server-1]\nport=lots\nfolder={site}\n[server-2]\nfolder={site}\nport=62990\nrunning=true\n")
        app.start()
        app.find(None, contains("could not be read"))
        tap.wait_for(lambda: fetch("http://localhost:62990/") == (200, "hello"), "the good entry")
        app.focus()
        press("alt+1")
        click(app.find(SWITCHES, "Serve good"))
        tap.wait_for(lambda: fetch("http://localhost:62990/") is None, "the good entry stopped")
        tap.wait_for(lambda: "running=false" in read_list(app), "the change in the file")
        assert "port=lots" in read_list(app)
        # It stays until somebody has seen it.
        app.find(None, contains("could not be read"))
        app.click("Dismiss")
        app.gone(None, contains("could not be read"))


def test_keys():
    with App() as app:
        app.start(make_site(app, "site"))
        url = address(app)
        tap.wait_for(lambda: fetch(url), "the page")
        app.focus()
        press("ctrl+shift+c")
        tap.wait_for(lambda: clipboard() == url, "the address in the clipboard")
        press("ctrl+Return")
        tap.wait_for(lambda: fetch(url) is None, "stopped by Ctrl+Return")
        press("ctrl+Return")
        tap.wait_for(lambda: fetch(url) == (200, "hello"), "started by Ctrl+Return")
        app.find(LABELS, contains("GET /", "status 200"))
        press("ctrl+l")
        app.gone(LABELS, contains("GET /", "status 200"))
        press("ctrl+question")
        app.find(None, contains("Shortcuts"))
        press("Escape")
        app.focus()
        press("ctrl+q")
        tap.equal(app.process.wait(10), 0)


def test_check():
    """It doesn't open: the check says why, and mends it."""
    with App() as app:
        app.start(make_site(app, "site"))
        app.click("Stop Serving")
        app.find(BUTTONS, "Start Serving")
        app.activate_window("win.check")
        app.find(LABELS, lambda name: "Nothing answers because" in (name or ""))
        app.click(lambda name: (name or "").removeprefix("_Start ") == "Start")
        app.find(BUTTONS, "Stop Serving")
        app.activate_window("win.check")
        app.find(LABELS, lambda name: "All is well" in (name or "") or "127.0.0.1" in (name or ""))
        app.find(LABELS, lambda name: (name or "").endswith("is answered."))


tap.run()
