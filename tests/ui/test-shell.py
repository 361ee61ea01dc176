# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between the program and the rest of the desktop: the list as a file, the settings that a
folder brings, the desktop's search, and addresses that are dragged out of the window."""

import json
import os
import subprocess
import sys
import threading
import urllib.parse

from desktop import LABELS, PROGRAM, App, press, tap
from gi.repository import Gio, GLib

NAME = "app.homeport.Homeport"


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
    return tap.wait_for(lambda: (one := listed(app).get(name)) and one["state"] == state and one, f"{name} {state}", 30)


def answer(app, word):
    """A button of a dialog: it has a mnemonic, which GTK 4.8 says as well."""
    app.click(lambda name: name in (f"_{word} {word}", f"_{word}", word))


def write_list(app, *servers):
    path = os.path.join(app.home, "list.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": "homeport-servers", "version": 1, "servers": servers}, file)
    return path


def test_export_and_import_in_the_terminal():
    with App() as app:
        folder = make_folder(app, "site")
        path = os.path.join(app.home, "out.json")
        app.start(folder)
        port = wait_for_state(app, "site", "running")["port"]
        tap.equal(command(app, "--export-list=" + path), "Exported 1 folder\n")
        with open(path, encoding="utf-8") as file:
            exported = json.load(file)
        tap.equal((exported["format"], exported["version"]), ("homeport-servers", 1))
        tap.equal([(one["folder"], one["port"]) for one in exported["servers"]], [(folder, port)])

        other = make_folder(app, "other")
        said = command(app, "--import-list=" + write_list(app, {"folder": folder, "port": 1}, {"folder": other, "port": port}))
        assert said.startswith("Imported 1 folder\n"), said
        assert "in the list already" in said and f"{port} is another folder" in said, said
        servers = listed(app)
        tap.equal((servers["site"]["port"], servers["site"]["state"]), (port, "running"))
        tap.equal(servers["other"]["state"], "stopped")

        assert "not a list of folders" in command(app, "--import-list=" + os.path.join(folder, "index.html"), code=1)
        command(app, "--import-list=/nowhere.json", code=1)
        command(app, "--export-list=/nowhere/at-all.json", code=1)
        command(app, "--export-list=" + path, "--list", code=2)
        command(app, "--import-list=" + path, folder, code=2)


def test_import_in_the_window():
    with App() as app:
        app.start()
        good = make_folder(app, "good")
        uri = "file://" + urllib.parse.quote(write_list(app, {"folder": good, "port": 62999}))
        app.activate("import-list", uri)
        app.find(LABELS, "Imported 1 folder")
        tap.equal(listed(app)["good"]["state"], "stopped")
        app.click("Undo")
        tap.wait_for(lambda: listed(app) == {}, "the folder to go again")

        # What is not as the file has it is told in a dialog, which can undo it as well.
        write_list(app, {"folder": good, "port": 0}, {"folder": os.path.join(app.home, "gone"), "port": 62998})
        app.activate("import-list", uri)
        app.find(LABELS, lambda name: "“gone”: the folder was not found" in (name or ""))
        app.find(LABELS, lambda name: "“good” has the port" in (name or ""))
        tap.equal(set(listed(app)), {"good", "gone"})
        answer(app, "Undo")
        tap.wait_for(lambda: listed(app) == {}, "the folders to go again")


def write_settings(folder, text):
    with open(os.path.join(folder, ".homeport.ini"), "w", encoding="utf-8") as file:
        file.write("[server]\n" + text)


