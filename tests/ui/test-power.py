# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads and sleep, the end of the session, and what was asleep: against a session manager and a
login1 of our own."""

import contextlib
import os
import socket
import subprocess
import threading

from desktop import BUTTONS, LABELS, SWITCHES, App, tap
from gi.repository import Gio, GLib

INTERFACES = Gio.DBusNodeInfo.new_for_xml("""
<node><interface name='org.gnome.SessionManager'>
  <method name='RegisterClient'>
    <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='o' direction='out'/>
  </method>
  <method name='UnregisterClient'><arg type='o' direction='in'/></method>
  <method name='Inhibit'>
    <arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
    <arg type='u' direction='in'/><arg type='u' direction='out'/>
  </method>
  <method name='Uninhibit'><arg type='u' direction='in'/></method>
  <property name='SessionIsActive' type='b' access='read'/>
</interface>
<interface name='org.gnome.SessionManager.ClientPrivate'>
  <method name='EndSessionResponse'><arg type='b' direction='in'/><arg type='s' direction='in'/></method>
  <signal name='QueryEndSession'><arg type='u'/></signal>
  <signal name='EndSession'><arg type='u'/></signal>
</interface></node>""").interfaces

PROGRAM_ID = "app.homeport.Homeport"
MANAGER = "/org/gnome/SessionManager"
CLIENT, OTHER = MANAGER + "/Client1", MANAGER + "/Client2"
SUSPEND = 4  # GTK_APPLICATION_INHIBIT_SUSPEND
LARGE = 64 * 1024 * 1024


class Session:
    """What a desktop has of it, in a thread of its own; the bus stands for that of the system, too."""

    def __init__(self):
        self.clients, self.responses = [], []
        self.inhibitors, self.n_inhibited = {}, 0
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        self.context.push_thread_default()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        for path, interface in zip((MANAGER, CLIENT), INTERFACES):
            self.bus.register_object(path, interface, self.called, self.asked, None)
        for name in ("org.gnome.SessionManager", "org.freedesktop.login1"):
            self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                               GLib.Variant("(su)", (name, 4)), None, 0, -1, None)
        self.ready.set()
        self.loop.run()

    def asked(self, _bus, _sender, _path, _interface, _property):
        return GLib.Variant("b", True)

    def called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        values, answer = parameters.unpack(), None
        if method == "RegisterClient":
            # The accessibility bus wants to be one, too.
            path = CLIENT if values[0] == PROGRAM_ID else OTHER
            self.clients.append(path)
            answer = GLib.Variant("(o)", (path,))
        elif method == "UnregisterClient":
            self.clients.remove(values[0])
        elif method == "Inhibit":
            self.n_inhibited += 1
            self.inhibitors[self.n_inhibited] = values
            answer = GLib.Variant("(u)", (self.n_inhibited,))
        elif method == "Uninhibit":
            del self.inhibitors[values[0]]
        else:
            self.responses.append(values[0])
        invocation.return_value(answer)

    def tell(self, signal):
        self.bus.emit_signal(None, CLIENT, "org.gnome.SessionManager.ClientPrivate", signal, GLib.Variant("(u)", (0,)))

    def sleep(self, begins):
        self.bus.emit_signal(None, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
                             GLib.Variant("(b)", (begins,)))

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(60)
        return self

    def __exit__(self, *_error):
        self.context.invoke_full(0, self.loop.quit)
        self.thread.join()
        self.bus.close_sync(None)


@contextlib.contextmanager
def serving():
    """A session, and the program in it, which serves a folder with a large file."""
    with Session() as session, App() as app:
        app.env["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        folder = os.path.join(app.home, "site")
        os.makedirs(folder)
        with open(os.path.join(folder, "large.bin"), "wb") as file:
            file.truncate(LARGE)
        with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
            file.write("Hello")
        app.start(folder)
        app.find(SWITCHES, "Serve site")
        url = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name
        app.port = int(url.rstrip("/").rsplit(":", 1)[1])
        yield session, app


def ask(port, path, window=None):
    client = socket.socket()
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET /{path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    return client


class Reader:
    """Takes an answer slowly, but takes it."""

    def __init__(self, client):
        self.client, self.done = client, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.done.wait(0.05) and self.client.recv(4096):
            pass

    def end(self):
        self.done.set()
        self.thread.join()
        self.client.close()


def test_awake_while_downloading():
    with serving() as (session, app):
        tap.wait_for(lambda: CLIENT in session.clients, "the program in the session", 30)
        with ask(app.port, "") as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
            # Nothing to stay awake for, however long the connection is kept.
            reader = Reader(ask(app.port, "large.bin", 4096))
            try:
                tap.wait_for(lambda: session.inhibitors, "the computer to be kept awake", 30)
            finally:
                reader.end()
        tap.wait_for(lambda: not session.inhibitors, "the computer to be let go", 30)
        tap.equal(session.n_inhibited, 1)


def test_asleep_with_the_reader():
    with serving() as (session, app):
        # It has taken the begin, and then takes nothing, as a browser that waits for an answer.
        with ask(app.port, "large.bin", 4096) as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
            tap.wait_for(lambda: session.inhibitors, "the computer to be kept awake", 30)
            name, _window, reason, flags = next(iter(session.inhibitors.values()))
            tap.equal((name, flags), (PROGRAM_ID, SUSPEND))
            assert "download" in reason, reason
            tap.wait_for(lambda: not session.inhibitors, "the computer to be let go", 60)


def test_end_of_session():
    with serving() as (session, app):
        tap.wait_for(lambda: CLIENT in session.clients, "the program in the session", 30)
        with ask(app.port, "large.bin", 4096) as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
            session.tell("QueryEndSession")
            tap.wait_for(lambda: session.responses == [True], "the program to agree", 30)
            tap.equal(app.process.poll(), None)
            session.tell("EndSession")
            tap.equal(app.process.wait(30), 0)
        tap.equal((session.responses, CLIENT in session.clients), ([True, True], False))

        # What ran is kept as such. With a log file: what was answered, or cut off, last is in it.
        write_log(app)
        app.start()
        tap.wait_for(lambda: CLIENT in session.clients, "the program in the session, again", 30)
        tap.wait_for(lambda: try_connect(app.port), "the folder to be served again", 30).close()
        with ask(app.port, "last.html") as client, ask(app.port, "large.bin", 4096) as reader:
            assert client.recv(4096).startswith(b"HTTP/1.1 404")
            assert reader.recv(4096).startswith(b"HTTP/1.1 200")
            session.tell("EndSession")
            tap.equal(app.process.wait(30), 0)
        with open(os.path.join(app.home, "log"), encoding="utf-8") as file:
            text = file.read()
        assert "GET /last.html" in text and "GET /large.bin" in text, text


def write_log(app):
    path = os.path.join(app.home, "config", "homeport", "servers.ini")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "running=true" in text, text
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("running=true", f"running=true\nlog-file={app.home}/log\nlog-format=clf"))


def try_connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), 5)
    except OSError:
        return None


def test_hang_up():
    with serving() as (_session, app):
        app.process.send_signal(1)
        tap.equal(app.process.wait(30), 0)
        with open(os.path.join(app.home, "config", "homeport", "servers.ini"), encoding="utf-8") as file:
            assert "running=true" in file.read()


def minimize(app):
    """As a window manager would say it."""
    subprocess.run(["xprop", "-id", app.window, "-f", "_NET_WM_STATE", "32a", "-set", "_NET_WM_STATE",
                    "_NET_WM_STATE_HIDDEN"], check=True)


def test_resume():
    with serving() as (session, app):
        app.click("Stop Serving")
        app.gone(BUTTONS, "Stop Serving")
        # Nobody looks, so nothing is looked at but after sleep.
        minimize(app)
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with holder:
            tap.wait_for(lambda: try_bind(holder, app.port), "the port to be let go", 30)
            holder.listen()
            session.sleep(True)
            session.sleep(False)
            app.find(LABELS, lambda name: (name or "").startswith(f"{app.port} used by"), 30)


def try_bind(holder, port):
    try:
        holder.bind(("127.0.0.1", port))
        return True
    except OSError:
        return False


tap.run()
