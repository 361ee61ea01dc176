# SPDX-License-Identifier: GPL-3.0-or-later
"""Serving without a window: closing, the notification, and the commands in a terminal."""

import json
import os
import socket
import subprocess
import threading
import time

import pyatspi
from desktop import BUTTONS, LABELS, PROGRAM, SWITCHES, App, click, has_state, press, tap
from gi.repository import Gio, GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
INTERFACE = Gio.DBusNodeInfo.new_for_xml("""
<node><interface name='org.freedesktop.Notifications'>
  <method name='Notify'>
    <arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
    <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
    <arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>
  </method>
  <method name='CloseNotification'><arg type='u' direction='in'/></method>
  <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
  <signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
</interface></node>""").interfaces[0]


class Notifications:
    """The desktop's side of notifications, in a thread of its own."""

    def __init__(self, name=NOTIFICATIONS, path="/org/freedesktop/Notifications", interface=INTERFACE):
        self.name, self.path, self.interface = name, path, interface
        self.shown = {}  # id: (title, actions)
        self.last = 0
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        self.context.push_thread_default()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.bus.register_object(self.path, self.interface, self.called, None, None)
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                           GLib.Variant("(su)", (self.name, 4)), None, 0, -1, None)
        self.ready.set()
        self.loop.run()

    def called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        values = parameters.unpack()
        if method == "Notify":
            self.last = values[1] or self.last + 1
            self.shown[self.last] = values[3], values[5]
            invocation.return_value(GLib.Variant("(u)", (self.last,)))
        else:
            self.shown.pop(values[0], None)
            invocation.return_value(None)

    def titles(self):
        return [title for title, _ in self.shown.values()]

    def press(self, label):
        for number, (_, actions) in self.shown.items():
            if label in actions:
                key = actions[actions.index(label) - 1]
                self.bus.emit_signal(None, "/org/freedesktop/Notifications", NOTIFICATIONS, "ActionInvoked",
                                     GLib.Variant("(us)", (number, key)))
                return
        raise AssertionError(f"no button {label} in {self.shown}")

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(60)
        return self

    def __exit__(self, *_error):
        self.context.invoke_full(0, self.loop.quit)
        self.thread.join()
        self.bus.close_sync(None)


PORTAL = Gio.DBusNodeInfo.new_for_xml("""
<node><interface name='org.freedesktop.portal.Background'>
  <method name='RequestBackground'>
    <arg type='s' direction='in'/><arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>
  </method>
</interface></node>""").interfaces[0]


class Portal(Notifications):
    """The desktop's side of the question whether we may start at login."""

    def __init__(self, answer, results):
        super().__init__("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", PORTAL)
        self.answer, self.results = answer, results
        self.asked = []

    def called(self, _bus, sender, path, _interface, _method, parameters, invocation):
        options = parameters.unpack()[1]
        self.asked.append(options)
        request = f"{path}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
        invocation.return_value(GLib.Variant("(o)", (request,)))
        self.bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                             GLib.Variant("(ua{sv})", (self.answer, self.results)))


def make_folder(app, name):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write("hello")
    return folder


def command(app, *words, code=0):
    result = subprocess.run([PROGRAM, *words], env=app.env, capture_output=True, text=True, timeout=120)
    tap.equal(result.returncode, code, f"{words}: {result.stdout}{result.stderr}")
    return result.stdout if code == 0 else result.stderr


def listed(app):
    return {os.path.basename(server["folder"]): server for server in json.loads(command(app, "--list", "--json"))}


def wait_for_state(app, name, state):
    return tap.wait_for(lambda: (one := listed(app).get(name)) and one["state"] == state and one, f"{name} {state}")


def answers(server):
    return subprocess.run(["curl", "-s", server["address"]], capture_output=True, text=True).stdout == "hello"


def test_closing_the_window_goes_on_and_the_notification_ends_it():
    with Notifications() as desktop, App() as app:
        app.start(make_folder(app, "first"), make_folder(app, "second"))
        first = wait_for_state(app, "first", "running")
        wait_for_state(app, "second", "running")
        tap.equal(desktop.titles(), [])

        press("ctrl+w")
        tap.wait_for(lambda: desktop.titles() == ["2 folders are still served"], "the notification")
        assert answers(first)

        command(app, "--stop", str(first["port"]))
        tap.wait_for(lambda: desktop.titles() == ["1 folder is still served"], "the number to follow")

        desktop.press("Show")
        tap.wait_for(lambda: app.root.childCount > 0, "the window to come back")
        tap.wait_for(lambda: desktop.titles() == [], "the notification to go")
        app.focus()

        press("ctrl+w")
        tap.wait_for(lambda: desktop.titles() == ["1 folder is still served"], "the notification again")
        desktop.press("Stop All")
        tap.wait_for(lambda: app.process.poll() is not None, "the program to end")
        tap.wait_for(lambda: desktop.titles() == [], "the notification to go with it")


def test_waiting_for_a_port_goes_on():
    """Somebody has the port when the window is closed, and lets go of it later."""
    with Notifications() as desktop, App() as app:
        app.start(make_folder(app, "site"))
        port = wait_for_state(app, "site", "running")["port"]
        app.click("Stop Serving")
        holder = tap.wait_for(lambda: hold(port), "the port to be let go", 30)
        with holder:
            app.find(BUTTONS, "Start When Free", 30)
            app.click("Start When Free")
            wait_for_state(app, "site", "waiting")
            press("ctrl+w")
            tap.wait_for(lambda: desktop.titles() == ["1 folder is waiting for its port"], "the notification")
            # Until the program knows the number of its notification, it can't replace it: that is GLib's.
            listed(app)
        begin = time.monotonic()
        site = wait_for_state(app, "site", "running")
        print(f"# known to be served {1000 * (time.monotonic() - begin):.0f} ms after the holder's end")
        assert answers(site)
        tap.wait_for(lambda: desktop.titles() == ["1 folder is still served"], "the notification to follow")


