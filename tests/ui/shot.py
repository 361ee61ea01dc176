# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the real window in the states listed below: ./dev shot [STATE…]

They go to _build/shots/STATE.png. Those in KEPT are also the screenshots of software centres, and of the README,
kept in data/screenshots."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import desktop
import pseudo
import pyatspi
import translated
from desktop import BUTTONS, LABELS, SWITCHES, App, has_state, press, tap, type_text

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))

SITE = {
    "index.html": "<!doctype html><title>My website</title><link rel=stylesheet href=style.css><h1>Hello</h1>",
    "about.html": "<!doctype html><title>About</title><h1>About</h1>",
    "style.css": "body { font-family: sans-serif }\n" * 40,
    "js/app.js": "console.log('hello')\n" * 300,
    "js/vendor/chart.min.js": "x" * 214_000,
    "img/hero.jpg": "x" * 412_000,
    "img/logo.png": "x" * 9_000,
    "img/photo-of-the-harbour-at-dawn-with-a-long-file-name-2560x1440.webp": "x" * 1_320_000,
    "fonts/inter.woff2": "x" * 98_000,
    "api/ports.json": '{"ports": []}',
}

VISIT = [
    ("/", None), ("/style.css", "/"), ("/js/app.js", "/"), ("/js/vendor/chart.min.js", "/"), ("/fonts/inter.woff2", "/style.css"),
    ("/img/hero.jpg", "/"), ("/img/Logo.png", "/"), ("/favicon.ico", "/"), ("/about.html", "/"), ("/style.css", "/about.html"),
    ("/img/photo-of-the-harbour-at-dawn-with-a-long-file-name-2560x1440.webp", "/about.html"),
    ("/api/ports.json?since=yesterday", "/about.html"), ("/missing/page.html", "/about.html"), ("/js", "/"), ("/js/", None),
]


def make_site(app, name, files=None):
    folder = os.path.join(app.home, "Projects", name)
    for path, text in (files or SITE).items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
    return folder


def write_list(app, entries):
    """The list on disk: (folder, port, running)."""
    path = os.path.join(app.env["XDG_CONFIG_HOME"], "homeport")
    os.makedirs(path)
    with open(os.path.join(path, "servers.ini"), "w", encoding="utf-8") as file:
        for n, (folder, port, running) in enumerate(entries, 1):
            file.write(f"[server-{n}]\nfolder={folder}\nport={port}\nrunning={'true' if running else 'false'}\n")


def ask(port, target, referrer=None, etag=None):
    headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    if referrer:
        headers["Referer"] = f"http://localhost:{port}{referrer}"
    if etag:
        headers["If-None-Match"] = etag
    try:
        answer = urllib.request.urlopen(urllib.request.Request(f"http://localhost:{port}{target}", headers=headers))
        answer.read()
        return answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        error.read()


def browse(port, times=1):
    for _ in range(times):
        etags = {}
        for target, referrer in VISIT:
            etags[target] = ask(port, target, referrer, etags.get(target))
        ask(port, "/index.html", None, etags["/"])


