# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between the program and the rest of the desktop: the list as a file."""

import json
import os
import subprocess
import urllib.parse

from desktop import LABELS, PROGRAM, App, tap


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
        notes = app.find(LABELS, lambda name: "“gone”: the folder was not found" in (name or ""))
        assert "“good” has the port" in notes.name, notes.name
        tap.equal(set(listed(app)), {"good", "gone"})
        app.click("Undo", ("push button", "button"))
        tap.wait_for(lambda: listed(app) == {}, "the folders to go again")


if __name__ == "__main__":
    tap.run()