def hold(port):
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return None


def test_the_preference_not_to_go_on():
    with App() as app:
        app.start(make_folder(app, "site"))
        wait_for_state(app, "site", "running")
        press("ctrl+comma")
        switch = app.find(SWITCHES, "Keep Running in the Background")
        tap.equal(has_state(switch, pyatspi.STATE_CHECKED), True)
        click(switch)
        tap.wait_for(lambda: not has_state(switch, pyatspi.STATE_CHECKED), "the switch to turn")
        press("Escape")
        tap.wait_for(lambda: not app.all(SWITCHES, "Keep Running in the Background"), "the preferences to close")
        app.focus()
        press("ctrl+w")
        tap.wait_for(lambda: app.process.poll() is not None, "the program to end")


def switch_login(app, portal):
    """The switch, after it was turned on and the desktop was asked."""
    press("ctrl+comma")
    switch = app.find(SWITCHES, "Start at Login")
    tap.equal(has_state(switch, pyatspi.STATE_CHECKED), False)
    click(switch)
    tap.wait_for(lambda: portal.asked, "the desktop to be asked")
    tap.equal((portal.asked[0]["autostart"], portal.asked[0]["commandline"]), (True, ["homeport", "--gapplication-service"]))
    return switch


def test_the_desktop_lets_us_start_at_login():
    # GTK has more to ask of a portal, when it starts.
    with App().start() as app, Portal(0, {"autostart": GLib.Variant("b", True)}) as portal:
        switch = switch_login(app, portal)
        assert has_state(switch, pyatspi.STATE_CHECKED)
        click(switch)
        tap.wait_for(lambda: [one["autostart"] for one in portal.asked] == [True, False], "the desktop to be asked again")
        tap.wait_for(lambda: not has_state(switch, pyatspi.STATE_CHECKED), "the switch to turn")
        assert not os.path.exists(os.path.join(app.env["XDG_CONFIG_HOME"], "autostart"))


def test_the_desktop_says_no():
    """The switch goes back, and why is said beside it; nothing is done behind the desktop's back."""
    for answer, results in ((1, {}), (0, {"autostart": GLib.Variant("b", False)})):
        with App().start() as app, Portal(answer, results) as portal:
            switch = switch_login(app, portal)
            app.find(LABELS, "The desktop does not allow it.")
            tap.wait_for(lambda: not has_state(switch, pyatspi.STATE_CHECKED), "the switch to go back")
            assert not os.path.exists(os.path.join(app.env["XDG_CONFIG_HOME"], "autostart"))


def test_without_a_server_closing_ends_it():
    with App() as app:
        app.start()
        press("ctrl+w")
        tap.wait_for(lambda: app.process.poll() is not None, "the program to end")


def test_commands_start_list_stop_and_quit():
    with App() as app:
        tap.equal(command(app, "--list"), "Homeport is not running.\n")
        tap.equal(json.loads(command(app, "--list", "--json")), [])
        tap.equal(command(app, "--quit"), "")
        assert "not running" in command(app, "--stop", "all", code=1)

        folder = make_folder(app, "site")
        try:
            assert folder in command(app, "--start", folder)
            server = wait_for_state(app, "site", "running")
            tap.equal(server["folder"], folder)
            assert answers(server), server

            plain = command(app, "--list")
            assert "running" in plain and server["address"] in plain and folder in plain, plain
            tap.equal(command(app, "--stop", folder), "1 server stopped.\n")
            wait_for_state(app, "site", "stopped")
            command(app, "--start", str(server["port"]))
            tap.equal(wait_for_state(app, "site", "running")["port"], server["port"])
            tap.equal(command(app, "--stop", "all"), "1 server stopped.\n")

            assert "not in the list" in command(app, "--stop", "/nowhere", code=1)
            assert "1" in command(app, "--start", "1", code=1)
        finally:
            command(app, "--quit")
        tap.equal(command(app, "--list"), "Homeport is not running.\n")


def status_of(server, target):
    return subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", server["address"] + target],
                          capture_output=True, text=True, check=True).stdout


def test_command_uses_no_settings_of_a_folder():
    """Nobody is there to ask: neither what is loose nor what is strict is taken unseen."""
    with App() as app:
        try:
            for name, text in (("loose", "serve-hidden=true\nfollow-links=true\nonly-me=false\n"), ("strict", "list-folders=false\nport=62977\n")):
                folder = make_folder(app, name)
                with open(os.path.join(folder, ".env"), "w", encoding="utf-8") as file:
                    file.write("secret")
                os.remove(os.path.join(folder, "index.html"))
                os.symlink("/etc/hostname", os.path.join(folder, "link"))
                with open(os.path.join(folder, ".homeport.ini"), "w", encoding="utf-8") as file:
                    file.write("[server]\n" + text)
                command(app, "--start", folder)
                server = wait_for_state(app, name, "running")
                tap.equal([status_of(server, target) for target in (".env", ".homeport.ini", "link", "")], ["404", "404", "403", "200"], name)
                assert server["port"] != 62977
            assert "use-folder-settings" in command(app, "--use-folder-settings", "--start", folder, code=2)
        finally:
            command(app, "--quit")


def test_wrong_words():
    with App() as app:
        for words in (["--list", "--quit"], ["--headless", "--list"], ["--stop"], ["--start"], ["--quit", "/"],
                      ["--start", "/nowhere"]):
            assert command(app, *words, code=2).startswith("homeport: "), words


if __name__ == "__main__":
    tap.run()
