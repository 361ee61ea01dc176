# SPDX-License-Identifier: GPL-3.0-or-later
"""Every status there is: when it is due, its words, the reason in the log, the page for people and the JSON for
programs, and whether the connection stays open."""

import contextlib
import json
import os
import re
import shutil
import socket

from headless import Server, make_folder, read_all, tap
from wire import Cases, request, split_answers

HOST = b"Host: localhost"
FOREIGN = b"Host: evil.example"
OPEN, CLOSED = True, False

PHRASES = {
    200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 411: "Length Required", 412: "Precondition Failed",
    413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 421: "Misdirected Request",
    431: "Request Header Fields Too Large", 501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}

TABLE = [  # name, request, status, reason, open
    ("a file", request(), 200, "served", OPEN),
    ("an index", request(b"/d/"), 200, "index", OPEN),
    ("a listing", request(b"/list/"), 200, "listing", OPEN),
    ("OPTIONS", request(method=b"OPTIONS"), 204, "options", OPEN),
    ("a part", request(fields=[HOST, b"Range: bytes=0-0"]), 206, "partial", OPEN),
    ("a folder", request(b"/d"), 301, "add-slash", OPEN),
    ("not modified", request(fields=[HOST, b"If-None-Match: *"]), 304, "not-modified", OPEN),
    ("no Host", request(fields=[]), 400, "bad-request", CLOSED),
    ("a dot segment", request(b"/../a.txt"), 400, "bad-target", OPEN),
    ("faulty framing", request(fields=[HOST, b"Content-Length: 1", b"Content-Length: 2"]), 400, "bad-request", CLOSED),
    ("a link out", request(b"/out"), 403, "outside-folder", OPEN),
    ("no file", request(b"/missing"), 404, "missing", OPEN),
    ("other capitals", request(b"/A.txt"), 404, "case-mismatch", OPEN),
    ("hidden", request(b"/.env"), 404, "hidden", OPEN),
    ("a FIFO", request(b"/fifo"), 404, "not-a-file", OPEN),
    ("POST without a body", request(method=b"POST"), 405, "method", OPEN),
    ("PUT without a body", request(method=b"PUT", fields=[HOST, b"Content-Length: 0"]), 405, "method", OPEN),
    ("a chunked upload", request(method=b"PUT", fields=[HOST, b"Transfer-Encoding: chunked"]), 411, "no-length", CLOSED),
    ("another state", request(fields=[HOST, b'If-Match: "x"']), 412, "precondition", OPEN),
    ("an upload", request(method=b"POST", fields=[HOST, b"Content-Length: 5"]), 413, "body", CLOSED),
    ("a long target", request(b"/" + b"a" * 8000), 414, "too-long", OPEN),
    ("a very long target", request(b"/" + b"a" * 20000), 414, "too-long", CLOSED),
    ("no such part", request(fields=[HOST, b"Range: bytes=99-"]), 416, "range", OPEN),
    ("a foreign Host", request(fields=[FOREIGN]), 421, "foreign-host", OPEN),
    ("a foreign Host, no file", request(b"/missing", fields=[FOREIGN]), 421, "foreign-host", OPEN),
    ("a foreign authority", request(b"http://evil.example/a.txt"), 421, "foreign-host", OPEN),
    ("a long field", request(fields=[HOST, b"X: " + b"a" * 9000]), 431, "too-long", CLOSED),
    ("many fields", request(fields=[HOST, *[b"X: a"] * 200]), 431, "too-long", CLOSED),
    ("an unknown method", request(method=b"BREW"), 501, "method", OPEN),
    ("a long method", request(method=b"B" * 40), 501, "method", CLOSED),
    ("an unknown coding", request(fields=[HOST, b"Transfer-Encoding: br, chunked"]), 501, "coding", CLOSED),
    ("HTTP/2", request(version=b"HTTP/2.0"), 505, "version", CLOSED),
    ("HTTP/2 by prior knowledge", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version", CLOSED),
    ("HTTP/3", request(version=b"HTTP/3.0"), 505, "version", CLOSED),
]


@contextlib.contextmanager
def serve():
    with make_folder({"a.txt": b"aaa", "d/index.html": b"<title>d</title>", "list/x": b"", ".env": b"secret"}) as folder:
        os.mkfifo(os.path.join(folder, "fifo"))
        os.symlink("/etc", os.path.join(folder, "out"))
        with Server(folder) as server:
            yield server


def ask(server, data, methods=()):
    """One answer: (the words of its status line, Answer, whether the connection stays open)."""
    with server.connect() as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        stream = read_all(connection)
    answers = split_answers(stream, methods)
    tap.equal(len(answers), 1, data[:60])
    return stream.split(b"\r\n", 1)[0].split(b" ", 2)[2].decode(), answers[0], answers[0].headers.get("connection") != "close"


def check_page(cases, name, status, body):
    text = body.decode()
    cases.check(f"{name}, page", text.startswith("<!DOCTYPE html>") and f'<p class="status">{status}</p>' in text, True)
    cases.check(f"{name}, words", re.search(r"<h1>[^<]{5,}</h1>", text) is not None and len(re.findall(r"<p>[^<]{20,}</p>", text)) > 0, True)
    cases.check(f"{name}, nothing loaded", re.search(r"<(script|img|link rel=.stylesheet)", text), None)


def test_when_each_is_due():
    cases = Cases()
    with serve() as server:
        for name, data, status, reason, stays_open in TABLE:
            words, answer, is_open = ask(server, data)
            cases.check(name, (answer.status, words, is_open), (status, PHRASES[status], stays_open))
            cases.check(f"{name}, in the log", server.line()["reason"], reason)
            cases.check(f"{name}, never guessed", answer.headers["x-content-type-options"], "nosniff")
            cases.check(f"{name}, for this site", answer.headers["cross-origin-resource-policy"], "same-site")
            cases.check(f"{name}, Allow", "allow" in answer.headers, reason in ("method", "options") and name != "a long method")
            if status >= 400:
                check_page(cases, name, status, answer.body)
                cases.check(f"{name}, kept nowhere", answer.headers["cache-control"], "no-store")
                cases.check(f"{name}, by Accept", answer.headers["vary"], "Accept")
    tap.equal({status for _, _, status, _, _ in TABLE} | {503}, set(PHRASES))
    cases.finish(100)


def test_json_for_programs():
    cases = Cases()
    with serve() as server:
        for name, data, status, reason, stays_open in TABLE:
            if status < 400 or not stays_open:
                continue
            data = data.replace(b"\r\n", b"\r\nAccept: application/json\r\n", 1)
            words, answer, _ = ask(server, data)
            cases.check(name, (answer.status, words, answer.headers["content-type"]), (status, PHRASES[status], "application/json"))
            error = json.loads(answer.body)
            cases.check(name, (error["status"], error["reason"], len(error["message"]) > 20), (status, reason, True))
    cases.finish(20)


def test_head_says_the_same():
    cases = Cases()
    with serve() as server:
        for name, data, status, reason, stays_open in TABLE:
            if not data.startswith(b"GET ") or b"Range:" in data:
                continue
            _, get, open_after_get = ask(server, data)
            _, head, open_after_head = ask(server, b"HEAD " + data[4:], [b"HEAD"])
            for answer in (get, head):
                del answer.headers["date"]
                if status == 200 and "etag" in answer.headers:
                    del answer.headers["etag"]  # not lasting yet
            cases.check(name, (head.status, head.headers, head.body, open_after_head), (get.status, get.headers, b"", open_after_get))
    cases.finish(15)


def test_folder_gone():
    with make_folder({"site/a.txt": b"aaa"}) as top:
        site = os.path.join(top, "site")
        with Server(site) as server:
            shutil.rmtree(site)
            for target in (b"/", b"/a.txt", b"/missing"):
                words, answer, is_open = ask(server, request(target))
                tap.equal((answer.status, words, is_open), (503, PHRASES[503], True), target)
                tap.equal(server.line()["reason"], "folder-gone")
                cases = Cases()
                check_page(cases, target, 503, answer.body)
                cases.finish(3)
                assert os.fsencode(top) not in answer.body
            # Who may not ask isn't told of it either.
            tap.equal(ask(server, request(fields=[FOREIGN]))[1].status, 421)


tap.run()