def several(app):
    """Four folders: two served, one whose port another program has, one stopped."""
    site = make_site(app, "my-website")
    entries = [
        (site, 62893, True),
        (make_site(app, "photos"), 62894, True),
        (make_site(app, "docs"), 62895, False),
        (make_site(app, "a folder with quite a long name indeed"), 62896, False),
    ]
    write_list(app, entries)
    app.holder = subprocess.Popen(
        [sys.executable, "-m", "http.server", "62895", "--bind", "127.0.0.1"],
        cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    tap.wait_for(lambda: not subprocess.call(["ss", "-Hltn", "sport = :62895"], stdout=subprocess.DEVNULL), "the holder")
    app.start()
    app.find(None, lambda name: "62895" in (name or "") and "python3" in name)
    tap.wait_for(lambda: can_ask(62893) and can_ask(62894), "the servers")


def can_ask(port):
    try:
        ask(port, "/index.html")
        return True
    except OSError:
        return False


def select(app, number):
    app.focus()
    press(f"alt+{number}")


def state_empty(app):
    app.start()
    app.find(BUTTONS, lambda name: "Choose Folder" in (name or ""))


def state_fresh(app):
    app.start(make_site(app, "my-website"))
    app.find(BUTTONS, "Copy")


def state_window(app):
    several(app)
    browse(62893, 2)
    select(app, 1)
    app.find(None, lambda name: "/about.html" in (name or "") and "200" in name)


def state_copied(app):
    state_window(app)
    app.click("Copy")


def state_conflict(app):
    several(app)
    select(app, 3)
    app.find(BUTTONS, lambda name: "Once" in (name or ""))


def state_waiting(app):
    state_conflict(app)
    app.click("Start When Free")
    app.find(None, lambda name: "Waiting for port" in (name or ""))


def state_rival(app):
    """Two folders with one port, of which the other one is running."""
    write_list(app, [(make_site(app, "docs"), 62993, False), (make_site(app, "photos"), 62993, True)])
    app.start()
    app.find(BUTTONS, "Switch")


def state_unknown_holder(app):
    """A port that nothing listens on, held all the same."""
    write_list(app, [(make_site(app, "docs"), 62895, False)])
    app.start()
    app.find(None, "Start Serving")
    app.listeners = [subprocess.Popen(
        [sys.executable, "-c", "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 62895)); time.sleep(300)"]
    )]
    time.sleep(1)
    app.click("Start Serving")
    app.find(None, lambda name: "nothing answers" in (name or ""))


def state_shadow(app):
    """Somebody else answers localhost over IPv6."""
    write_list(app, [(make_site(app, "my-website"), 62994, True)])
    app.start()
    tap.wait_for(lambda: can_ask(62994), "the server")
    app.listeners = [spawn_listener(app, "shop", 62994, "::1")]
    app.find(BUTTONS, lambda name: "127.0.0.1" in (name or ""), 20)


def state_stopped(app):
    several(app)
    select(app, 4)


def state_edit(app):
    several(app)
    select(app, 1)
    press("F2")
    app.find(None, lambda name: "Apply" in (name or "") or "Save" in (name or ""))


def state_removed(app):
    several(app)
    select(app, 2)
    app.activate_window("win.remove")
    app.find(BUTTONS, "Undo")


def state_sidebar(app):
    several(app)


def state_missing(app):
    write_list(app, [(os.path.join(app.home, "Projects", "gone"), 62893, True)])
    app.start()
    app.find(None, lambda name: "not found" in (name or ""))
    select(app, 1)


def state_hint(app):
    app.start(make_site(app, "my-website", {"dist/index.html": "<h1>Built</h1>", "package.json": "{}"}))
    app.find(BUTTONS, lambda name: "dist" in (name or ""))


def state_many(app):
    """Two hundred folders, and the last of them on screen."""
    write_list(app, [(make_site(app, f"project-{n:03}", {"index.html": "x"}), 63000 + n, False) for n in range(200)])
    app.start()
    app.find(SWITCHES, "Serve project-199")
    app.focus()
    press("Tab", "Tab", "Tab", "End")


def state_long_words(app):
    """A name, a path and a program, each longer than its place."""
    name = "the-quite-exceptionally-long-name-of-a-folder-that-nobody-would-choose-and-somebody-has"
    write_list(app, [(make_site(app, name), 62893, True)])
    app.start()
    app.find(None, "Stop Serving")
    tap.wait_for(lambda: can_ask(62893), "the server")
    select(app, 1)
    for target in ("/" + "deeply/nested/" * 20 + "file.html", "/?" + "&".join(f"key{n}=value" for n in range(90)), "/\u00e4%20b"):
        ask(62893, urllib.parse.quote(target, safe="/?&=%"), "/" + "from/" * 40)


def state_aborted(app):
    """A visitor who goes away in the middle of a big file."""
    site = make_site(app, "my-website")
    with open(os.path.join(site, "film.mp4"), "wb") as file:
        file.truncate(2_000_000_000)
    write_list(app, [(site, 62893, True)])
    app.start()
    tap.wait_for(lambda: can_ask(62893), "the server")
    for _ in range(3):
        answer = urllib.request.urlopen("http://localhost:62893/film.mp4")
        answer.read(100_000)
        answer.close()
        browse(62893)
    select(app, 1)
    app.find(None, lambda name: "film.mp4" in (name or "") and "aborted" in name)


def tab_to(app, is_there):
    """Goes on from place to place, and waits for each."""
    app.focus()
    for _ in range(40):
        if is_there(app):
            return
        before = focused_name(app)
        press("Tab")
        for _ in range(100):
            if focused_name(app) != before:
                break
            time.sleep(0.01)
    raise AssertionError("Tab doesn't lead there")


def focused_name(app):
    return next((node.name for node in app.all(None, lambda name: True) if has_state(node, pyatspi.STATE_FOCUSED)), None)


def state_selected(app):
    """Three rows chosen by the keyboard, with the focus."""
    state_window(app)
    tab_to(app, focused_request)
    press("Up", "Up", "Up", "space", "shift+Up", "shift+Up")


def state_pill(app):
    state_selected(app)
    press("Home")
    time.sleep(0.5)
    browse(62893)
    app.find(BUTTONS, lambda name: "new request" in (name or ""))


def state_focus(app):
    """Reached by Tab."""
    state_window(app)
    app.focus()
    press("Tab", "Tab", "Tab")


def state_main_menu(app):
    several(app)
    app.focus()
    press("F10")


def state_row_menu(app):
    several(app)
    app.focus()
    press("alt+2")
    click_at(140, 130, 3)


def state_log_menu(app):
    state_window(app)
    click_at(600, 500, 3)


def filter_by(text):
    """A filter typed into the entry."""

    def state(app):
        state_window(app)
        type_filter(app, text)

    return state


def type_filter(app, text):
    app.focus()
    press("ctrl+f")
    node = app.find(("text", "entry", "text box"), "Filter Requests")
    tap.wait_for(lambda: has_state(node, pyatspi.STATE_FOCUSED), "the cursor in the filter")
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True)


