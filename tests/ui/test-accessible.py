# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader and the keyboard get: names for all that can be used, one stop of Tab in each
list of any length, and a window of shortcuts that tells the truth."""

import os
import re
import subprocess
import urllib.request
from xml.etree import ElementTree

import pyatspi
from gi.repository import GLib
from desktop import BUTTONS, LABELS, SWITCHES, App, click, clipboard, has_state, press, tap, walk

HERE = os.path.dirname(os.path.abspath(__file__))
UI = os.path.join(HERE, "..", "..", "src", "ui")

# What somebody operates, by the names of both 4.8 and later.
USABLE = {
    "push button", "button", "toggle button", "menu button", "check box", "switch", "radio button", "combo box",
    "text", "entry", "text box", "password text", "spin button", "slider", "link", "list", "list box", "list item",
    "menu item", "check menu item", "table", "tree table", "dialog", "alert", "frame", "window", "image", "status bar",
}
# Of these only the ones that take the focus: the others are read by what is inside them.
MAY_BE_NAMELESS = {"image", "status bar", "alert", "list", "list item", "list box", "frame", "window", "dialog"}


def make_site(app, name):
    folder = os.path.join(app.home, name)
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write("hello")
    return folder


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def describe(node):
    path = []
    while node is not None and node.getRoleName() not in ("application", "desktop frame"):
        path.insert(0, f"{node.getRoleName()} “{node.name}”")
        node = node.parent
    return " > ".join(path)


def is_operated(node):
    """Whether Tab, a click or a key does something with it."""
    return has_state(node, pyatspi.STATE_FOCUSABLE) or node.getRoleName() not in MAY_BE_NAMELESS


def check_names(app, least):
    """All that can be used has a name; "least" is how many there must be, so that nothing is not enough."""
    app.root.clear_cache()
    seen = 0
    for node in walk(app.root):
        role = node.getRoleName()
        if role not in USABLE or not has_state(node, pyatspi.STATE_VISIBLE) or not is_operated(node):
            continue
        seen += 1
        assert (node.name or "").strip(), f"no name: {describe(node)}"
        # What GTK says where nobody said anything: a class, or the name of an icon.
        assert not re.match(r"(Gtk|Adw|Hp)[A-Z]|hp-.*-symbolic", node.name), f"no proper name: {describe(node)}"
    assert seen >= least, f"only {seen} things to use"


def focused(app):
    """The name of what has the focus; "" while nothing has it."""
    app.root.clear_cache()
    return next((node.name for node in walk(app.root) if has_state(node, pyatspi.STATE_FOCUSED)), "")


def selected(app):
    """The name of the first selected request; "" while none is."""
    app.root.clear_cache()
    return next((n.name for n in walk(app.root) if "status" in n.name and has_state(n, pyatspi.STATE_SELECTED)), "")


def press_tab(app, key="Tab"):
    """The name of the next stop. A key that comes while the window takes the focus goes nowhere: it is pressed again."""
    before = focused(app)
    for last in (False, False, True):
        press(key)
        try:
            return tap.wait_for(
                lambda: (lambda now: now if now != before else None)(focused(app)), f"another focus than {before!r}", 5
            )
        except AssertionError:
            if last:
                raise
            app.focus()


def tab_to(app, words, key="Tab"):
    stops = []
    while words not in focused(app):
        stops.append(press_tab(app, key))
        assert len(stops) < 25, f"no “{words}” in {stops}"


def tab_through(app):
    """The names at which Tab stops, until it comes round."""
    app.focus()
    names = []
    while (name := press_tab(app)) not in names:
        names.append(name)
    return names


def address(app):
    return app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name


def ask(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        answer.read()


def test_names_of_the_empty_window():
    with App() as app:
        app.start()
        app.find(BUTTONS, contains("Choose Folder"))
        check_names(app, 3)
        app.focus()
        press("F10")
        app.find(None, contains("Keyboard Shortcuts"))
        check_names(app, 5)


def test_names_of_the_window():
    with App() as app:
        app.start(make_site(app, "one"), make_site(app, "two"))
        app.find(SWITCHES, "Serve two")
        url = address(app)
        tap.wait_for(lambda: subprocess.call(["curl", "-sfo", os.devnull, url]) == 0, "the page")
        row = app.find(LABELS, contains("GET /, status 200"))
        assert "File" in row.name or "index.html" in row.name, row.name
        # Two rows with a switch each, the buttons, the list of requests.
        check_names(app, 12)
        # The state of a row is said in words, too.
        item = app.find(None, "two")
        assert "Running" in " ".join(n.description or "" for n in app.all(None, "two")), describe(item)


def test_names_with_a_conflict():
    with App() as app:
        app.start(make_site(app, "site"))
        port = address(app).rstrip("/").rsplit(":", 1)[1]
        click(app.find(SWITCHES, "Serve site"))
        app.find(BUTTONS, "Start Serving")
        holder = subprocess.Popen(
            ["python3", "-m", "http.server", port, "--bind", "127.0.0.1"],
            cwd=app.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            app.find(BUTTONS, contains("Use ", "Once"))
            check_names(app, 12)
        finally:
            holder.kill()
            holder.wait()


def test_names_of_the_dialog():
    with App() as app:
        app.start(make_site(app, "site"))
        app.find(SWITCHES, "Serve site")
        app.focus()
        press("F2")
        app.find(BUTTONS, contains("Apply"))
        check_names(app, 12)


def test_tab_stops():
    """Tab comes round in a dozen steps, however many folders and requests there are."""
    with App() as app:
        app.start(*(make_site(app, f"folder-{n}") for n in range(5)))
        app.find(SWITCHES, "Serve folder-4")
        url = address(app)
        tap.wait_for(lambda: subprocess.call(["curl", "-sfo", os.devnull, url]) == 0, "the page")
        for n in range(30):
            ask(f"{url}?{n}")
        newest = app.find(LABELS, contains("GET /?29,")).name
        names = tab_through(app)
        for name in ("Add Folder", "Main Menu", "folder-4", "Serve folder-4", "Stop Serving", "Folder Menu", "Copy",
                     "Open in Browser", "Filter Requests", "All", "Pause the List", "Follow New Requests", "Clear the Requests",
                     "Log Menu", "Time", newest):
            assert name in names, f"{name} is not in {names}"
        assert "folder-3" not in names, names
        tap.equal(len([name for name in names if "status 200" in name]), 1)
        # The chips are one stop, and so are the titles.
        assert "Pages" not in names and "Path" not in names, names
        # And backwards.
        tab_to(app, newest)
        tab_to(app, "Clear the Requests", "shift+Tab")
        # The list of folders is left to both sides.
        tab_to(app, "folder-4", "shift+Tab")
        if focused(app) != "folder-4":
            tap.equal(press_tab(app, "shift+Tab"), "folder-4")
        tap.equal(press_tab(app, "shift+Tab"), "Main Menu")


def test_ports_by_keyboard():
    """From the search to a row, to its details, and on, however many ports there are."""
    with App() as app:
        app.start(make_site(app, "site"))
        port = address(app).rstrip("/").rsplit(":", 1)[1]
        app.focus()
        press("ctrl+shift+p")
        app.find(LABELS, lambda name: (name or "").startswith(f"Port {port},"), 30)
        check_names(app, 12)
        tap.wait_for(lambda: focused(app) == "Search ports", "the focus on the search")
        # What is typed in the list goes to the search; Return means the first match.
        subprocess.run(["xdotool", "type", "--delay", "20", port], check=True)
        tap.wait_for(
            lambda: all(port in node.name for node in app.all(LABELS, lambda name: (name or "").startswith("Port "))),
            "only the match",
        )
        press("Return")
        tap.wait_for(lambda: focused(app).startswith(f"Port {port},"), "the focus on the row")
        check_names(app, 16)
        names = tab_through(app)
        for name in ("Search ports", "Only Mine", "Only Web", "Sort", "Close the Details", "Go to Folder", "Copy Address",
                     "Open in Browser", "Servers", "Ports"):
            assert name in names, f"{name} is not in {names}"
        tap.equal(len([name for name in names if name.startswith("Port ")]), 1)
        tab_to(app, f"Port {port},")
        press("ctrl+c")
        tap.wait_for(lambda: clipboard() == f"http://localhost:{port}/", "the address in the clipboard")
        # To our own folder.
        press("Return")
        tap.wait_for(lambda: focused(app) == "Copy", "the page of the folder")


def test_requests_by_keyboard():
    """Rows are chosen, copied, cleared and followed without a pointer."""
    with App() as app:
        app.start(make_site(app, "site"))
        url = address(app)
        tap.wait_for(lambda: subprocess.call(["curl", "-sfo", os.devnull, url]) == 0, "the page")
        for n in range(60):
            ask(f"{url}?{n}")
        app.find(LABELS, contains("GET /?59,"))
        app.focus()
        tab_to(app, "GET /?59,")
        # Newer GTK first selects the row that has the focus.
        press("Up")
        tap.wait_for(lambda: selected(app), "a row to be selected")
        if "GET /?59," in selected(app):
            press("Up")
        press("shift+Up")
        tap.wait_for(lambda: "GET /?57," in focused(app), "the focus two rows up")
        press("ctrl+c")
        # The toast may be gone before a busy computer has looked for it.
        tap.wait_for(lambda: re.findall(r"GET /\?(\d+) ", clipboard()) == ["57", "58"], "the two rows in the clipboard")
        press("Menu")
        app.find(None, "Copy Path")
        press("Escape")
        tap.wait_for(lambda: ", status 200" in focused(app), "the focus back on a row")
        # Up to the oldest: new ones are counted, and the pill is the next stop of Tab.
        press("Home")
        tap.wait_for(lambda: "GET /, status 200" in focused(app), "the oldest row")
        ask(url + "?new")
        app.find(BUTTONS, contains("1 new request"))
        press("Tab")
        tap.wait_for(lambda: "new request" in focused(app), "the focus on the pill")
        press("Return")
        app.gone(BUTTONS, contains("1 new request"))
        press("ctrl+l")
        app.find(LABELS, "No requests yet")


class Listener:
    """What a screen reader says: announcements, or before GTK 4.14 the new names of the window in use."""

    def __enter__(self):
        self.heard = []
        for kind in ("object:announcement", "object:property-change:accessible-name"):
            pyatspi.Registry.registerEventListener(self.event, kind)
        return self

    def __exit__(self, *_error):
        for kind in ("object:announcement", "object:property-change:accessible-name"):
            pyatspi.Registry.deregisterEventListener(self.event, kind)

    def event(self, event):
        if "announcement" in event.type or (event.source.getRoleName() == "frame" and event.any_data):
            self.heard.append(str(event.any_data))

    def listen(self):
        while GLib.MainContext.default().iteration(False):
            pass

    def wait(self, *words):
        def is_heard():
            self.listen()
            return any(all(word in text for word in words) for text in self.heard)

        tap.wait_for(is_heard, f"{words} to be announced; there was {self.heard}", 20)


def test_changes_are_told():
    with App() as app:
        app.start(make_site(app, "site"))
        url = address(app)
        port = url.rstrip("/").rsplit(":", 1)[1]
        app.find(BUTTONS, "Stop Serving")
        with Listener() as listener:
            app.click("Copy")
            listener.wait("Copied", url)
            # The button is still called what it does.
            app.find(BUTTONS, "Copy")
            press("ctrl+p")
            listener.wait("paused")
            press("ctrl+p")
            listener.wait("goes on")
            app.click("Stop Serving")
            listener.wait("site", "Stopped")
            app.click("Start Serving")
            listener.wait("site", "Running", port)
            app.click("Stop Serving")
            app.find(BUTTONS, "Start Serving")
            with subprocess.Popen(
                ["python3", "-m", "http.server", port, "--bind", "127.0.0.1"],
                cwd=app.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as holder:
                listener.wait(f"Port {port} is used by python3")
                # The row has the same in its description, and is not said as well.
                assert not any("site, " in text and "python3" in text for text in listener.heard), listener.heard
                holder.kill()


def relations(node, kind):
    return [r.getTarget(i) for r in node.getRelationSet() if r.getRelationType() == kind for i in range(r.getNTargets())]


def is_class(name):
    return re.match(r"(Gtk|Adw|Hp)[A-Z]", name or "") is not None


def test_nothing_is_called_by_its_class():
    """Icons, pages and alerts around what has the focus: a reader says their names, too."""
    with App() as app:
        app.start(make_site(app, "site"))
        app.find(BUTTONS, "Stop Serving")
        for name in ("Stop Serving", "Copy", "Requests", "All", "Pause the List", "Serve site", "Servers", "Add Folder"):
            node = app.find(BUTTONS + SWITCHES, name)
            assert not any(is_class(label.name) for label in relations(node, pyatspi.RELATION_LABELLED_BY)), describe(node)
            while (node := node.parent) is not None:
                # A reader says what is new around the focus, but for mere boxes.
                assert node.getRoleName() not in ("panel", "alert", "page tab") or not is_class(node.name), describe(node)


def test_what_is_pressed_is_told():
    """GTK 4.8 has no toggle buttons for readers: they are check boxes and radio buttons, and checked."""
    with App() as app:
        app.start(make_site(app, "site"))
        pause = app.find(BUTTONS, "Pause the List")
        tap.equal(pause.getRoleName(), "check box")
        assert not has_state(pause, pyatspi.STATE_CHECKED)
        click(pause)
        tap.wait_for(lambda: has_state(app.find(BUTTONS, "Pause the List"), pyatspi.STATE_CHECKED), "the pause to be checked")
        for one, other in (("All", "Pages"), ("Requests", "Page Loads"), ("Servers", "Ports")):
            nodes = [app.find(("radio button",), name) for name in (one, other)]
            tap.equal([has_state(node, pyatspi.STATE_CHECKED) for node in nodes], [True, False])
        click(app.find(BUTTONS, "Pages"))
        tap.wait_for(lambda: has_state(app.find(BUTTONS, "Pages"), pyatspi.STATE_CHECKED), "the chip to be checked")
        assert not has_state(app.find(BUTTONS, "All"), pyatspi.STATE_CHECKED)


def test_problems_are_counted_calmly():
    """The row with the focus says how many problems there are, but not each time that there is one more."""
    with App() as app:
        app.start(make_site(app, "site"))
        url = address(app)
        told = []
        pyatspi.Registry.registerEventListener(
            lambda event: told.append(str(event.any_data)), "object:property-change:accessible-description")
        tab_to(app, "Serve site")
        tap.equal(press_tab(app, "shift+Tab"), "site")

        def heard(text):
            while GLib.MainContext.default().iteration(False):
                pass
            return any(text in words for words in told)

        for n in range(40):
            subprocess.call(["curl", "-s", "-o", os.devnull, f"{url}gone-{n}"])
        tap.wait_for(lambda: heard("40 problems"), "all problems to be told", 30)
        counted = [words for words in told if re.search(r"\d problems?$", words)]
        assert len(counted) <= 4, counted


def window_keys():
    """The keys that the window really binds, as accelerators: read from its sources."""
    with open(os.path.join(UI, "hp-window-actions.c"), encoding="utf-8") as file:
        source = file.read()
    with open(os.path.join(UI, "..", "hp-application.c"), encoding="utf-8") as file:
        keys = set(re.findall(r"_keys\[\] = \{ \"([^\"]+)\"", file.read()))
    for key, modifiers in re.findall(r"\{ GDK_KEY_(\w+), ([\w |]+), \"[\w.-]+\" \}", source):
        if key.startswith("KP_"):
            continue
        prefix = "".join(f"<{word}>" for word, mask in (("Control", "CONTROL"), ("Shift", "SHIFT"), ("Alt", "ALT")) if mask in modifiers)
        keys.add(prefix + key)
    # And the program's own.
    with open(os.path.join(os.path.dirname(UI), "hp-application.c"), encoding="utf-8") as file:
        keys.update(re.findall(r"_keys\[\] = \{ \"(<[\w<>]+)\", NULL \}", file.read()))
    return keys


def listed_keys():
    tree = ElementTree.parse(os.path.join(UI, "hp-shortcuts.ui"))
    keys = set()
    for node in tree.iter("property"):
        if node.get("name") == "accelerator":
            keys.update(node.text.split())
    return keys


def menu_keys():
    tree = ElementTree.parse(os.path.join(UI, "hp-window.ui"))
    return {node.text for node in tree.iter("attribute") if node.get("name") == "accel"}


def test_shortcuts_are_told():
    bound, listed = window_keys(), listed_keys()
    assert len(bound) >= 10, bound
    tap.equal(sorted(bound - listed), [], "bound, but not in the window of shortcuts:")
    # Those of lists, of menus and of Alt with a number are bound elsewhere.
    elsewhere = {"Delete", "<Alt>Up", "<Alt>Down", "<Alt>1...9", "<Control>1...3", "<Shift>F10", "Menu", "F10", "<Control>a", "p"}
    tap.equal(sorted(listed - bound - elsewhere), [], "in the window of shortcuts, but bound nowhere:")
    tap.equal(sorted(menu_keys() - bound), [], "in a menu, but bound nowhere:")


tap.run()
