# SPDX-License-Identifier: GPL-3.0-or-later
"""The log as a person uses it: what is filtered, completed, paused, cleared, sorted and hidden."""

import os
import re
import subprocess
import urllib.error
import urllib.request

import pyatspi
from desktop import BUTTONS, LABELS, App, click, clipboard, has_state, press, tap, type_text, walk

ENTRIES = ("text", "entry", "text box")
HEADERS = BUTTONS
MENU_ITEMS = ("menu item", "check menu item", "radio menu item", "check box", "radio button")


def make_site(app):
    folder = os.path.join(app.home, "site")
    os.makedirs(os.path.join(folder, "img"))
    for name, size in (("index.html", 40), ("style.css", 400), ("app.js", 4000), ("img/photo.png", 40000)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("x" * size)
    return folder


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def begins(words):
    return lambda name: (name or "").startswith(words)


def address(app):
    return app.find(LABELS, begins("http://localhost:")).name


def ask(url, agent="tester/1.0"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"User-Agent": agent}), timeout=20) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        with error:
            error.read()


def visit(app, url):
    """Two problems among five requests, all of them in the table."""
    for target in ("", "style.css", "app.js", "img/photo.png", "img/missing.png", "nothing.html"):
        ask(url + target)
    app.find(LABELS, begins("GET /nothing.html, status 404"))


def rows(app):
    """Path and status of each row that the table has, from the top."""
    app.root.clear_cache()
    found = []
    for node in walk(app.root):
        try:
            match = re.match(r"[A-Z]+ (/\S*), status (\d+)", node.name or "") if node.getRoleName() in LABELS else None
        except Exception:
            continue
        if match:
            found.append((match[1], int(match[2])))
    return found


def paths(app):
    return [path for path, _status in rows(app)]


def wait_paths(app, expected, what):
    tap.wait_for(lambda: paths(app) == expected, f"{what}: {expected}, there are {paths(app)}", 30)


def entry(app):
    return app.find(ENTRIES, "Filter Requests")


def is_focused(node):
    return has_state(node, pyatspi.STATE_FOCUSED)


def to_entry(app):
    """Ctrl+F, pressed again while the window is only taking the focus: once more does no harm, and
    waiting long for a key that went nowhere would."""
    for _ in range(20):
        app.focus()
        press("ctrl+f")
        try:
            return tap.wait_for(lambda: (lambda node: node if is_focused(node) else None)(entry(app)), "the cursor in the filter", 1)
        except AssertionError:
            continue
    raise AssertionError("the filter never had the focus")


def type_keys(text):
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True)


def text_of(node):
    text = node.queryText()
    return text.getText(0, text.characterCount)


def start(app):
    app.start(make_site(app))
    url = address(app)
    tap.wait_for(lambda: subprocess.call(["curl", "-sfo", os.devnull, "-A", "tester/1.0", url]) == 0, "the page")
    app.find(LABELS, begins("GET /, status 200"))
    press("ctrl+l")
    app.find(LABELS, "No requests yet")
    visit(app, url)
    return url


ALL = ["/", "/style.css", "/app.js", "/img/photo.png", "/img/missing.png", "/nothing.html"]


def test_filter_by_typing():
    with App() as app:
        url = start(app)
        wait_paths(app, ALL, "all rows")
        node = to_entry(app)
        type_keys("img")
        wait_paths(app, ["/img/photo.png", "/img/missing.png"], "what has img")
        app.find(LABELS, "2 of 6")
        # Rows that come are filtered as well.
        ask(url + "img/photo.png")
        ask(url + "style.css")
        wait_paths(app, ["/img/photo.png", "/img/missing.png", "/img/photo.png"], "what has img and came later")
        app.find(LABELS, "3 of 8")
        press("Escape")
        press("Escape")
        tap.wait_for(lambda: text_of(node) == "", "the filter emptied")
        tap.wait_for(lambda: len(rows(app)) == 8, "all rows again")


def test_mistakes_are_told():
    with App() as app:
        start(app)
        node = to_entry(app)
        type_text(node, "status:404")
        wait_paths(app, ["/img/missing.png", "/nothing.html"], "what is missing")
        type_text(node, "stauts:404")
        app.find(None, contains("stauts", "status"))
        # What was right last goes on.
        wait_paths(app, ["/img/missing.png", "/nothing.html"], "what is missing, still")
        type_text(node, "status:200 -path:/img")
        app.gone(None, contains("stauts"))
        wait_paths(app, ["/", "/style.css", "/app.js"], "what was found outside img")
        type_text(node, "nobody-has-this")
        app.find(LABELS, "No request matches")
        app.click("Clear Filter")
        wait_paths(app, ALL, "all rows")


def test_chips():
    with App() as app:
        start(app)
        app.click("Problems 2")
        wait_paths(app, ["/img/missing.png", "/nothing.html"], "the problems")
        node = entry(app)
        tap.equal(text_of(node), "is:problem")
        # A chip and what was typed go together.
        type_text(node, "is:problem img")
        wait_paths(app, ["/img/missing.png"], "the problem in img")
        app.click("Assets")
        tap.wait_for(lambda: text_of(entry(app)) == "is:asset img", "the other chip in the text")
        app.click("All")
        wait_paths(app, ["/img/photo.png", "/img/missing.png"], "all of img")
        type_text(node, "is:page")
        tap.wait_for(lambda: has_state(app.find(BUTTONS, "Pages"), pyatspi.STATE_CHECKED)
                     or has_state(app.find(BUTTONS, "Pages"), pyatspi.STATE_PRESSED), "the chip of what was typed")


