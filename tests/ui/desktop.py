# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the real program on a real (virtual) display and uses it as a person would: through the
accessibility tree, the keyboard and the pointer. Works with GTK 4.8 and later, whose roles differ."""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

try:
    import pyatspi
except ImportError:  # pragma: no cover
    pyatspi = None

PROGRAM = os.environ.get("HOMEPORT", "homeport")

BUTTONS = ("push button", "button", "toggle button", "check box", "radio button")
SWITCHES = ("check box", "switch", "toggle button")
LABELS = ("label", "static")


def need_desktop():
    if pyatspi is None:
        raise tap.Skip("python3-pyatspi is not installed")
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        if name not in os.environ:
            raise tap.Skip(f"{name} is not set: run this by ./dev test")


def walk(node):
    """The node and all below it. What vanishes while we look is passed over."""
    yield node
    try:
        children = [node.getChildAtIndex(i) for i in range(node.childCount)]
    except Exception:
        return
    for child in children:
        if child is not None:
            yield from walk(child)


def has_state(node, state):
    try:
        return node.getState().contains(state)
    except Exception:
        return False


def read_name(name):
    """For a program in another language than its tests."""
    return name


def matches(node, role, name):
    try:
        if role is not None and node.getRoleName() not in role:
            return False
        # GTK 4.8 says the text of a button with a mnemonic twice.
        said = read_name(node.name)
        return name(said) if callable(name) else said in (name, f"{name} {name}")
    except Exception:
        return False


def click(node):
    """The first action: click, or toggle for a switch."""
    node.queryAction().doAction(0)


def can_be_clicked(node):
    try:
        return node.queryAction().nActions > 0
    except Exception:
        return False


def type_text(node, text):
    node.queryEditableText().setTextContents(text)


def press(*keys):
    """Keys as xdotool names them, for the program's window."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def clipboard():
    return subprocess.run(
        ["xclip", "-selection", "clipboard", "-o"], capture_output=True, text=True, timeout=10
    ).stdout


def takes_keys(window):
    """Tooltips and menus have windows of their own, which the display gives no keys."""
    told = subprocess.run(["xwininfo", "-id", window], capture_output=True, text=True).stdout
    return "Override Redirect State: no" in told