def state_completion(app):
    state_window(app)
    app.focus()
    press("ctrl+f")
    node = app.find(("text", "entry", "text box"), "Filter Requests")
    tap.wait_for(lambda: has_state(node, pyatspi.STATE_FOCUSED), "the cursor in the filter")
    subprocess.run(["xdotool", "type", "--delay", "30", "s"], check=True)
    time.sleep(0.5)
    press("Down")


def state_problems_chip(app):
    state_window(app)
    app.click("Problems 4")


def state_paused(app):
    state_window(app)
    app.activate_window("win.pause")
    browse(62893)
    app.find(BUTTONS, lambda name: "waiting" in (name or ""))


def state_sorted(app):
    state_window(app)
    app.click("Size")
    app.click("Size")


def state_header_menu(app):
    state_window(app)
    click_at(640, 254, 3)


def state_pinned(app):
    state_window(app)
    app.activate_window("win.next-problem")
    tab_to(app, focused_request)
    press("p")
    app.find(None, lambda name: "pinned" in (name or ""))


def state_columns_hidden(app):
    state_header_menu(app)
    app.click("Hide", ("menu item",))
    click_at(330, 254, 3)
    app.click("Hide", ("menu item",))
    subprocess.run(["xdotool", "mousemove", "1279", "1023"], check=True)


def state_filter_help(app):
    state_window(app)
    app.activate_window("win.filter-help")
    app.find(None, "Filters")


def state_folder_menu(app):
    state_window(app)
    tab_to(app, lambda app: any(has_state(node, pyatspi.STATE_FOCUSED) for node in app.all(None, "Folder Menu")))
    press("space")


def state_shortcuts(app):
    several(app)
    app.focus()
    press("ctrl+question")
    app.find(None, lambda name: "Shortcuts" in (name or ""))


def state_preferences(app):
    several(app)
    app.activate("app.preferences")
    app.find(SWITCHES, "Keep Running in the Background")


def state_check(app):
    several(app)
    select(app, 1)
    app.activate_window("win.check")
    app.find(None, lambda name: "All is well" in (name or "") or "Use the address" in (name or ""))


def state_check_stopped(app):
    state_stopped(app)
    app.activate_window("win.check")
    app.find(None, lambda name: "Nothing answers because" in (name or ""))


def state_import(app):
    several(app)
    path = os.path.join(app.home, "list.json")
    servers = [{"folder": make_site(app, "shop"), "port": 62893}, {"folder": "/srv/www/a-folder-that-is-gone"},
               {"folder": make_site(app, "photos of the summer at the lake"), "options": {"follow-links": True}}]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": "homeport-servers", "version": 1, "servers": servers}, file)
    app.activate("import-list", "file://" + path)
    app.find(LABELS, lambda name: "the folder was not found" in (name or ""))


def state_settings(app):
    several(app)
    site = make_site(app, "shop")
    with open(os.path.join(site, ".homeport.ini"), "w", encoding="utf-8") as file:
        file.write("[server]\nname=The Shop\nport=8000\nlist-folders=false\nfollow-links=true\nonly-me=false\n")
    app.activate("add-folder", site)
    app.find(LABELS, lambda name: "This folder brings settings" in (name or ""))


