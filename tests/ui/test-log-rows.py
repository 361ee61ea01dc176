# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the log over a long time: columns as somebody wants them, also after a restart; the limit of
the memory; and nothing that a client sends disguises itself anywhere in the window."""

import http.client
import os
import re
import secrets
import socket
import subprocess

import pyatspi
from desktop import BUTTONS, LABELS, App, click, clipboard, has_state, press, tap, walk

TITLES = ("Time", "Method", "Status", "Path", "Type", "Size", "Duration", "Client", "Referrer")
MENU_ITEMS = ("menu item", "check menu item")


class AppWithSettings(App):
    """Its settings are kept, as on a desktop."""

    def __init__(self, settings=""):
        super().__init__()
        self.env["GSETTINGS_BACKEND"] = "keyfile"
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "glib-2.0", "settings")
        os.makedirs(folder)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write(f"[app/homeport/Homeport]\n{settings}\n")

    def restart(self):
        self.process.terminate()
        tap.equal(self.process.wait(15), 0)
        self.start()


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def start(app):
    folder = os.path.join(app.home, "site")
    os.makedirs(folder)
    for name, size in (("index.html", 40), ("style.css", 400), ("a\u202egpj.html", 4000)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("x" * size)
    app.start(folder)
    url = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name
    tap.wait_for(lambda: subprocess.call(["curl", "-sfo", os.devnull, url]) == 0, "the page")
    return url


def port_of(url):
    return int(url.rstrip("/").rsplit(":", 1)[1])


def extents(app, node):
    """In the window, from where the content begins. Newer GTK, such as 4.18, tells where the padding does."""
    place = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    version = tuple(int(part) for part in app.root.toolkitVersion.split(".")[:2])
    x, y = (11, 5) if version >= (4, 10) else (0, 0)
    return place.x + x, place.y + y, place.width, place.height


def titles(app):
    """Where each title stands and how wide it is, from the left; not those that there is no room for."""
    found = []
    for node in app.all(BUTTONS, lambda name: name in TITLES):
        x, y, width, height = extents(app, node)
        if width > 0 and has_state(node, pyatspi.STATE_VISIBLE):
            found.append((x, width, y + height // 2, node.name))
    return sorted(found)


def order(app):
    return [name for _x, _width, _y, name in titles(app)]


def wait_order(app, expected):
    tap.wait_for(lambda: order(app) == expected, f"{expected}, there is {order(app)}")


def title(app, wanted):
    return next((x, width, y) for x, width, y, name in titles(app) if name == wanted)


def drag(x, y, to_x):
    """In steps, as a hand does: the columns change places on the way."""
    words = ["mousemove", str(x), str(y), "mousedown", "1"]
    for step in range(1, 11):
        words += ["mousemove", str(x + (to_x - x) * step // 10), str(y), "sleep", "0.03"]
    subprocess.run(["xdotool", *words, "mouseup", "1"], check=True)


def place(app, words):
    """Of the row, in the window, which is at the corner of the display."""
    return extents(app, app.find(LABELS, contains(words)))


def hover(app, x, y, words):
    """Finds the tooltip. It comes when the pointer has rested, and may have been there for another place."""
    for step in range(10):
        subprocess.run(["xdotool", "mousemove", str(x + step % 2), str(y)], check=True)
        try:
            tap.wait_for(lambda: app.seen(LABELS, lambda name: (name or "").startswith(words)), words, 2)
            return
        except AssertionError:
            continue
    raise AssertionError(f"no tooltip {words!r}")


def focused(app):
    app.root.clear_cache()
    return next((node.name for node in walk(app.root) if has_state(node, pyatspi.STATE_FOCUSED)), "")


def press_until(app, key, *names):
    for _ in range(40):
        if focused(app) in names:
            return
        before = focused(app)
        press(key)
        try:
            tap.wait_for(lambda: focused(app) not in ("", before), f"the focus to leave {before!r}", 3)
        except AssertionError:
            app.focus()
    raise AssertionError(f"{key} never led to {names}")


def test_columns():
    """Moved and made wider by pointer and by keyboard, hidden, sorted; and all that is still so the next time."""
    with AppWithSettings() as app:
        url = start(app)
        wait_order(app, ["Time", "Method", "Status", "Path", "Type", "Size", "Duration", "Client"])
        # By pointer: Type to the other side of Path, and Client wider by its border.
        x, _width, y = title(app, "Type")
        drag(x + 15, y, title(app, "Path")[0] + 10)
        wait_order(app, ["Time", "Method", "Status", "Type", "Path", "Size", "Duration", "Client"])
        x, width, y = title(app, "Client")
        drag(x - 5, y, x - 65)
        tap.wait_for(lambda: title(app, "Client")[1] == width + 60, f"60 pixels more than {width}, not {title(app, 'Client')}")
        # By keyboard: Status behind Type, Type narrower, Method gone.
        app.focus()
        press_until(app, "Tab", *TITLES)
        press_until(app, "Left", "Status")
        press("ctrl+shift+Right")
        wait_order(app, ["Time", "Method", "Type", "Status", "Path", "Size", "Duration", "Client"])
        width = title(app, "Status")[1]
        press("ctrl+Right", "ctrl+Right")
        tap.wait_for(lambda: title(app, "Status")[1] > width, "a wider column")
        press_until(app, "Left", "Method")
        press("Menu")
        click(tap.wait_for(lambda: next(app.each(MENU_ITEMS, "Hide"), None), "Hide in the menu"))
        wait_order(app, ["Time", "Type", "Status", "Path", "Size", "Duration", "Client"])
        # The keyboard is still among the titles, also after a look at their menu.
        tap.wait_for(lambda: focused(app) == "Time", f"the focus on the next title, not {focused(app)!r}")
        press("Menu")
        tap.wait_for(lambda: focused(app) == "Sort, Smallest First", "the menu")
        press("Escape")
        tap.wait_for(lambda: focused(app) == "Time", f"the focus back on the title, not {focused(app)!r}")
        press_until(app, "Right", "Size")
        press("space", "space")
        tap.wait_for(lambda: "largest" in (app.find(BUTTONS, "Size").description or ""), "the largest first")
        before = titles(app)

        app.restart()
        for path in ("style.css", ""):
            subprocess.run(["curl", "-sfo", os.devnull, url + path], check=True)
        app.find(LABELS, contains("GET /, status 200"))
        app.find(LABELS, contains("GET /style.css, status 200"))
        tap.wait_for(lambda: titles(app) == before, f"{before}, there is {titles(app)}")
        assert "largest" in app.find(BUTTONS, "Size").description

        # In a narrow window there are two lines for each, and no columns; the tooltip tells the rest.
        _x, _y, _width, height = place(app, "GET /style.css, status 200")
        subprocess.run(["xdotool", "windowsize", "--sync", app.window, "400", "700"], check=True)
        app.focus()
        press("alt+1")
        wait_order(app, [])
        tap.wait_for(lambda: place(app, "GET /style.css, status 200")[3] > height * 1.5, "rows of two lines")
        x, y, width, height = place(app, "GET /style.css, status 200")
        hover(app, x + width // 2, y + height // 2, "/style.css\n200 · File sent\nClient: curl/")


def ask_much(port, count):
    """Requests of which each needs eight kilobytes of the log."""
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    for _ in range(count):
        connection.request("GET", "/?" + secrets.token_hex(3900))
        connection.getresponse().read()
    connection.close()


def test_memory():
    """The oldest requests leave when the memory that the preferences allow is used up, and only then."""
    with AppWithSettings("log-memory=16") as app:
        url = start(app)
        subprocess.run(["curl", "-sfo", os.devnull, url + "style.css"], check=True)
        ask_much(port_of(url), 1000)
        app.focus()
        press("ctrl+f")
        tap.wait_for(lambda: focused(app) == "Filter Requests", "the cursor in the filter")
        subprocess.run(["xdotool", "type", "style"], check=True)
        app.find(LABELS, contains("GET /style.css, status 200"))
        app.find(LABELS, contains("1 of 100"))
        ask_much(port_of(url), 1500)
        app.find(LABELS, "No request matches")


# One that turns what follows around, a blank one, and one that begins a line.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\ufeff]")


def send(port, *lines):
    """A request of any bytes, and the end of its answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall("\r\n".join((*lines, f"Host: localhost:{port}", "Connection: close", "", "")).encode())
        while connection.recv(65536):
            pass


