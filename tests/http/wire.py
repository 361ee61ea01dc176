# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as bytes, and the answers taken apart again, for tests that care about every one of them."""

from headless import read_all, tap

PROBE_BODY = b"this is the probe"
PROBE = b"GET /probe.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def request(target=b"/a.txt", method=b"GET", version=b"HTTP/1.1", fields=(b"Host: localhost",)):
    return b"\r\n".join([b" ".join([method, target, version]), *fields, b"", b""])


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:40]!r}>"


def split_answers(stream, methods=()):
    """All answers in what a connection brought until its end. An answer to HEAD has no body; those that methods
    doesn't name were asked for with GET."""
    answers = []
    while stream:
        head, found, stream = stream.partition(b"\r\n\r\n")
        assert found, f"half an answer: {head[:200]!r}"
        lines = head.decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1", lines[0]
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(": ")
            assert colon and name.lower() not in headers, f"bad or double field {line!r}"
            headers[name.lower()] = value
        status = int(status)
        assert "date" in headers, headers
        length = 0
        if status not in (204, 304):
            length = int(headers["content-length"])
        if len(answers) < len(methods) and methods[len(answers)] == b"HEAD":
            length = 0
        assert len(stream) >= length, f"{len(stream)} bytes of {length}"
        answers.append(Answer(status, headers, stream[:length]))
        stream = stream[length:]
    return answers


def talk(server, data, methods=None):
    """Sends data and behind it, without waiting, a request that is easy to recognize. Returns the answers to data, and
    whether the connection was still good for the probe."""
    if methods is None:
        methods = [b"HEAD"] if data.lstrip(b"\r\n").startswith(b"HEAD ") else []
    with server.connect() as connection:
        connection.sendall(data + PROBE)
        answers = split_answers(read_all(connection), methods)
    if answers and answers[-1].body == PROBE_BODY:
        tap.equal(answers.pop().status, 200)
        return answers, True
    return answers, False


class Cases:
    """Collects what is wrong, so that one run names every case that fails."""

    def __init__(self):
        self.n = 0
        self.wrong = []

    def check(self, name, got, expected):
        self.n += 1
        if got != expected:
            self.wrong.append(f"{name}: got {got}, expected {expected}")

    def finish(self, at_least):
        assert not self.wrong, f"{len(self.wrong)} of {self.n} cases:\n" + "\n".join(self.wrong)
        assert self.n >= at_least, f"only {self.n} cases were run"
        print(f"# {self.n} cases", flush=True)