def state_recent(app):
    several(app)
    for _ in range(3):
        select(app, 1)
        app.activate_window("win.remove")
    app.find(None, "Recent Folders")
    # Where the button is: an inner one, which has no name.
    subprocess.run(["xdotool", "mousemove", "64", "28", "click", "1", "mousemove", "1279", "1023"], check=True)


def state_empty_recent(app):
    state_fresh(app)
    app.activate_window("win.remove")
    app.find(None, "Recent Folders")


def state_about(app):
    several(app)
    app.activate("app.about")
    app.find(None, lambda name: "Homeport developers" in (name or ""))


def ports(app):
    """The page of all ports, on a computer with a few things going on."""
    several(app)
    app.listeners = [
        spawn_listener(app, "shop", 3000, "127.0.0.1"),
        spawn_listener(app, "api", 8080, "0.0.0.0"),
        spawn_listener(app, "database-tools", 5432, "127.0.0.1"),
        spawn_listener(app, "docs", 8000, "::"),
    ]
    app.activate_window("win.show-ports")
    app.find(None, lambda name: "Port 8080," in (name or "") and "python3" in name, 20)


def spawn_listener(app, folder, port, address):
    path = make_site(app, folder, {"index.html": f"<title>{folder}</title>"})
    return subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", address],
        cwd=path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


def choose_port(app, port):
    app.focus()
    # What is typed goes to the search entry.
    press(*str(port))
    tap.wait_for(lambda: len(app.all(LABELS, lambda name: (name or "").startswith("Port "))) <= 2, "the match")
    press("Return")
    app.find(BUTTONS, "Close the Details")


def state_ports_detail(app):
    ports(app)
    choose_port(app, 8080)
    press("ctrl+f", "ctrl+a", "BackSpace")
    time.sleep(0.5)


def state_ports_answer(app):
    state_ports_detail(app)
    app.click("Ask It")
    app.find(None, lambda name: "“api”" in (name or ""))


def state_ports_search(app):
    ports(app)
    app.focus()
    press("8", "0")


def state_ports_none(app):
    ports(app)
    app.focus()
    press("q", "q", "q")
    app.find(BUTTONS, "Show All Ports")


def state_ports_stop(app):
    state_ports_detail(app)
    app.click(lambda name: "Stop…" in (name or ""))
    app.find(None, lambda name: "Stop “python3”?" in (name or ""))


def state_ports_menu(app):
    ports(app)
    click_at(700, 250, 3)


def state_drop(app):
    """A folder held over the window."""
    state_window(app)
    script = os.path.join(HERE, "drag-source.py")
    app.source = subprocess.Popen(
        [sys.executable, script, app.home], stdout=subprocess.PIPE, text=True, env=app.env
    )
    window = app.source.stdout.readline().strip()
    subprocess.run(["xdotool", "windowmove", "--sync", window, "1150", "100"], check=True)
    for words in (["1190", "140", "mousedown", "1"], ["1180", "150"], ["900", "400"], ["505", "405"]):
        subprocess.run(["xdotool", "mousemove", *words, "sleep", "0.15"], check=True)


FETCH = {"css": "style", "js": "script", "png": "image", "jpg": "image", "webp": "image", "ico": "image", "woff2": "font"}


