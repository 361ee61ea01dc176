# SPDX-License-Identifier: GPL-3.0-or-later
"""The pane of a request, the problems and the page loads, as a person uses them."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pyatspi
from desktop import BUTTONS, LABELS, App, clipboard, has_state, press, tap, type_text

HOSTILE = "it's \"quoted\" $HOME `id` \\ !"
BODY = '{\n  "a": "\u202e\x1b[1m\x00"\r\n}'.encode()
WHY = "“img/Logo.png” exists — names are case-sensitive."

# Writes down what it is asked to show.
FILE_MANAGER = """
from gi.repository import Gio, GLib

def call(_bus, _sender, _path, _interface, method, parameters, invocation):
    print(method, *parameters.unpack()[0], flush=True)
    invocation.return_value(None)

bus = Gio.bus_get_sync(Gio.BusType.SESSION)
node = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.freedesktop.FileManager1">
    <method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>
    <method name="ShowFolders"><arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface></node>''')
bus.register_object("/org/freedesktop/FileManager1", node.interfaces[0], call)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.FileManager1", 0, lambda *_: print("up", flush=True), None)
loop = GLib.MainLoop()
GLib.timeout_add_seconds(60, loop.quit)
loop.run()
"""


def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def ask(url, body=None, **fields):
    """The status of the answer."""
    request = urllib.request.Request(url, body, headers={name.replace("_", "-"): value for name, value in fields.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def start(app):
    """A page and a picture; its address."""
    folder = os.path.join(app.home, "site")
    os.makedirs(os.path.join(folder, "img"))
    for name in ("index.html", "img/Logo.png"):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("hello")
    app.start(folder)
    url = app.find(LABELS, lambda name: (name or "").startswith("http://localhost:")).name
    tap.wait_for(lambda: answers(url), "the server", 30)
    return url


def answers(url):
    try:
        return ask(url) == 200
    except OSError:
        return False


def select(row):
    """A row of a list alone, through the item around it."""
    while "Selection" not in pyatspi.listInterfaces(row.parent):
        row = row.parent
    selection = row.parent.querySelection()
    selection.clearSelection()
    selection.selectChild(row.getIndexInParent())


def has_focus(app, words):
    return any(has_state(node, pyatspi.STATE_FOCUSED) for node in app.each(None, contains(words)))


def press_for(app, key, found):
    """Presses until it did what it should: a key that comes while the window takes the focus goes nowhere."""
    for last in (False, False, True):
        app.focus()
        press(key)
        try:
            return tap.wait_for(found, f"what {key} does", 20)
        except AssertionError:
            if last:
                raise


def test_pane():
    with App() as app:
        url = start(app)
        tap.equal(ask(url + "img/logo.png", X_Odd=HOSTILE, Referer=url), 404)
        row = app.find(LABELS, contains("GET /img/logo.png, status 404"))
        app.activate_window("win.request-pane")
        app.find(LABELS, contains("Select a request"))
        select(row)
        app.find(LABELS, WHY)
        app.find(LABELS, contains("The page / asked for it"))
        # The command really asks for the same, whatever the shell makes of quotes.
        app.click("Copy as cURL")
        tap.wait_for(lambda: clipboard().startswith("curl "), "the command in the clipboard")
        got = subprocess.run(
            ["sh", "-c", clipboard() + " -s -o /dev/null -w '%{http_code}'"], capture_output=True, text=True, timeout=30
        )
        assert got.stdout.endswith("404"), got
        tap.wait_for(lambda: len(app.all(LABELS, contains("GET /img/logo.png, status 404"))) == 2, "the second request")
        # Its fields are found by a word.
        app.click("Request")
        app.find(LABELS, HOSTILE)
        entry = app.find(("text", "entry", "text box"), lambda name: "request’s fields" in (name or ""))
        type_text(entry, "X-ODD")
        app.gone(LABELS, "Host")
        app.find(LABELS, HOSTILE)
        # The row says that it was no visitor.
        app.click("Send Again")
        app.find(LABELS, contains("GET /img/logo.png, status 404", "sent again"))
        tap.equal(len(app.all(LABELS, contains("GET /img/logo.png, status 404"))), 3)
        # What answered, and that it is another pane now.
        app.click("Summary")
        select(app.find(LABELS, contains("GET /, status 200")))
        app.find(LABELS, contains("index.html", "stands for it"))
        with subprocess.Popen([sys.executable, "-c", FILE_MANAGER], stdout=subprocess.PIPE, text=True) as manager:
            try:
                tap.equal(manager.stdout.readline(), "up\n")
                app.click("Reveal")
                tap.equal(manager.stdout.readline(), f"ShowItems file://{app.home}/site/index.html\n")
                # Of what is missing, where it should be.
                select(row)
                app.open_menu("Request Menu")
                app.click("Reveal File", ("menu item",))
                tap.equal(manager.stdout.readline(), f"ShowFolders file://{app.home}/site/img\n")
            finally:
                manager.kill()
        # What a request brought along, line by line.
        tap.equal(ask(url + "form", BODY), 413)
        select(app.find(LABELS, contains("POST /form, status 413")))
        app.find(LABELS, '{\n  "a": "\\u{202e}\\x1b[1m\\x00"\n}')


def data_without_programs(app):
    """The types of files are there: GTK 4.18 knows an SVG by them."""
    folder = os.path.join(app.home, "data-without-programs")
    os.makedirs(folder)
    os.symlink("/usr/share/mime", os.path.join(folder, "mime"))
    return folder


def test_nothing_to_reveal_with():
    """Neither a file manager on the bus nor a program for folders."""
    with App() as app:
        app.env["XDG_DATA_DIRS"] = data_without_programs(app)
        url = start(app)
        tap.equal(ask(url), 200)
        select(app.find(LABELS, contains("GET /, status 200")))
        app.activate_window("win.request-pane")
        app.click("Reveal")
        app.find(LABELS, "No file manager is installed that could show it.")


def test_without_a_request_line():
    """A browser that tries https gets no further than to connect: there is nothing to ask for again."""
    with App() as app:
        url = start(app)
        with socket.create_connection(("127.0.0.1", int(url.rstrip("/").rsplit(":", 1)[1])), 20) as connection:
            connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
        select(app.find(LABELS, contains("- -, status 400")))
        app.activate_window("win.request-pane")
        app.click("Copy as cURL")
        app.find(LABELS, "This request never said what it asks for.")
        assert not clipboard().startswith("curl"), clipboard()
        tap.equal(ask(url), 200)
        select(app.find(LABELS, contains("GET /, status 200")))
        app.click("Copy as cURL")
        app.find(LABELS, "Copied the cURL command")


def test_way_out():
    """A button of the pane mends what it explains."""
    with App() as app:
        url = start(app)
        with open(os.path.join(app.home, "site", ".secret"), "w", encoding="utf-8") as file:
            file.write("hidden")
        tap.equal(ask(url + ".secret"), 404)
        select(app.find(LABELS, contains("GET /.secret, status 404")))
        app.activate_window("win.request-pane")
        app.find(LABELS, contains("A hidden file"))
        app.click("Serve Hidden Files")
        app.find(LABELS, contains("it will work the next time"))
        app.click("Send Again")
        app.find(LABELS, contains("GET /.secret, status 200", "sent again"))


def test_problems():
    with App() as app:
        url = start(app)
        for _ in range(3):
            ask(url + "img/logo.png", Referer=url + "about.html")
        ask(url + "gone.html")
        ask(url + "favicon.ico")
        tap.wait_for(lambda: app.all(LABELS, contains("GET /favicon.ico")), "all requests")
        # On the row of the folder, too, and noise is none.
        tap.wait_for(
            lambda: any("4 problems" in (node.description or "") for node in app.all(None, "site")), "the number on the row"
        )
        press_for(app, "ctrl+2", lambda: app.seen(None, contains("/img/logo.png, 404", "3 times by /about.html")))
        app.find(None, contains("/img/logo.png, 404", "“img/Logo.png” exists"))
        # Whoever comes back goes on where it was left.
        tap.wait_for(lambda: has_focus(app, "/gone.html, 404"), "the focus on the newest problem")
        press_for(app, "ctrl+1", lambda: app.seen(LABELS, contains("GET /favicon.ico")) and not has_focus(app, "/gone.html, 404"))
        press_for(app, "ctrl+2", lambda: has_focus(app, "/gone.html, 404"))
        press_for(app, "Down", lambda: has_focus(app, "/img/logo.png, 404"))
        press_for(app, "Return", lambda: app.seen(LABELS, WHY))
        selected = [n for n in app.all(None, contains("/img/logo.png, status 404")) if has_state(n, pyatspi.STATE_SELECTED)]
        assert selected, "no row is selected"
        # The others of the log are filtered out.
        app.gone(LABELS, contains("GET /favicon.ico"))
        press_for(app, "Escape", lambda: not app.seen(BUTTONS, "Copy as cURL"))


def test_loads():
    with App() as app:
        url = start(app)
        browser = {"User_Agent": "Firefox", "Sec_Fetch_Site": "same-origin"}
        press_for(app, "ctrl+3", lambda: app.seen(LABELS, "No page loads yet"))
        app.find(LABELS, contains("listed one by one"))
        ask(url, Sec_Fetch_Dest="document", Sec_Fetch_Mode="navigate", **browser)
        ask(url + "img/Logo.png", Sec_Fetch_Dest="image", Sec_Fetch_Mode="no-cors", Referer=url, **browser)
        ask(url + "img/none.png", Sec_Fetch_Dest="image", Sec_Fetch_Mode="no-cors", Referer=url, **browser)
        app.find(None, contains("Load of /,", "3 requests · 1 problem"))
        app.find(None, contains("Requests that belong to no page"))


tap.run()
