# SPDX-License-Identifier: GPL-3.0-or-later
"""With words 40 % longer than English ones, the window and its dialogs still get 360 pixels wide."""

import re
import shutil
import subprocess

import shot
import tap
from desktop import BUTTONS, App, press

WIDTH = 360
# Without a compositor there is a frame around it.
FRAME = 12


def least_width(window):
    """What the program tells window managers, from what all that is in the window needs."""
    said = subprocess.run(["xprop", "-id", window, "WM_NORMAL_HINTS"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"minimum size: (\d+) by", said).group(1))


class Narrow:
    """The program in the language of longer words."""

    def __enter__(self):
        for name in ("xgettext", "msgen", "msgfmt", "localedef", "xprop"):
            if not shutil.which(name):
                raise tap.Skip(f"{name} is not installed")
        self.app = App()
        self.app.holder, self.app.listeners = None, []
        shot.set_language(self.app, "xx")
        return self

    def __exit__(self, *_error):
        shot.desktop.read_name = lambda name: name
        if self.app.holder:
            self.app.holder.kill()
            self.app.holder.wait()
        if self.app.process:
            self.app.kill()
        shutil.rmtree(self.app.home, ignore_errors=True)

    def look(self, where):
        self.app.focus()
        width = least_width(self.app.window)
        assert 0 < width <= WIDTH + FRAME, f"{where} needs {width} pixels"

    def look_at_dialog(self, what, role, name):
        main = self.app.window
        self.app.find(role, name)
        tap.wait_for(lambda: self.app.focus() or self.app.window != main, f"a window of {what}")
        self.look(what)
        press("Escape")
        self.app.gone(role, name)
        self.app.focus()


def test_empty():
    with Narrow() as narrow:
        shot.state_empty(narrow.app)
        narrow.look("the empty window")


def test_window_and_dialogs():
    with Narrow() as narrow:
        app = narrow.app
        shot.state_conflict(app)
        narrow.look("a port that is taken")
        app.click("Start When Free")
        app.find(None, lambda name: "Waiting for port" in (name or ""))
        narrow.look("waiting for a port")
        for action, name in (("change-port", "Apply"), ("check", "Check Again")):
            app.activate_window("win." + action)
            narrow.look_at_dialog(action, BUTTONS, lambda said, name=name: name in (said or ""))
        shot.select(app, 1)
        app.find(BUTTONS, lambda name: "Pause the List" in (name or ""))
        narrow.look("the log")
        app.activate_window("win.show-ports")
        app.find(None, lambda name: "Port 62893," in (name or ""))
        narrow.look("the ports")


if __name__ == "__main__":
    tap.run()