def visit_pages(port):
    """As a browser does it, and says so in its Sec-Fetch fields."""
    for target, referrer in VISIT:
        name = target.split("?")[0]
        ending = name.rsplit(".", 1)[1] if "." in name else "html"
        dest = FETCH.get(ending, "empty" if ending == "json" else "document")
        fields = {
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept": "*/*", "Accept-Language": "en-US,en;q=0.5", "Accept-Encoding": "gzip, deflate, br",
            "Cookie": "session=0123456789abcdef; theme=dark",
            "Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": "navigate" if dest == "document" else "no-cors", "Sec-Fetch-Site": "same-origin",
        }
        if referrer:
            fields["Referer"] = f"http://localhost:{port}{referrer}"
        try:
            urllib.request.urlopen(urllib.request.Request(f"http://localhost:{port}{target}", headers=fields)).read()
        except urllib.error.HTTPError as error:
            error.read()


def find_port(app):
    address = app.find(None, lambda name: (name or "").startswith("http://localhost:")).name
    return int(address.rstrip("/").rsplit(":", 1)[1])


def with_pages(app):
    app.start(make_site(app, "my-website"))
    port = find_port(app)
    tap.wait_for(lambda: can_ask(port), "the server")
    visit_pages(port)
    visit_pages(port)
    app.focus()
    app.find(None, lambda name: "/about.html" in (name or "") and "200" in name)


def state_pane(app):
    """The pane of a picture that is there in other letter case."""
    with_pages(app)
    row = app.find(None, lambda name: "/img/Logo.png, status 404" in (name or ""))
    select_node(row)
    press("F9")
    app.find(None, lambda name: "img/logo.png" in (name or "") and "case-sensitive" in name)


def select_node(row):
    """A row of a list, through its item."""
    while row.parent is not None and "Selection" not in pyatspi.listInterfaces(row.parent):
        row = row.parent
    row.parent.querySelection().selectChild(row.getIndexInParent())


def saved(app):
    """The log of such a visit, saved and opened again, and its only window."""
    with_pages(app)
    path = os.path.join(app.home, "my-website.har")
    app.activate_window("export-log")
    app.click(lambda name: (name or "").endswith("Save…"))
    type_text(app.find(("text",), lambda name: "Name" in (name or "")), path)
    app.click(lambda name: (name or "").endswith("Save"), BUTTONS)
    tap.wait_for(lambda: os.path.exists(path), "the file")
    app.activate("app.quit")
    tap.wait_for(lambda: app.process.poll() is not None, "the end")
    app.start(path)
    app.find(LABELS, "my-website.har")
    app.focus()


def state_saved(app):
    saved(app)
    app.find(None, lambda name: "/about.html" in (name or "") and "200" in name)


def state_saved_pane(app):
    saved(app)
    select_node(app.find(None, lambda name: "/img/Logo.png, status 404" in (name or "")))
    press("Return")
    app.find(None, lambda name: "case-sensitive" in (name or ""))


def state_saved_fields(app):
    state_saved_pane(app)
    app.click("Response")


def state_saved_loads(app):
    saved(app)
    app.click("Page Loads")


def state_pane_beside(app):
    app.env["GSETTINGS_BACKEND"] = "keyfile"
    folder = os.path.join(app.env["XDG_CONFIG_HOME"], "glib-2.0", "settings")
    os.makedirs(folder)
    with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
        file.write("[app/homeport/Homeport]\npane-beside=true\n")
    state_pane(app)


def state_pane_fields(app):
    state_pane(app)
    app.click("Request")


def state_problems(app):
    with_pages(app)
    press("ctrl+2")
    app.find(None, lambda name: "Asked for" in (name or ""))


def state_no_problems(app):
    app.start(make_site(app, "my-website"))
    app.find(BUTTONS, "Copy")
    app.focus()
    ask(find_port(app), "/")
    app.find(None, lambda name: "GET /, status 200" in (name or ""))
    press("ctrl+2")
    app.find(None, "No problems")


def state_loads(app):
    with_pages(app)
    press("ctrl+3")
    app.find(None, lambda name: "Load of /" in (name or ""))


def state_load(app):
    state_loads(app)
    press("Down", "Down", "Down", "Down", "Down", "Return")
    app.find(BUTTONS, "All Page Loads")


def state_no_loads(app):
    app.start(make_site(app, "my-website"))
    browse(find_port(app))
    app.focus()
    press("ctrl+3")
    app.find(None, lambda name: "No page loads yet" in (name or ""))


def state_edit_former(app):
    """A folder that had other ports before."""
    folder = make_site(app, "my-website")
    write_list(app, [(folder, 62893, True)])
    path = os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini")
    with open(path, "a", encoding="utf-8") as file:
        file.write("former-ports=8080;3000;62901\n")
    app.start()
    app.find(SWITCHES, "Serve my-website")
    app.activate_window("win.change-port")
    app.find(BUTTONS, "Use Port 8080 Again")


def edit_port(text):
    def state(app):
        several(app)
        select(app, 1)
        app.activate_window("win.change-port")
        app.find(BUTTONS, lambda name: "Apply" in (name or ""))
        tap.wait_for(lambda: editables(app), "the entries")
        tap.wait_for(lambda: type_text(editables(app)[-1], text) or True, "to type")

    return state


def editables(app):
    return [node for node in app.all(("text", "entry", "text box"), lambda name: True) if has_state(node, pyatspi.STATE_EDITABLE)]


def focused_request(app):
    return any(has_state(node, pyatspi.STATE_FOCUSED) for node in app.all(None, lambda name: ", status " in (name or "")))


def click_at(x, y, button):
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", str(button)], check=True)


# As "Large Text" of a desktop's accessibility settings, and more.
LARGE = {"dpi": 144}
# Texts of 8 and of 32 pixels.
TINY = {"dpi": 52}
HUGE = {"dpi": 209}
CONTRAST = {"env": {"ADW_DEBUG_HIGH_CONTRAST": "1"}}
# From right to left, as GTK's own Arabic has it. Ours is left out: the states look for English words.
RTL = {"language": "ar"}
PSEUDO = {"language": "xx"}

# name: (what to do, width, height, dark[, what else is unusual])
STATES = {
    "empty": (state_empty, 1100, 700, False),
    "empty-dark": (state_empty, 1100, 700, True),
    "empty-narrow": (state_empty, 360, 640, False),
    "empty-short": (state_empty, 360, 294, False),
    "fresh": (state_fresh, 1100, 700, False),
    "fresh-narrow": (state_fresh, 360, 640, False),
    "fresh-short": (state_fresh, 360, 294, False),
    "window": (state_window, 1100, 700, False),
    "window-dark": (state_window, 1100, 700, True),
    "window-900": (state_window, 900, 600, False),
    "window-medium": (state_window, 760, 600, False),
    "window-700": (state_window, 700, 600, False),
    "window-600": (state_window, 600, 600, False),
    "window-narrow": (state_window, 400, 700, False),
    "window-narrow-dark": (state_window, 360, 640, True),
    "window-large": (state_window, 1100, 700, False, LARGE),
    "window-large-narrow": (state_window, 360, 640, False, LARGE),
    "copied": (state_copied, 1100, 700, False),
    "focus": (state_focus, 1100, 700, False),
    "selected": (state_selected, 1100, 700, False),
    "selected-dark": (state_selected, 1100, 700, True),
    "pill": (state_pill, 1100, 700, False),
    "aborted": (state_aborted, 1100, 700, False),
    "aborted-narrow": (state_aborted, 360, 640, False),
    "long-words": (state_long_words, 1100, 700, False),
    "long-words-narrow": (state_long_words, 360, 640, False),
    "filter": (filter_by("img status:200 "), 1100, 700, False),
    "filter-dark": (filter_by("img status:200 "), 1100, 700, True),
    "filter-narrow": (filter_by("img status:200 "), 360, 640, False),
    "filter-error": (filter_by("img stauts:200 "), 1100, 700, False),
    "filter-error-narrow": (filter_by("img stauts:200 "), 360, 640, True),
    "filter-nothing": (filter_by("nobody has this "), 1100, 700, False),
    "filter-nothing-narrow": (filter_by("nobody has this "), 360, 640, False),
    "completion": (state_completion, 1100, 700, False),
    "completion-narrow": (state_completion, 360, 640, True),
    "problems-chip": (state_problems_chip, 1100, 700, False),
    "paused": (state_paused, 1100, 700, False),
    "paused-narrow": (state_paused, 360, 640, True),
    "sorted": (state_sorted, 1100, 700, False),
    "header-menu": (state_header_menu, 1100, 700, False),
    "columns-hidden": (state_columns_hidden, 1100, 700, False),
    "pinned": (state_pinned, 1100, 700, False),
    "filter-help": (state_filter_help, 1100, 700, False),
    "many": (state_many, 1100, 700, False),
    "hint": (state_hint, 1100, 700, False),
    "hint-narrow": (state_hint, 360, 640, False),
    "conflict": (state_conflict, 1100, 700, False),
    "conflict-dark": (state_conflict, 1100, 700, True),
    "conflict-narrow": (state_conflict, 360, 640, False),
    "conflict-short": (state_conflict, 360, 294, False),
    "conflict-large": (state_conflict, 1100, 700, False, LARGE),
    "waiting": (state_waiting, 1100, 700, False),
    "waiting-narrow": (state_waiting, 360, 640, True),
    "rival": (state_rival, 1100, 700, False),
    "unknown-holder": (state_unknown_holder, 1100, 700, False),
    "shadow": (state_shadow, 1100, 700, False),
    "shadow-narrow": (state_shadow, 360, 640, False),
    "stopped": (state_stopped, 1100, 700, False),
    "missing": (state_missing, 1100, 700, False),
    "missing-narrow": (state_missing, 360, 640, False),
    "edit": (state_edit, 1100, 700, False),
    "edit-former": (state_edit_former, 1100, 700, False),
    "edit-wrong": (edit_port("70000"), 1100, 700, False),
    "edit-privileged": (edit_port("80"), 1100, 700, False),
    "edit-refused": (edit_port("6000"), 1100, 700, False),
    "edit-taken": (edit_port("62895"), 1100, 700, False),
    "edit-note": (edit_port("40000"), 1100, 700, True),
    "pane": (state_pane, 1100, 700, False),
    "pane-dark": (state_pane, 1100, 700, True),
    "pane-narrow": (state_pane, 400, 700, False),
    "pane-beside": (state_pane_beside, 1100, 700, False),
    "pane-beside-dark": (state_pane_beside, 1100, 700, True),
    "pane-fields": (state_pane_fields, 1100, 700, False),
    "pane-fields-narrow": (state_pane_fields, 360, 640, True),
    "problems": (state_problems, 1100, 700, False),
    "problems-dark": (state_problems, 1100, 700, True),
    "problems-narrow": (state_problems, 400, 700, False),
    "problems-none": (state_no_problems, 1100, 700, False),
    "loads": (state_loads, 1100, 700, False),
    "loads-dark": (state_loads, 1100, 700, True),
    "loads-narrow": (state_loads, 400, 700, False),
    "load": (state_load, 1100, 700, False),
    "load-narrow": (state_load, 360, 640, True),
    "loads-none": (state_no_loads, 1100, 700, False),
    "saved": (state_saved, 900, 600, False),
    "saved-pane": (state_saved_pane, 900, 700, False),
    "saved-pane-dark": (state_saved_pane, 900, 700, True),
    "saved-pane-narrow": (state_saved_pane, 360, 640, False),
    "saved-fields": (state_saved_fields, 900, 700, False),
    "saved-loads": (state_saved_loads, 900, 600, False),
    "saved-narrow": (state_saved, 360, 640, True),
    "main-menu": (state_main_menu, 1100, 700, False),
    "folder-menu": (state_folder_menu, 1100, 700, False),
    "row-menu": (state_row_menu, 1100, 700, False),
    "log-menu": (state_log_menu, 1100, 700, False),
    "ports": (ports, 1100, 700, False),
    "ports-dark": (ports, 1100, 700, True),
    "ports-narrow": (ports, 360, 640, False),
    "ports-medium": (ports, 760, 600, False),
    "ports-large": (ports, 1100, 700, False, LARGE),
    "ports-search": (state_ports_search, 1100, 700, False),
    "ports-none": (state_ports_none, 1100, 700, False),
    "ports-detail": (state_ports_detail, 1100, 700, False),
    "ports-answer": (state_ports_answer, 1100, 700, True),
    "ports-detail-narrow": (state_ports_detail, 360, 640, False),
    "ports-stop": (state_ports_stop, 1100, 700, False),
    "ports-large-narrow": (ports, 360, 640, False, LARGE),
    "sidebar-large-narrow": (state_sidebar, 360, 640, False, LARGE),
    "ports-menu": (state_ports_menu, 1100, 700, False),
    "shortcuts": (state_shortcuts, 1100, 700, False),
    "preferences": (state_preferences, 1100, 700, False),
    "check": (state_check, 1100, 700, False),
    "check-stopped": (state_check_stopped, 1100, 700, True),
    "import": (state_import, 1100, 700, False),
    "import-dark": (state_import, 1100, 700, True),
    "import-narrow": (state_import, 360, 640, False),
    "settings": (state_settings, 1100, 700, False),
    "settings-dark": (state_settings, 1100, 700, True),
    "settings-narrow": (state_settings, 360, 640, False),
    "recent": (state_recent, 1100, 700, False),
    "recent-dark": (state_recent, 1100, 700, True),
    "empty-recent": (state_empty_recent, 1100, 700, False),
    "empty-recent-narrow": (state_empty_recent, 360, 640, True),
    "about": (state_about, 1100, 700, False),
    "drop": (state_drop, 1100, 700, False),
    "removed": (state_removed, 1100, 700, False),
    "sidebar-narrow": (state_sidebar, 360, 640, False),
}

# What data/screenshots has of them, by which name.
KEPT = {"window": "window", "pane": "details", "conflict": "conflict", "ports": "ports", "window-dark": "dark"}

# The same in other circumstances: NAME-rtl and so on.
for suffix, unusual, names in (
    ("rtl", RTL, "empty window window-narrow-dark selected conflict conflict-narrow shadow check edit pane pane-beside pane-fields "
     "problems loads load ports ports-detail ports-narrow filter completion sorted long-words long-words-narrow preferences "
     "main-menu shortcuts hint missing"),
    ("pseudo", PSEUDO, "empty empty-narrow window window-narrow conflict conflict-narrow shadow-narrow waiting-narrow check "
     "edit edit-privileged pane pane-narrow pane-fields-narrow problems-narrow loads-narrow load-narrow ports ports-narrow "
     "ports-detail-narrow ports-stop filter-nothing-narrow preferences main-menu folder-menu shortcuts missing-narrow hint-narrow"),
    ("contrast", CONTRAST, "empty window window-dark selected conflict pane-beside-dark ports-dark edit-wrong filter-error preferences"),
    ("tiny", TINY, "window conflict pane ports"),
    ("huge", HUGE, "empty window conflict pane ports preferences"),
):
    for name in names.split():
        STATES[f"{name}-{suffix}"] = (*STATES[name][:4], unusual)


def make_locales(folder, languages):
    """What LOCPATH and TEXTDOMAINDIR are to be. The C locale of most test machines knows no languages, so there is one
    that does: en_US.UTF-8."""
    built = os.environ.get("TEXTDOMAINDIR") or os.path.join(os.path.dirname(os.path.dirname(desktop.PROGRAM)), "po")
    os.makedirs(folder)
    subprocess.run(["localedef", "--no-archive", "-i", "en_US", "-f", "UTF-8", os.path.join(folder, "en_US.UTF-8")], check=True)
    for language in languages:
        if language == "xx":
            pseudo.make(folder)
        else:
            os.symlink(os.path.join(built, language), os.path.join(folder, language))


def set_language(app, language):
    folder = os.path.join(app.home, "locale")
    make_locales(folder, [language])
    app.env.update(LC_ALL="en_US.UTF-8", LOCPATH=folder, LANGUAGE=language, TEXTDOMAINDIR=folder)
    if language == "xx":
        desktop.read_name = pseudo.undo
    else:
        desktop.read_name = translated.Reader(os.path.join(folder, language, "LC_MESSAGES", "homeport.mo"))


def take(name):
    set_up, width, height, dark, *unusual = STATES[name]
    unusual = unusual[0] if unusual else {}
    app = App()
    app.holder = app.source = None
    app.listeners = []
    app.env.update(unusual.get("env", {}))
    desktop.read_name = (lambda name: name)
    if "language" in unusual:
        set_language(app, unusual["language"])
    with open(os.path.join(app.home, ".Xdefaults"), "w", encoding="utf-8") as file:
        file.write(f"Xft.dpi: {unusual.get('dpi', 96)}\n")
    app.env["GSK_RENDERER"] = "cairo"
    app.env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark" if dark else "prefer-light"
    # What a GNOME desktop sets.
    settings = os.path.join(app.env["XDG_CONFIG_HOME"], "gtk-4.0")
    os.makedirs(settings)
    with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
        file.write("[Settings]\ngtk-font-name=Cantarell 11\n")
    try:
        # Out of the way: under the pointer there would be a row in another colour and its tooltip.
        subprocess.run(["xdotool", "mousemove", "1279", "1023"], check=True)
        set_up(app)
        subprocess.run(["xdotool", "windowsize", "--sync", app.window, str(width), str(height)], check=True)
        # Let the last frames, fades and counters come to rest: a picture has no event to wait for.
        time.sleep(1.2)
        geometry = subprocess.run(["xdotool", "getwindowgeometry", app.window], capture_output=True, text=True).stdout
        # Without a compositor there is a frame of five pixels around it.
        if int(geometry.split()[-1].split("x")[0]) > width + 10:
            print(f"{name}: the window won't be {width} pixels wide: {geometry.split()[-1]}", flush=True)
        folder = os.path.join(TOP, "_build", "shots")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name + ".png")
        app.screenshot(path, width, height)
        print(path, flush=True)
        if name in KEPT:
            kept = os.path.join(TOP, "data", "screenshots")
            os.makedirs(kept, exist_ok=True)
            shutil.copy(path, os.path.join(kept, KEPT[name] + ".png"))
    finally:
        for helper in (app.holder, app.source, *app.listeners):
            if helper:
                helper.kill()
                helper.wait()
        if app.process:
            app.kill()
        shutil.rmtree(app.home, ignore_errors=True)


def main():
    desktop.need_desktop()
    wrong = [name for name in sys.argv[1:] if name not in STATES]
    if wrong:
        sys.exit(f"There is no state {wrong[0]}. There are: {' '.join(STATES)}")
    failed = []
    for name in sys.argv[1:] or STATES:
        try:
            take(name)
        except Exception as error:
            failed.append(name)
            print(f"{name}: {error}", flush=True)
    if failed:
        sys.exit(f"Not taken: {' '.join(failed)}")


if __name__ == "__main__":
    main()