def check_texts(app, where):
    """Names, descriptions and contents of all there is; there has to be something hostile among them."""
    app.root.clear_cache()
    texts = []
    for node in walk(app.root):
        texts += [node.name or "", node.description or ""]
        if "Text" in pyatspi.listInterfaces(node):
            text = node.queryText()
            texts.append(text.getText(0, text.characterCount))
    bad = [text for text in texts if HIDDEN.search(text)]
    assert not bad, f"{where}: {bad}"
    assert any("gpj" in text for text in texts), f"{where}: nothing hostile is to be seen"


def select(row):
    while "Selection" not in pyatspi.listInterfaces(row.parent):
        row = row.parent
    row.parent.querySelection().clearSelection()
    row.parent.querySelection().selectChild(row.getIndexInParent())


def test_nothing_is_disguised():
    with App() as app:
        port = port_of(start(app))
        send(port, "GET /a\u202egpj.html HTTP/1.1", "User-Agent: Firefox\u202e\u200bx gpj", "Referer: http://localhost:%d/\u202er" % port,
             "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "X-Odd: \u2028\u202e gpj")
        send(port, "GET /b\u202egpj.png HTTP/1.1", "User-Agent: \u202ebot/1", "Referer: http://localhost:%d/\u202er?gpj" % port)
        row = app.find(LABELS, contains("GET /a\\u{202e}gpj.html, status 200"))
        app.find(LABELS, contains("GET /b\\u{202e}gpj.png, status 404"))
        _x, y, _width, height = place(app, "GET /a\\u{202e}gpj.html")
        for name, words in (("Path", "/a\\u{202e}gpj.html"), ("Client", "Firefox\\u{202e}\\u{200b}x gpj")):
            x, width, _y = title(app, name)
            hover(app, x + width // 2, y + height // 2, words)
            check_texts(app, "the tooltip of " + name)
        app.activate_window("win.request-pane")
        select(row)
        app.find(LABELS, contains("The file “a\\u{202e}gpj.html”"))
        check_texts(app, "the summary")
        app.click("Request")
        app.find(LABELS, contains("\\u{2028}\\u{202e} gpj"))
        check_texts(app, "the fields")
        app.focus()
        press("ctrl+f")
        tap.wait_for(lambda: focused(app) == "Filter Requests", "the cursor in the filter")
        subprocess.run(["xdotool", "type", "--delay", "30", "gpj"], check=True)
        app.find(None, "/a*gpj.html")
        check_texts(app, "the completions")
        press("Down", "Return")
        app.gone(LABELS, contains("GET /, status 200"))
        app.find(LABELS, contains("GET /", "gpj"))
        check_texts(app, "the filter")
        press("ctrl+2")
        app.find(None, contains("/b\\u{202e}gpj.png, 404"))
        check_texts(app, "the problems")
        press("ctrl+3")
        app.find(None, contains("Load of /a\\u{202e}gpj.html"))
        check_texts(app, "the page loads")


tap.run()
