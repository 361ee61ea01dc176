# SPDX-License-Identifier: GPL-3.0-or-later
"""A port that somebody else has: who it is, and each way out, with real programs."""

import os
import socket
import subprocess
import sys
import urllib.request

import pyatspi
from desktop import BUTTONS, LABELS, SWITCHES, App, clipboard, has_state, press, tap, type_text

HOLDER = """
import socket, sys, time
family, address, port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
s = socket.socket(family)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((address, port))
s.listen()
print("up", flush=True)
time.sleep(300)
"""


class Holder:
    """Another program that has a port."""

    def __init__(self, folder, port, address="127.0.0.1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(int(family)), address, str(port)],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.pid = self.process.pid
        self.up = self.process.stdout.readline() == "up\n"

    def __enter__(self):
        assert self.up, "the port is not free"
        return self

    def __exit__(self, *_error):
        self.end()
        self.process.stdout.close()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def make_site(app, name, text="hello"):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def write_list(app, entries):
    """The list on disk: (folder, port, running)."""
    path = os.path.join(app.env["XDG_CONFIG_HOME"], "homeport")
    os.makedirs(path)
    with open(os.path.join(path, "servers.ini"), "w", encoding="utf-8") as file:
        for n, (folder, port, running) in enumerate(entries, 1):
            file.write(f"[server-{n}]\nfolder={folder}\nport={port}\nrunning={'true' if running else 'false'}\n")


def fetch(url):
    """The body; None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except OSError:
        return None


def can_bind(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port(after=0):
    # Above what the kernel hands out by itself.
    for port in range(61100 + 100 * after, 65000):
        with socket.socket() as probe, socket.socket(socket.AF_INET6) as probe6:
            try:
                probe.bind(("127.0.0.1", port))
                probe6.bind(("::1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no free port")


def has_focus(app, name):
    return has_state(app.find(BUTTONS, name), pyatspi.STATE_FOCUSED)


def go_to(app, name):
    """By the keyboard."""
    app.focus()
    for _step in range(40):
        if has_focus(app, name):
            return
        press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


def test_start_when_free():
    """The bar names the holder; it is killed, and the folder is served by itself."""
    with App() as app:
        port = free_port()
        write_list(app, [(make_site(app, "site"), port, False)])
        with Holder(make_site(app, "shop"), port) as holder:
            app.start()
            app.find(LABELS, contains(f"Port {port} is used by", "python3", f"pid {holder.pid}", "~/shop", "started"), 30)
            app.click("Start When Free")
            app.find(LABELS, contains("as soon as the port is free"))
            app.find(LABELS, contains(f"Waiting for port {port}"))
            # No is an answer, too.
            app.click("Cancel")
            app.gone(LABELS, contains("as soon as the port is free"))
            go_to(app, "Start When Free")
            press("space")
            app.find(LABELS, contains("as soon as the port is free"))
            tap.wait_for(lambda: has_focus(app, "Cancel"), "the focus on Cancel")
            holder.end()
            tap.wait_for(lambda: fetch(f"http://127.0.0.1:{port}/") == "hello", "the page", 30)
            app.find(BUTTONS, "Stop Serving")
            app.gone(LABELS, contains("is used by"))
            # The bar is gone, and with it what had the focus.
            tap.wait_for(lambda: has_focus(app, "Copy"), "the focus on Copy")


def test_stop_the_holder():
    with App() as app:
        port = free_port()
        write_list(app, [(make_site(app, "site"), port, False)])
        with Holder(make_site(app, "shop"), port) as holder:
            app.start()
            app.find(LABELS, contains(f"Port {port} is used by", "python3"), 30)
            app.click(lambda name: name == "Stop python3…")
            app.find(LABELS, contains(f"port {port}", f"pid {holder.pid}"))
            app.click(lambda name: name in ("Stop", "_Stop", "_Stop Stop"))
            app.find(LABELS, contains("has stopped"), 20)
            tap.equal(holder.process.wait(10), -15)
            app.gone(LABELS, contains("is used by"), 30)
            app.click("Start Serving")
            tap.wait_for(lambda: fetch(f"http://127.0.0.1:{port}/") == "hello", "the page", 30)


def test_another_folder_has_it():
    with App() as app:
        port = free_port()
        write_list(app, [(make_site(app, "docs", "docs"), port, False), (make_site(app, "photos", "photos"), port, True)])
        app.start()
        tap.wait_for(lambda: fetch(f"http://127.0.0.1:{port}/") == "photos", "the other folder", 30)
        app.find(LABELS, contains(f"{port}", "photos", "running now"), 30)
        app.click("Switch")
        tap.wait_for(lambda: fetch(f"http://127.0.0.1:{port}/") == "docs", "this folder", 30)
        app.gone(LABELS, contains("running now"))


def test_somebody_else_is_localhost():
    """Who listens on [::1] may get what was meant for us: a warning, and the address that is sure."""
    with App() as app:
        port = free_port()
        write_list(app, [(make_site(app, "site"), port, True)])
        app.start()
        tap.wait_for(lambda: fetch(f"http://127.0.0.1:{port}/") == "hello", "the page", 30)
        other = Holder(app.home, port, "::1")
        try:
            if not other.up:
                raise tap.Skip("there is no [::1] to listen on, or it is ours")
            app.find(LABELS, contains(f"localhost:{port} may lead to python3"), 30)
            app.click("Copy 127.0.0.1 Address")
            tap.wait_for(lambda: clipboard() == f"http://127.0.0.1:{port}/", "the sure address in the clipboard")
            app.find(SWITCHES, "Serve site")
        finally:
            other.end()
            other.process.stdout.close()
        app.gone(BUTTONS, "Copy 127.0.0.1 Address", 30)


def test_a_typed_port_is_held():
    """Nobody takes the port while one thinks about it; it is let go with the dialog."""
    with App() as app:
        port, other = free_port(), free_port(after=1)
        write_list(app, [(make_site(app, "site"), port, False)])
        app.start()
        app.find(SWITCHES, "Serve site")
        app.focus()
        app.activate_window("win.change-port")
        app.find(BUTTONS, contains("Apply"))
        entry = tap.wait_for(lambda: app.seen(("text", "entry", "text box"), "Port"), "the entry")
        type_text(entry, str(other))
        tap.wait_for(lambda: not can_bind(other), "the port to be held")
        app.click(contains("Cancel"))
        tap.wait_for(lambda: can_bind(other), "the port to be let go", 20)


tap.run()
