# SPDX-License-Identifier: GPL-3.0-or-later
"""Folder pages as a browser shows them, and as JSON for programs."""

import json
import os
import time
import urllib.parse

from headless import Server, make_folder, tap
from webdriver import Browser

FILES = {
    "photo-2.jpg": b"22", "photo-10.jpg": b"1", "Photo-1.jpg": b"333", "notes.txt": b"4444",
    "sub/a.js": b"1", "photos/x": b"",
}
HOSTILE = [
    b"<img src=x onerror=document.title='caught'>.txt", b"\"onmouseover=\"x", b"'single' & double", b"javascript:x",
    b"new\nline", b"%2e%2e", b"100%", b"a?b=c", b"a#b", b" ", b"\\", b"\xff\xfe", b"C:", b"\xc3\xa4\xc3\xa4x",
    "\u202egpj.exe".encode(), b"n" * 255,
]

# Every text against what is really behind it, as WCAG 2.1 counts it.
CONTRAST = """
const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
const over = (top, below) => {
  const a = top[3] === undefined ? 1 : top[3];
  return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a));
};
const background = e => {
  if (!e) return [255, 255, 255];
  const own = parse(getComputedStyle(e).backgroundColor);
  return own[3] === undefined ? own : over(own, background(e.parentElement));
};
const light = c => {
  const [r, g, b] = c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
return [...document.querySelectorAll('body *')].filter(e =>
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length
).map(e => {
  const behind = background(e);
  const [a, b] = [light(over(parse(getComputedStyle(e).color), behind)), light(behind)].sort((x, y) => y - x);
  return [(a + 0.05) / (b + 0.05), e.tagName, e.textContent.slice(0, 40)];
});
"""

NAMES = "return [...document.querySelectorAll('td a[href^=\"./\"]')].map(a => a.textContent)"
SORTED = """
return [...document.querySelectorAll('th[aria-sort]')].map(h => [h.textContent, h.getAttribute('aria-sort')])
"""


def ready(browser, part):
    tap.wait_for(
        lambda: part in browser.url() and browser.script("return document.readyState == 'complete'"), part
    )


def test_sort_and_filter_in_a_browser():
    folder = make_folder(FILES)
    with Browser() as browser, Server(folder.name) as server:
        base = f"http://localhost:{server.port}/"
        browser.open(base)
        usual = ["photos/", "sub/", "notes.txt", "Photo-1.jpg", "photo-2.jpg", "photo-10.jpg"]
        tap.equal(browser.script(NAMES), usual)
        tap.equal(browser.script(SORTED), [["Name", "ascending"]])

        browser.click("th:nth-child(2) a")
        ready(browser, "sort=size")
        tap.equal(browser.script(SORTED), [["Size", "descending"]])
        by_size = ["photos/", "sub/", "notes.txt", "Photo-1.jpg", "photo-2.jpg", "photo-10.jpg"]
        tap.equal(browser.script(NAMES), by_size)
        browser.click("th:nth-child(2) a")
        ready(browser, "order=asc")
        tap.equal(browser.script(NAMES), by_size[:2] + by_size[:1:-1])

        # The policy of the page lets the form through, and the order stays.
        browser.script("document.querySelector('[name=filter]').value = 'PHOTO'")
        browser.click("form button")
        ready(browser, "filter=PHOTO")
        tap.equal(browser.script(NAMES), ["photos/", "photo-10.jpg", "photo-2.jpg", "Photo-1.jpg"])
        tap.equal(browser.script(SORTED), [["Size", "ascending"]])
        tap.equal(browser.script("return document.querySelector('[role=status]').textContent"), "4 of 6 shown")
        browser.click(".note a")
        ready(browser, "?sort=size&order=asc")
        tap.wait_for(lambda: len(browser.script(NAMES)) == 6, "everything")
        browser.click("th:first-child a")
        tap.wait_for(lambda: browser.url() == base, "the plain address")
        tap.equal(browser.script(NAMES), usual)
    folder.cleanup()