class App:
    """The program with a home of its own. Kept files survive a restart within one App."""

    def __init__(self):
        need_desktop()
        self.home = tempfile.mkdtemp(prefix="hp-ui-")
        self.env = dict(
            os.environ,
            HOME=self.home,
            XDG_CONFIG_HOME=os.path.join(self.home, "config"),
            XDG_DATA_HOME=os.path.join(self.home, "data"),
            XDG_CACHE_HOME=os.path.join(self.home, "cache"),
            G_DEBUG="gc-friendly,fatal-warnings",
        )
        self.process = None
        self.root = None

    def start(self, *words):
        self.errors = open(os.path.join(self.home, "stderr"), "a+", encoding="utf-8")
        self.process = subprocess.Popen([PROGRAM, *words], env=self.env, stderr=self.errors)
        self.root = tap.wait_for(self._find_root, "the program on the accessibility bus", 20)
        tap.wait_for(lambda: self.root.childCount > 0, "a window")
        self.focus()
        return self

    def focus(self):
        """Without a window manager somebody has to say which window gets the keys."""
        found = tap.wait_for(self._find_windows, "the window on the display")
        self.window = found[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", self.window], check=True)

    def _find_windows(self):
        words = ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)]
        found = subprocess.run(words, capture_output=True, text=True).stdout.split()
        return [window for window in found if takes_keys(window)]

    def _find_root(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}: {self.stderr()[-2000:]}")
        desktop = pyatspi.Registry.getDesktop(0)
        for i in range(desktop.childCount):
            try:
                app = desktop.getChildAtIndex(i)
                if app is not None and app.get_process_id() == self.process.pid:
                    return app
            except Exception:
                continue
        return None

    def each(self, role, name):
        """One after the other: every node costs a few messages, so whoever has found it looks no further."""
        # What the library remembers is renewed by events, which come only to a running main loop.
        self.root.clear_cache()
        return (node for node in walk(self.root) if matches(node, role, name))

    def all(self, role, name):
        return list(self.each(role, name))

    def seen(self, role, name):
        """The first such node that is on screen, or None."""
        return next((node for node in self.each(role, name) if has_state(node, pyatspi.STATE_VISIBLE)), None)

    def find(self, role, name, seconds=10):
        return tap.wait_for(lambda: self.seen(role, name), f"{role} {name}", seconds)

    def seen_focus(self):
        """What has the keyboard, or None while it goes from one to another."""
        return next((node for node in self.each(None, lambda name: True) if has_state(node, pyatspi.STATE_FOCUSED)), None)

    def gone(self, role, name, seconds=10):
        tap.wait_for(lambda: not self.seen(role, name), f"{role} {name} to go", seconds)

    def click(self, name, role=BUTTONS):
        """Clicks as soon as it can be clicked."""
        node = tap.wait_for(
            lambda: next(
                (
                    n
                    for n in self.each(role, name)
                    if has_state(n, pyatspi.STATE_SENSITIVE) and has_state(n, pyatspi.STATE_VISIBLE)
                ),
                None,
            ),
            f"{name}, to click it",
        )
        click(node)

    def open_menu(self, name):
        """The part of a menu button that can be clicked is inside it, and of the same name."""
        self.find(BUTTONS, name)
        click(next(part for node in self.all(BUTTONS, name) for part in walk(node) if can_be_clicked(part)))

    def answer_chooser(self, path):
        """Gives the file chooser on screen a path. Not by keys: it completes names while they are typed."""
        self.focus()
        press("ctrl+l")
        entry = tap.wait_for(
            lambda: next(
                (
                    n
                    for n in self.all(None, lambda name: True)
                    if has_state(n, pyatspi.STATE_FOCUSED) and has_state(n, pyatspi.STATE_EDITABLE)
                ),
                None,
            ),
            "the place to write a path",
        )
        type_text(entry, path)
        press("Return")

    def activate(self, action, *parameter):
        """An action of the program over D-Bus, as a desktop would."""
        subprocess.run(
            ["gdbus", "call", "--session", "--dest", "app.homeport.Homeport", "--object-path", "/app/homeport/Homeport",
             "--method", "org.freedesktop.Application.ActivateAction", action.removeprefix("app."),
             "[" + ",".join(f"<{word!r}>" for word in parameter) + "]", "{}"],
            check=True, stdout=subprocess.DEVNULL,
        )

    def activate_window(self, action):
        """An action of the window, over D-Bus."""
        subprocess.run(
            ["gdbus", "call", "--session", "--dest", "app.homeport.Homeport",
             "--object-path", "/app/homeport/Homeport/window/1", "--method", "org.gtk.Actions.Activate",
             action.removeprefix("win."), "[]", "{}"],
            check=True, stdout=subprocess.DEVNULL,
        )

    def screenshot(self, path, width, height):
        """The corner of the display where the window is, with what lies over it."""
        subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+0+0", "+repage", path], check=True)

    def stderr(self):
        self.errors.flush()
        with open(os.path.join(self.home, "stderr"), encoding="utf-8") as file:
            return file.read()

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def quit(self):
        """Ends it as its own Quit does, and looks whether it complained."""
        if self.process is None:
            shutil.rmtree(self.home, ignore_errors=True)
            return
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(15)
        errors = self.stderr()
        self.errors.close()
        shutil.rmtree(self.home, ignore_errors=True)
        assert code == 0, f"exit code {code}: {errors}"
        for word in ("CRITICAL", "WARNING", "Sanitizer"):
            assert word not in errors, errors

    def __enter__(self):
        return self

    def __exit__(self, kind, _error, _trace):
        if kind is None:
            self.quit()
        elif self.process and self.process.poll() is None:
            print("# " + self.stderr().replace("\n", "\n# "))
            self.kill()
