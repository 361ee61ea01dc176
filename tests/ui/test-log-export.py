# SPDX-License-Identifier: GPL-3.0-or-later
"""A log leaves the window and comes back: to the clipboard, to a file, where it can't, and from a saved archive."""

import glob
import json
import os
import sys
import urllib.error
import urllib.request

import pyatspi
from desktop import BUTTONS, LABELS, SWITCHES, App, click, clipboard, has_state, tap, type_text

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
import har  # noqa: E402

def contains(*words):
    return lambda name: all(word in (name or "") for word in words)


def button(word):
    """GTK 4.8 says the text of a button with a mnemonic twice, once with its underscore."""
    return lambda name: name == word or (name or "").endswith(" " + word)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        error.close()


def make_site(app):
    folder = os.path.join(app.home, "site")
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write("hello")
    return folder


def serve_and_ask(app):
    """Three requests in the log of a folder."""
    app.start(make_site(app))
    address = app.find(LABELS, contains("http://localhost:"), 30).name
    for path in ("", "missing?x=1", "a%20b"):
        fetch(address + path)
    app.find(LABELS, "3", 30)
    return address


def save_as(app, path):
    """Through the file chooser, as a person who types the whole path."""
    app.click(button("Save…"))
    type_text(app.find(("text",), contains("Name"), 30), path)
    app.click(button("Save"), ("push button", "button"))


def urls(entries):
    return ["/" + entry["request"]["url"].split("/", 3)[3] for entry in entries]


def test_clipboard():
    with App() as app:
        serve_and_ask(app)
        app.activate_window("export-log")
        app.click(button("Copy to Clipboard"))
        # Not the message: it may have come and gone while we look.
        tap.wait_for(lambda: clipboard().endswith("]}}\n"), "the log in the clipboard", 30)
        entries = har.check(clipboard())
        tap.equal(urls(entries), ["/", "/missing?x=1", "/a%20b"])
        tap.equal([entry["response"]["status"] for entry in entries], [200, 404, 404])


def test_numbers_follow():
    """Requests that come while the dialog is open are in the number that it names."""
    with App() as app:
        address = serve_and_ask(app)
        app.activate_window("export-log")
        app.find(LABELS, "All (3)", 30)
        fetch(address)
        fetch(address)
        app.find(LABELS, "All (5)", 30)
        app.click(button("Copy to Clipboard"))
        tap.wait_for(lambda: clipboard().endswith("]}}\n"), "the log in the clipboard", 30)
        tap.equal(len(har.check(clipboard())), 5)


def test_file_and_back():
    with App() as app:
        serve_and_ask(app)
        path = os.path.join(app.home, "saved.har")
        app.activate_window("export-log")
        save_as(app, path)
        tap.wait_for(lambda: os.path.exists(path), "the file", 30)
        app.gone(LABELS, "Export Log", 30)
        with open(path, encoding="utf-8") as file:
            tap.equal(urls(har.check(file.read())), ["/", "/missing?x=1", "/a%20b"])
        tap.equal(glob.glob(os.path.join(app.home, ".homeport-*")), [])

        app.activate("app.open-har", "file://" + path)
        app.find(LABELS, "saved.har", 30)
        app.find(LABELS, "3 requests", 30)
        app.find(None, contains("/missing?x=1", "404"), 30)


def test_no_place_to_save():
    """The reason stands in the dialog, which stays open for another try."""
    with App() as app:
        serve_and_ask(app)
        app.activate_window("export-log")
        save_as(app, "/proc/saved.har")
        app.find(LABELS, contains("/proc/saved.har", "can’t be saved"), 30)
        app.click(button("Copy to Clipboard"))
        tap.wait_for(lambda: clipboard().endswith("]}}\n"), "the log in the clipboard", 30)
        app.gone(LABELS, "Export Log", 30)


def test_broken_archive():
    """What could be read is there, and the line that could not is named."""
    with App() as app:
        path = os.path.join(app.home, "broken.har")
        entry = {"startedDateTime": "2026-11-24T13:02:11.300Z", "time": 1,
                 "request": {"method": "GET", "url": "http://localhost:8000/first"}, "response": {"status": 200}}
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"log": {"entries": [\n' + json.dumps(entry) + ",\n" + '{"request": oops}\n]}}\n')
        app.start(path)
        app.find(LABELS, contains("broken.har", "can’t be read", "Line 3"), 30)
        app.find(LABELS, "1 request")
        app.find(None, contains("/first", "200"))