def test_hostile_names_in_a_browser():
    """Each link leads to its file, nothing in a name is taken for markup."""
    folder = make_folder({name: b"content of " + name for name in HOSTILE})
    with Browser() as browser, Server(folder.name) as server:
        browser.open(f"http://localhost:{server.port}/")
        links = browser.script("return [...document.querySelectorAll('td a')].map(a => a.href)")
        tap.equal(browser.script("return [document.images.length, document.scripts.length]"), [0, 0])
        assert "caught" not in browser.script("return document.title")
        names = set()
        for link in links:
            parts = urllib.parse.urlsplit(link)
            tap.equal((parts.scheme, parts.netloc, parts.query, parts.fragment),
                      ("http", f"localhost:{server.port}", "", ""), link)
            status, _, body = server.ask(parts.path)
            tap.equal(status, 200, link)
            names.add(body.removeprefix(b"content of "))
        tap.equal(names, set(HOSTILE))
    folder.cleanup()


def test_looks():
    """Light and dark, wide and narrow: nothing sticks out, every text can be read."""
    files = dict(FILES, **{"a-very-long-name-" * 12 + ".html": b""})
    folder = make_folder(files)
    os.symlink("nothing", os.path.join(folder.name, "broken"))
    os.mkdir(os.path.join(folder.name, "empty"))
    pages = ["", "?filter=photo&sort=modified", "?filter=zzz", "empty/", "missing", "Notes.txt"]
    with Browser() as browser, Server(folder.name) as server:
        for scheme in ("light", "dark"):
            browser.command(
                "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
            )
            for width in (360, 1100):
                browser.command(
                    "Emulation.setDeviceMetricsOverride",
                    width=width, height=800, deviceScaleFactor=1, mobile=False,
                )
                for page in pages:
                    browser.open(f"http://localhost:{server.port}/{page}")
                    about = f"{page} {scheme} {width}"
                    wide = browser.script("return document.documentElement.scrollWidth")
                    assert wide <= width, f"{about}: {wide} px"
                    texts = browser.script(CONTRAST)
                    assert len(texts) >= 3, about
                    worst = min(texts)
                    assert worst[0] >= 4.5, f"{about}: {worst}"
                    colour = browser.script("return getComputedStyle(document.body).backgroundColor")
                    tap.equal(colour, "rgb(250, 250, 250)" if scheme == "light" else "rgb(31, 31, 35)", about)
    folder.cleanup()


def test_json():
    folder = make_folder({name: b"123" for name in HOSTILE} | {"sub/x": b""})
    os.mkfifo(os.path.join(folder.name, "pipe"))
    os.utime(os.path.join(os.fsencode(folder.name), b"C:"), (784111777, 784111777))
    with Server(folder.name) as server:
        accept = [("Accept", "application/json")]
        status, headers, body = server.ask("/", headers=accept)
        tap.equal((status, headers["content-type"], headers["vary"]), (200, "application/json", "Accept"))
        listing = json.loads(body)
        tap.equal((listing["path"], listing["truncated"]), ("/", False))
        tap.equal(len(listing["entries"]), len(HOSTILE) + 2)

        for entry in listing["entries"]:
            tap.equal(sorted(entry), ["href", "modified", "name", "size", "type"])
            if entry["type"] == "file":
                name = urllib.parse.unquote_to_bytes(entry["href"].removeprefix("./"))
                assert name in HOSTILE, entry
                tap.equal(entry["name"], name.decode(errors="replace"))
                tap.equal(entry["size"], 3)
                time.strptime(entry["modified"], "%Y-%m-%dT%H:%M:%SZ")
                if name == b"C:":
                    tap.equal(entry["modified"], "1994-11-06T08:49:37Z")
            elif entry["type"] == "folder":
                tap.equal((entry["name"], entry["size"], entry["href"]), ("sub", None, "./sub/"))
            else:
                tap.equal((entry["name"], entry["type"], entry["href"]), ("pipe", "other", None))

        _, _, one = server.ask("/?filter=PIP&sort=size", headers=accept)
        tap.equal([entry["name"] for entry in json.loads(one)["entries"]], ["pipe"])
        _, head, nothing = server.ask("/", method="HEAD", headers=accept)
        tap.equal((int(head["content-length"]), nothing), (len(body), b""))

        for browsers in ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "*/*"):
            _, headers, body = server.ask("/", headers=[("Accept", browsers)])
            tap.equal((headers["content-type"], headers["vary"]), ("text/html; charset=utf-8", "Accept"))
            assert body.startswith(b"<!DOCTYPE html>")

        status, headers, body = server.ask("/missing", headers=accept)
        tap.equal((status, headers["content-type"]), (404, "application/json"))
        error = json.loads(body)
        tap.equal((error["status"], error["reason"]), (404, "missing"))
        assert error["message"]
    folder.cleanup()


if __name__ == "__main__":
    tap.run()
