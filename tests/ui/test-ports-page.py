# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of all ports, with listeners that the test opens and closes itself."""

import os
import socket
import subprocess
import sys

import pyatspi
from desktop import BUTTONS, LABELS, SWITCHES, App, clipboard, has_state, press, tap, type_text

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "Shop/1.0", ""
    def do_GET(self):
        body = b"<title>Fine things</title>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Program:
    """Somebody's program that listens on a port of its own."""

    def __init__(self, folder, ignores_term=False):
        script = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" if ignores_term else ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", script + SERVER], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        self.pid = self.process.pid
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def row(port, *words):
    return lambda name: (name or "").startswith(f"Port {port},") and all(word in name for word in words)


def show_ports(app):
    app.focus()
    press("ctrl+shift+p")
    return app.find(("text", "entry", "text box"), contains("Search ports"))


def make_folder(app, name):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    return folder


def choose(app, port):
    """Finds the port by the search and selects it."""
    type_text(app.find(("text", "entry", "text box"), contains("Search ports")), str(port))
    app.find(LABELS, row(port))
    tap.wait_for(lambda: all(row(port)(node.name) for node in app.all(LABELS, contains("Port ", ", TCP"))), "only the match")
    app.focus()
    press("ctrl+f", "Return")
    app.find(BUTTONS, "Close the Details")


def test_listeners_come_and_go():
    with App() as app:
        app.start()
        # Also with an empty list of folders, and back.
        app.find(BUTTONS, contains("Choose Folder"))
        show_ports(app)
        local, network = socket.create_server(("127.0.0.1", 0)), socket.create_server(("0.0.0.0", 0))
        with local, network:
            port = local.getsockname()[1]
            app.find(LABELS, row(port, "This computer only", f"pid {os.getpid()}"), 30)
            app.find(LABELS, row(network.getsockname()[1], "Reachable from the network"), 30)
        tap.wait_for(lambda: not app.all(LABELS, row(port)), "the closed port to go", 30)
        app.focus()
        press("ctrl+shift+s")
        app.find(BUTTONS, contains("Choose Folder"))


def test_search_and_details():
    with App() as app, Program(make_folder(app, "shop")) as program:
        app.start(make_folder(app, "site"))
        app.find(SWITCHES, "Serve site")
        show_ports(app)
        app.find(LABELS, row(program.port, "shop"), 30)
        choose(app, program.port)
        app.find(LABELS, contains("-c ", "http.server"))
        app.find(LABELS, contains(str(program.pid)))
        # Ask It: one request, told in the row and in the details.
        app.click("Ask It")
        app.find(LABELS, row(program.port, "“Fine things”", "Shop/1.0"), 30)
        app.click("Copy Address")
        tap.wait_for(lambda: clipboard() == f"http://localhost:{program.port}/", "the address in the clipboard")
        app.click("Close the Details")
        app.gone(BUTTONS, "Close the Details")
        # No match says so, and offers the way back.
        type_text(app.find(("text", "entry", "text box"), contains("Search ports")), "no such thing")
        app.click("Show All Ports")
        app.find(LABELS, row(program.port))


def test_ours_leads_to_the_folder():
    with App() as app:
        app.start(make_folder(app, "site"))
        url = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name
        port = int(url.rstrip("/").rsplit(":", 1)[1])
        show_ports(app)
        app.find(LABELS, row(port, "site", "served by Homeport"), 30)
        choose(app, port)
        assert not app.seen(BUTTONS, contains("Stop…")), "Homeport offers to stop itself"
        app.click("Go to Folder")
        app.find(BUTTONS, "Stop Serving")
        tap.wait_for(lambda: has_state(app.find(BUTTONS, "Copy"), pyatspi.STATE_FOCUSED), "the page of the folder")


def test_stop_a_program():
    with App() as app, Program(make_folder(app, "shop")) as program:
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        show_ports(app)
        app.find(LABELS, row(program.port, "shop"), 30)
        choose(app, program.port)
        app.click(contains("Stop…"))
        # No is an answer.
        app.click(contains("Cancel"))
        app.gone(BUTTONS, contains("Cancel"))
        tap.equal(program.process.poll(), None)
        app.click(contains("Stop…"))
        app.click(lambda name: name in ("Stop", "_Stop", "_Stop Stop"))
        app.find(LABELS, contains("has stopped"), 20)
        tap.equal(program.process.wait(10), -15)
        tap.wait_for(lambda: not app.all(LABELS, row(program.port)), "the port to go", 30)


def test_stop_by_force():
    with App() as app, Program(make_folder(app, "shop"), ignores_term=True) as program:
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        show_ports(app)
        app.find(LABELS, row(program.port, "shop"), 30)
        choose(app, program.port)
        app.click(contains("Stop…"))
        app.click(lambda name: name in ("Stop", "_Stop", "_Stop Stop"))
        app.find(LABELS, contains("is still running"), 20)
        tap.equal(program.process.poll(), None)
        app.click("Force Stop")
        app.find(LABELS, contains("has stopped"), 20)
        tap.equal(program.process.wait(10), -9)


tap.run()