SAVED = {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
    {"startedDateTime": "2026-11-24T13:02:11.300Z", "time": 2,
     "request": {"method": "GET", "url": "http://localhost:8000/a?b=1", "headers": [
         {"name": "Host", "value": "localhost:8000"}, {"name": "X-Asked", "value": "it's this"}]},
     "response": {"status": 404, "headers": [{"name": "X-Answered", "value": "that"}], "content": {"size": 3}},
     "_client": "firefox-bin", "_homeport": {"reason": "hidden", "client": "127.0.0.1\u202e", "file": "a"}},
    {"startedDateTime": "2026-11-24T13:02:12.300Z", "time": 1, "request": {"method": "GET", "url": "http://localhost:8000/style.css"},
     "response": {"status": 200}},
]}}


def select(row):
    while "Selection" not in pyatspi.listInterfaces(row.parent):
        row = row.parent
    row.parent.querySelection().selectChild(row.getIndexInParent())


def test_request_of_saved_log():
    """The pane tells all that the file knows, and offers what needs no server."""
    with App() as app:
        path = os.path.join(app.home, "saved.har")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(SAVED, file)
        app.start(path)
        select(app.find(None, contains("GET /a?b=1", "404"), 30))
        app.click("Details of the Request")
        app.find(LABELS, contains("hidden file"), 30)
        app.find(LABELS, contains("total 2"), 30)
        # A file from elsewhere may say anything.
        app.find(LABELS, contains("firefox-bin", "127.0.0.1\\u{202e}"), 30)
        # The table has the program, too.
        app.find(LABELS, contains("GET /a?b=1", "Client firefox-bin"), 30)
        for name in ("Send Again", "Reveal"):
            for node in app.all(BUTTONS, name):
                assert not has_state(node, pyatspi.STATE_SENSITIVE) or not has_state(node, pyatspi.STATE_VISIBLE), name
        app.find(BUTTONS, "Send Again")

        app.click("Request")
        app.find(LABELS, contains("X-Asked"), 30)
        app.click("Response")
        app.find(LABELS, contains("X-Answered"), 30)

        app.click("Copy as cURL")
        tap.wait_for(lambda: "'http://localhost:8000/a?b=1'" in clipboard(), "the command in the clipboard", 30)
        assert "X-Asked: it'\\''s this" in clipboard(), clipboard()
        app.open_menu("Request Menu")
        app.click("Copy Address", ("menu item",))
        tap.wait_for(lambda: clipboard() == "http://localhost:8000/a?b=1", "the address in the clipboard", 30)


def set_log_file(app, path):
    app.activate_window("log-file")
    click(app.find(SWITCHES, contains("Write Requests to a File"), 30))
    app.click(button("Choose…"))
    type_text(app.find(("text",), contains("Name"), 30), path)
    # The dialog below has a button of this name as well; the chooser is the newer one.
    tap.wait_for(lambda: app.all(BUTTONS, button("Choose")), "the button of the chooser", 30)
    click(app.all(BUTTONS, button("Choose"))[-1])
    app.find(LABELS, path, 30)
    app.click(button("Apply"))


def test_log_file():
    """Each request goes to the file, also after a restart; a file that can't be written is told in the page."""
    with App() as app:
        address = serve_and_ask(app)
        path = os.path.join(app.home, "site.jsonl")
        set_log_file(app, path)
        tap.wait_for(lambda: os.path.exists(path), "the file", 30)
        fetch(address + "logged")

        def targets():
            with open(path, encoding="utf-8") as file:
                return [json.loads(line)["target"] for line in file if line.endswith("\n")]

        tap.wait_for(lambda: targets() == ["/logged"], "the request in the file", 30)
        with open(os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini"), encoding="utf-8") as file:
            text = file.read()
        assert f"log-file={path}\n" in text and "log-format=jsonl\n" in text, text


def test_log_file_that_cannot_be():
    with App() as app:
        serve_and_ask(app)
        set_log_file(app, "/proc/site.log")
        app.find(LABELS, contains("/proc/site.log", "can’t be written"), 30)
        app.find(BUTTONS, "Log File…", 30)


if __name__ == "__main__":
    tap.run()