def test_completions_by_keyboard():
    with App() as app:
        start(app)
        node = to_entry(app)
        type_keys("sta")
        app.find(None, begins("status:"))
        press("Tab")
        tap.wait_for(lambda: text_of(node).startswith("status:"), "the completed key")
        # Values that the log has seen follow.
        app.find(None, begins("404"))
        # Half of it is no mistake while they are offered. The message is longer there than a mistake waits.
        app.activate_window("copy-address")
        app.find(LABELS, contains("Copied http://"))
        app.gone(LABELS, contains("Copied http://"))
        assert not app.seen(None, contains("Nothing follows")), "a mistake is told"
        assert app.seen(None, begins("404")), "the values went"
        press("Escape")
        app.find(None, contains("Nothing follows"))
        type_keys("4")
        app.find(None, begins("404"))
        press("Down", "Return")
        tap.wait_for(lambda: text_of(node).strip() in ("status:404", "404"), f"the completed value, not {text_of(node)!r}")
        wait_paths(app, ["/img/missing.png", "/nothing.html"], "what is missing")
        tap.wait_for(lambda: is_focused(node), "the cursor where it was")


def test_clear_and_undo():
    with App() as app:
        start(app)
        app.click("Clear the Requests")
        app.find(LABELS, "No requests yet")
        app.click("Undo")
        wait_paths(app, ALL, "all rows again")
        app.focus()
        press("ctrl+l")
        app.find(LABELS, "No requests yet")
        press("ctrl+z")
        wait_paths(app, ALL, "all rows once more")


def test_pin_survives_clear():
    with App() as app:
        start(app)
        app.focus()
        press("ctrl+g")
        item = app.find(None, begins("GET /img/missing.png"))
        tap.wait_for(lambda: any(has_state(n, pyatspi.STATE_SELECTED) for n in app.all(None, item.name)), "the problem to be selected")
        # It has the focus, so that the keys of rows are about it.
        tap.wait_for(lambda: any(is_focused(n) for n in app.all(None, item.name)), "the focus on the problem")
        press("p")
        app.find(LABELS, contains("GET /img/missing.png", "pinned"))
        # Whoever types goes on typing.
        node = to_entry(app)
        press("ctrl+g")
        tap.wait_for(lambda: has_state(app.find(None, begins("GET /nothing.html")).parent, pyatspi.STATE_SELECTED)
                     or has_state(app.find(None, begins("GET /nothing.html")), pyatspi.STATE_SELECTED), "the next problem")
        assert is_focused(node), "the filter lost the focus"
        press("Escape")
        tap.wait_for(lambda: any(is_focused(n) for n in app.all(None, contains(", status "))), "the focus on a row")
        press("ctrl+l")
        wait_paths(app, ["/img/missing.png"], "only the pinned row")


def test_pause():
    with App() as app:
        url = start(app)
        app.focus()
        press("ctrl+p")
        app.find(BUTTONS, begins("Paused"))
        ask(url + "style.css")
        ask(url + "app.js")
        app.find(BUTTONS, begins("Paused, 2 requests waiting"))
        wait_paths(app, ALL, "the rows of before")
        app.click(begins("Paused"))
        wait_paths(app, ALL + ["/style.css", "/app.js"], "the rows that waited, too")
        app.gone(BUTTONS, begins("Paused"))


def test_sort_and_hide():
    with App() as app:
        start(app)
        app.click("Size", HEADERS)
        tap.wait_for(lambda: by_size(paths(app)) == ["/", "/style.css", "/app.js", "/img/photo.png"], "the smallest first")
        app.click("Size", HEADERS)
        tap.wait_for(lambda: paths(app)[0] == "/img/photo.png", "the largest first")
        app.click("Size", HEADERS)
        wait_paths(app, ALL, "the order of arrival")
        tap.wait_for(lambda: "bytes" in rows_label(app), "sizes in the rows")
        app.open_menu("Log Menu")
        app.click("Columns", MENU_ITEMS)
        click(tap.wait_for(lambda: beside(app, "Reset Columns", "Size"), "the column in the menu"))
        app.gone(HEADERS, "Size")
        # A screen reader hears of what is shown only.
        tap.wait_for(lambda: "bytes" not in rows_label(app), "rows without sizes")


def beside(app, neighbour, name):
    """The item of that name in the same menu as its neighbour; there may be another one elsewhere."""
    for node in app.all(MENU_ITEMS, neighbour):
        for _ in range(4):
            node = node.parent
            for item in walk(node):
                if item.name == name and item.getRoleName() in MENU_ITEMS:
                    return item
    return None


def rows_label(app):
    return next(n.name for n in app.all(LABELS, begins("GET /style.css, status 200")))


def by_size(found):
    """Without the error pages, whose size is nobody's business."""
    return [path for path in found if path not in ("/img/missing.png", "/nothing.html")]


def test_copy_as_table():
    with App() as app:
        start(app)
        to_entry(app)
        press("Escape")
        tap.wait_for(lambda: any(is_focused(n) for n in app.all(None, contains(", status "))), "the focus on a row")
        press("ctrl+a", "Menu")
        app.click("Copy as Table", MENU_ITEMS)
        tap.wait_for(lambda: clipboard().count("\n") == 7, "a title and six rows in the clipboard")
        lines = [line.split("\t") for line in clipboard().splitlines()]
        tap.equal([line[3] for line in lines], ["Path"] + ALL)
        tap.equal([line[2] for line in lines], ["Status", "200", "200", "200", "200", "404", "404"])


tap.run()
