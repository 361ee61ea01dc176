# SPDX-License-Identifier: GPL-3.0-or-later
"""In a narrow window the list of folders and the page of one take turns: by buttons, by rows and by keys."""

import os
import subprocess

import pyatspi
from desktop import BUTTONS, LABELS, SWITCHES, App, has_state, press, tap

WIDE, NARROW = (1100, 700), (400, 700)


def make_site(app, name):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write("hello")
    return folder


def resize(app, size):
    app.focus()
    subprocess.run(["xdotool", "windowsize", "--sync", app.window, *map(str, size)], check=True)


def shown(app, role, name, state):
    return [node for node in app.all(role, name) if has_state(node, state)]


def is_address(name):
    return (name or "").startswith("http://localhost:")


def wait_for(app, *expected):
    """Which of both is on screen, and whether there is one way back."""

    def look():
        parts = (("list", SWITCHES, "Serve one"), ("page", LABELS, is_address), ("ports", None, "Search ports"))
        return tuple(part for part, role, name in parts if shown(app, role, name, pyatspi.STATE_SHOWING))

    back = 0 if len(expected) == 2 or "list" in expected else 1
    # GTK 4.8 says of nothing that it is showing: there the focus has to do.
    if shown(app, LABELS, lambda name: True, pyatspi.STATE_SHOWING):
        tap.wait_for(lambda: look() == expected, f"{expected} on screen, not {look()}")
        tap.wait_for(lambda: len(shown(app, BUTTONS, "Back", pyatspi.STATE_SHOWING)) == back, f"{back} ways back")
    elif "list" not in expected or len(expected) == 2:
        tap.wait_for(lambda: bool(app.seen(BUTTONS, "Back")) == bool(back), f"{back} ways back")


def wait_for_focus(app, name):
    def is_there():
        node = app.seen_focus()
        return node is not None and node.name == name

    tap.wait_for(is_there, f"the focus on {name}")


def test_one_at_a_time():
    with App() as app:
        app.start(make_site(app, "one"), make_site(app, "two"))
        wait_for(app, "list", "page")
        wait_for_focus(app, "Copy")
        # What has the focus stays in sight and keeps it.
        resize(app, NARROW)
        wait_for(app, "page")
        wait_for_focus(app, "Copy")
        app.click("Back")
        wait_for(app, "list")
        wait_for_focus(app, "two")
        press("Up", "Return")
        wait_for(app, "page")
        for key in ("Escape", "alt+Left"):
            press(key)
            wait_for(app, "list")
            wait_for_focus(app, "one")
            press("Return")
            wait_for(app, "page")
        press("Escape")
        wait_for_focus(app, "one")
        resize(app, WIDE)
        wait_for(app, "list", "page")
        wait_for_focus(app, "one")
        # Where somebody works is what stays.
        press("ctrl+f")
        wait_for_focus(app, "Filter Requests")
        resize(app, NARROW)
        wait_for(app, "page")
        wait_for_focus(app, "Filter Requests")


def test_ports():
    with App() as app:
        app.start(make_site(app, "one"))
        app.find(SWITCHES, "Serve one")
        resize(app, NARROW)
        wait_for(app, "page")
        press("ctrl+shift+p")
        wait_for(app, "ports")
        wait_for_focus(app, "Search ports")
        app.click("Back")
        wait_for(app, "list")
        press("ctrl+shift+p")
        wait_for(app, "ports")
        resize(app, WIDE)
        wait_for(app, "list", "ports")
        wait_for_focus(app, "Search ports")


def test_started_narrow():
    with App() as app:
        # Else the size is forgotten.
        app.env["GSETTINGS_BACKEND"] = "keyfile"
        app.start(make_site(app, "one"))
        app.find(SWITCHES, "Serve one")
        resize(app, NARROW)
        wait_for(app, "page")
        app.process.terminate()
        tap.equal(app.process.wait(15), 0)
        app.start()
        app.find(SWITCHES, "Serve one")
        wait_for(app, "list")
        resize(app, WIDE)
        wait_for(app, "list", "page")


tap.run()