def test_settings_of_a_folder():
    with App() as app:
        site, plain = make_folder(app, "site"), make_folder(app, "plain")
        write_settings(site, "name=The Shop\nport=62991\nlist-folders=false\nfollow-links=true\n")
        app.start(plain)
        wait_for_state(app, "plain", "running")

        # It is served at once, and asked about; what is dangerous is not on offer.
        app.activate("add-folder", site)
        asked = app.find(LABELS, lambda name: "This folder brings settings" in (name or ""))
        assert "name “The Shop”, port 62991, don’t list folder contents." in asked.name, asked.name
        assert "Never taken from a folder: follow links out of the folder." in asked.name, asked.name
        port = wait_for_state(app, "site", "running")["port"]
        assert port != 62991
        answer(app, "Use")
        tap.wait_for(lambda: listed(app)["site"]["port"] == 62991, "the port to be used", 30)
        app.find(LABELS, "The Shop")
        address = wait_for_state(app, "site", "running")["address"]

        # Nobody gets to read the file.
        status = subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", address + ".homeport.ini"],
                                capture_output=True, text=True).stdout
        tap.equal(status, "404")

        # Asked once: the same file is used again, another one is asked about.
        app.activate_window("win.remove")
        tap.wait_for(lambda: "site" not in listed(app), "the folder to go")
        app.activate("add-folder", site)
        app.find(LABELS, "The Shop")
        app.activate_window("win.remove")
        tap.wait_for(lambda: "site" not in listed(app), "the folder to go")
        write_settings(site, "name=Another\n")
        # Closing the question is no answer.
        app.activate("add-folder", site)
        app.find(LABELS, lambda name: "name “Another”" in (name or ""))
        app.focus()
        press("Escape")
        app.gone(LABELS, lambda name: "name “Another”" in (name or ""))
        app.activate_window("win.remove")
        tap.wait_for(lambda: "site" not in listed(app), "the folder to go")
        app.activate("add-folder", site)
        app.find(LABELS, lambda name: "name “Another”" in (name or ""))
        answer(app, "Ignore")
        app.gone(LABELS, lambda name: "name “Another”" in (name or ""))
        tap.equal(app.all(LABELS, "Another"), [])

        app.activate_window("win.save-settings")
        app.find(LABELS, "Saved in “.homeport.ini”")
        with open(os.path.join(site, ".homeport.ini"), encoding="utf-8") as file:
            saved = file.read()
        assert "port=62991" in saved and "list-folders=" in saved and "follow-links=false" in saved, saved


class Shell:
    """The desktop's side of the search."""

    def __init__(self):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def call(self, method, arguments, reply=None):
        answer = self.bus.call_sync(NAME, "/app/homeport/Homeport/SearchProvider", "org.gnome.Shell.SearchProvider2",
                                    method, arguments, reply and GLib.VariantType.new(reply),
                                    Gio.DBusCallFlags.NO_AUTO_START, 60000, None)
        return answer.unpack()[0] if reply else None

    def search(self, *terms):
        return self.call("GetInitialResultSet", GLib.Variant("(as)", (terms,)), "(as)")

    def narrow(self, previous, *terms):
        return self.call("GetSubsearchResultSet", GLib.Variant("(asas)", (previous, terms)), "(as)")

    def describe(self, *results):
        return self.call("GetResultMetas", GLib.Variant("(as)", (results,)), "(aa{sv})")

    def activate(self, result):
        self.call("ActivateResult", GLib.Variant("(sasu)", (result, [], 0)))

    def launch(self):
        self.call("LaunchSearch", GLib.Variant("(asu)", ([], 0)))

    def is_there(self):
        return self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                  "NameHasOwner", GLib.Variant("(s)", (NAME,)), None, 0, -1, None).unpack()[0]


def test_search_in_the_running_program():
    with App() as app:
        shell = Shell()
        app.start(make_folder(app, "Web Shop"), make_folder(app, "photos"))
        server = wait_for_state(app, "Web Shop", "running")
        photos = wait_for_state(app, "photos", "running")
        shop = "file://" + urllib.parse.quote(server["folder"])

        tap.equal(shell.search("shop"), [shop])
        tap.equal(shell.search("WEB", "sho"), [shop])
        tap.equal(shell.search(str(server["port"])), [shop])
        tap.equal(len(shell.search("localhost")), 2)
        tap.equal(shell.search("nothing like that"), [])
        tap.equal(shell.search(), [])
        tap.equal(shell.narrow([shop], "shop", "photos"), [])

        meta, = shell.describe(shop, "file:///gone")
        tap.equal((meta["id"], meta["name"], meta["description"], meta["clipboardText"]),
                  (shop, "Web Shop", "Running on " + server["address"], server["address"]))
        assert meta["icon"], meta
        command(app, "--stop", "all")
        wait_for_state(app, "Web Shop", "stopped")
        tap.equal(shell.describe(shop)[0]["description"], "Stopped")

        shell.activate(shop)
        wait_for_state(app, "Web Shop", "running")
        tap.equal(listed(app)["photos"]["state"], "stopped")
        app.find(LABELS, server["address"])
        shell.activate("file:///gone")
        assert photos["port"] != server["port"]


