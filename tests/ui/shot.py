# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the real window in the states listed below: ./dev shot [STATE…]

They go to _build/shots/STATE.png. The one named "window" is also the screenshot of the README and of
software centres, kept in data/screenshots/window.png."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import desktop
from desktop import BUTTONS, App, press, tap

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))

SITE = {
    "index.html": "<!doctype html><title>My website</title><link rel=stylesheet href=style.css><h1>Hello</h1>",
    "about.html": "<!doctype html><title>About</title><h1>About</h1>",
    "style.css": "body { font-family: sans-serif }\n" * 40,
    "js/app.js": "console.log('hello')\n" * 300,
    "js/vendor/chart.min.js": "x" * 214_000,
    "img/hero.jpg": "x" * 412_000,
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


def state_conflict_narrow(app):
    state_conflict(app)


def state_stopped(app):
    several(app)
    select(app, 4)


def state_listing(app):
    state_window(app)


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


# name: (what to do, width, height, dark)
STATES = {
    "empty": (state_empty, 1100, 700, False),
    "empty-dark": (state_empty, 1100, 700, True),
    "empty-narrow": (state_empty, 360, 640, False),
    "fresh": (state_fresh, 1100, 700, False),
    "fresh-narrow": (state_fresh, 360, 640, False),
    "window": (state_window, 1100, 700, False),
    "window-dark": (state_window, 1100, 700, True),
    "window-medium": (state_window, 760, 600, False),
    "window-narrow": (state_window, 400, 700, False),
    "window-narrow-dark": (state_window, 360, 640, True),
    "copied": (state_copied, 1100, 700, False),
    "conflict": (state_conflict, 1100, 700, False),
    "conflict-dark": (state_conflict, 1100, 700, True),
    "conflict-narrow": (state_conflict, 360, 640, False),
    "stopped": (state_stopped, 1100, 700, False),
    "missing": (state_missing, 1100, 700, False),
    "edit": (state_edit, 1100, 700, False),
    "removed": (state_removed, 1100, 700, False),
    "sidebar-narrow": (state_sidebar, 360, 640, False),
}


def take(name):
    set_up, width, height, dark = STATES[name]
    app = App()
    app.holder = None
    app.env["GSK_RENDERER"] = "cairo"
    app.env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark" if dark else "prefer-light"
    # What a GNOME desktop sets.
    settings = os.path.join(app.env["XDG_CONFIG_HOME"], "gtk-4.0")
    os.makedirs(settings)
    with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
        file.write("[Settings]\ngtk-font-name=Cantarell 11\n")
    try:
        set_up(app)
        subprocess.run(["xdotool", "windowsize", "--sync", app.window, str(width), str(height)], check=True)
        # Let the last frames, fades and counters come to rest: a picture has no event to wait for.
        time.sleep(1.2)
        folder = os.path.join(TOP, "_build", "shots")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name + ".png")
        app.screenshot(path, width, height)
        print(path, flush=True)
        if name == "window":
            kept = os.path.join(TOP, "data", "screenshots")
            os.makedirs(kept, exist_ok=True)
            shutil.copy(path, os.path.join(kept, "window.png"))
    finally:
        if app.holder:
            app.holder.kill()
            app.holder.wait()
        if app.process:
            app.kill()
        shutil.rmtree(app.home, ignore_errors=True)


def main():
    desktop.need_desktop()
    wrong = [name for name in sys.argv[1:] if name not in STATES]
    if wrong:
        sys.exit(f"There is no state {wrong[0]}. There are: {' '.join(STATES)}")
    for name in sys.argv[1:] or STATES:
        take(name)


if __name__ == "__main__":
    main()
