# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of real files and a real browser: Debian's python3-doc read in headless Chromium."""

import mimetypes
import os
import urllib.parse

from headless import Server, tap
from webdriver import Browser

DOCS = os.path.realpath("/usr/share/doc/python3-doc/html")

PAGES = [
    "index.html", "tutorial/index.html", "tutorial/introduction.html", "library/index.html", "library/socket.html",
    "library/functions.html", "reference/index.html", "howto/regex.html", "genindex-all.html", "about.html",
]

TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
}


def local_path(target):
    return os.path.join(DOCS, urllib.parse.unquote(urllib.parse.urlsplit(target).path).lstrip("/"))


def visit(browser, base):
    """Ten pages, some links between them, and a search with results."""
    for page in PAGES:
        browser.open(base + page)
        assert browser.script("return document.title"), page

    followed = set()
    for _ in range(5):
        browser.open(base + "index.html")
        link = browser.script(
            "return [...document.querySelectorAll('.body a.reference.internal, a.biglink')].map(a => a.href)"
            ".find(h => !arguments[0].includes(h.split('#')[0]) && h.split('#')[0] != location.href.split('#')[0])",
            list(followed),
        )
        assert link, browser.url()
        browser.script("location.href = arguments[0]", link)
        tap.wait_for(
            lambda: browser.script("return document.readyState == 'complete' && location.href.split('#')[0]")
            == link.split("#")[0],
            link,
        )
        followed.add(link.split("#")[0])

    browser.open(base + "search.html?q=socket")
    tap.wait_for(
        lambda: browser.script("return document.querySelectorAll('#search-results li').length") > 10, "search results", 30
    )
    browser.script("document.querySelector('#search-results li a').click()")
    tap.wait_for(lambda: browser.script("return document.readyState") == "complete", "the page found")


def seen_by_browser(events):
    """Requests that went over the wire: {(method, target): (status, media type)}, and how often."""
    sent, answers = {}, {}
    for method, params in events:
        if method == "Network.requestWillBeSent" and params["request"]["url"].startswith("http"):
            sent[params["requestId"]] = params["request"]
        elif method == "Network.responseReceived" and params["requestId"] in sent:
            response = params["response"]
            if not response.get("fromDiskCache") and not response.get("fromPrefetchCache"):
                answers[params["requestId"]] = (response["status"], response["mimeType"])
    return [
        (urllib.parse.urlsplit(sent[i]["url"]), *answer) for i, answer in answers.items()
    ]


def test_ten_pages_links_and_search():
    if not os.path.isdir(DOCS):
        raise tap.Skip("python3-doc is not installed")
    with Browser() as browser, Server(DOCS) as server:
        visit(browser, f"http://localhost:{server.port}/")
        events = browser.network_events()
        browser.close()
        log = []
        server.ask("/the-last-one")
        while not log or log[-1]["target"] != "/the-last-one":
            log.append(server.line())
        log.pop()

    answers = seen_by_browser(events)
    print(f"# {len(answers)} answers in the browser, {len(log)} requests in the log")
    assert len(answers) > 50, len(answers)
    targets = [event["target"] for event in log]

    # Every request of the browser is in the log.
    for url, status, media_type in answers:
        target = url.path + (f"?{url.query}" if url.query else "")
        assert target in targets, f"{target} is not in the log"
        ending = os.path.splitext(url.path)[1]
        if status == 200 and ending in TYPES:
            tap.equal(media_type, TYPES[ending], url.path)

    # No 404 that is not a missing file, nothing worse, and every byte of each file.
    for event in log:
        path = local_path(event["target"])
        if event["status"] == 404:
            assert not os.path.exists(path), event
        elif event["status"] == 403:
            # Debian links two scripts to another package's folder: out of what is served.
            assert not os.path.realpath(path).startswith(DOCS + "/"), event
        elif event["status"] == 200 and not event["aborted"] and event["method"] == "GET":
            tap.equal(event["bytes"], os.path.getsize(path if os.path.isfile(path) else path + "/index.html"), path)
        else:
            assert event["status"] in (200, 206, 304) or event["aborted"], event


def test_every_file_has_its_type():
    """Each of the files once, over one keep-alive connection, against Python's own table."""
    if not os.path.isdir(DOCS):
        raise tap.Skip("python3-doc is not installed")
    import http.client

    n = 0
    with Server(DOCS) as server:
        connection = http.client.HTTPConnection("localhost", server.port)
        for folder, _, names in os.walk(DOCS):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.realpath(path).startswith(DOCS + "/"):
                    continue
                target = urllib.parse.quote("/" + os.path.relpath(path, DOCS))
                connection.request("HEAD", target)
                answer = connection.getresponse()
                answer.read()
                if any(piece.startswith(".") for piece in target.split("/")):
                    tap.equal(answer.status, 404, target)
                    continue
                tap.equal(answer.status, 200, target)
                tap.equal(int(answer.headers["Content-Length"]), os.path.getsize(path), target)
                guess, coding = mimetypes.guess_type(name)
                guess = guess or ""
                sure = guess.split("/")[0] in ("image", "font") or guess in ("text/html", "text/css", "text/plain")
                if sure and not coding:
                    tap.equal(answer.headers.get_content_type(), guess, target)
                n += 1
        connection.close()
    print(f"# {n} files")
    assert n > 1000, n


tap.run()