def test_search_starts_nothing():
    with App() as app:
        shell = Shell()
        app.start(make_folder(app, "site"))
        port = wait_for_state(app, "site", "running")["port"]
        app.process.terminate()
        app.process.wait(60)

        # As the D-Bus service file would start it, for the search.
        process = subprocess.Popen([PROGRAM, "--gapplication-service", "--on-demand"], env=app.env)
        try:
            tap.wait_for(shell.is_there, "the program on the bus", 30)
            result, = shell.search("site")
            tap.equal(shell.describe(result)[0]["description"], "Stopped")
            tap.equal(listed(app)["site"]["state"], "stopped")
            windows = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(process.pid)],
                                     capture_output=True, text=True).stdout
            tap.equal(windows, "")
            # Nobody calls any more.
            tap.wait_for(lambda: process.poll() is not None, "the program to end by itself", 60)
            tap.equal(process.returncode, 0)

            # What shall run has not been forgotten: it runs as soon as there is a window.
            process = subprocess.Popen([PROGRAM, "--gapplication-service", "--on-demand"], env=app.env)
            tap.wait_for(shell.is_there, "the program on the bus", 30)
            shell.search("site")
            shell.launch()
            tap.equal(wait_for_state(app, "site", "running")["port"], port)
        finally:
            command(app, "--quit")
            process.wait(60)


def test_recent_folders():
    with App() as app:
        other = make_folder(app, "my_other")
        app.start()
        path = write_list(app, {"folder": other, "port": 62995, "name": "The Other", "options": {"serve-hidden": True}})
        app.activate("import-list", "file://" + urllib.parse.quote(path))
        tap.wait_for(lambda: "my_other" in listed(app), "the folder")
        tap.equal(app.seen(None, "Recent Folders"), None)
        app.activate_window("win.remove")

        # On the page without folders, and served by a click, with all it had.
        app.find(None, "Recent Folders")
        subprocess.run(["gdbus", "call", "--session", "--dest", NAME, "--object-path", "/app/homeport/Homeport/window/1",
                        "--method", "org.gtk.Actions.Activate", "add-recent",
                        f"[<'file://{urllib.parse.quote(other)}'>]", "{}"], check=True, stdout=subprocess.DEVNULL)
        server = wait_for_state(app, "my_other", "running")
        tap.equal(server["port"], 62995)
        app.find(LABELS, "The Other")
        with open(os.path.join(other, ".hidden"), "w", encoding="utf-8") as file:
            file.write("seen")
        tap.equal(subprocess.run(["curl", "-s", server["address"] + ".hidden"], capture_output=True, text=True).stdout,
                  "seen")
        app.gone(None, "Recent Folders")


def drag(app, x, y):
    """What arrives at another program when something is dragged out of the window from this place."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drop-target.py")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=app.env) as target:
        limit = threading.Timer(60, target.kill)
        limit.start()
        try:
            window = target.stdout.readline().strip()
            subprocess.run(["xdotool", "windowmove", "--sync", window, "1150", "800"], check=True)
            for words in (
                ["mousemove", str(x), str(y), "mousedown", "1"],
                ["mousemove", str(x + 10), str(y + 5)],
                ["mousemove", str(x + 40), str(y + 40)],
                ["mousemove", "1180", "830"],
                ["mousemove", "1185", "835"],
                ["mouseup", "1"],
            ):
                subprocess.run(["xdotool", *words, "sleep", "0.15"], check=True)
            return [target.stdout.readline().strip(), target.stdout.readline().strip()]
        finally:
            limit.cancel()
            target.kill()


def test_drag_the_address_out():
    with App() as app:
        app.start(make_folder(app, "site"))
        address = wait_for_state(app, "site", "running")["address"]
        app.find(LABELS, address)
        for place in ((60, 72), (296, 78)):
            tap.equal(drag(app, *place), ["uri-list " + address, "text " + address])
        # The row can be dropped in the window as ever: nothing is added.
        tap.equal(list(listed(app)), ["site"])


if __name__ == "__main__":
    tap.run()
