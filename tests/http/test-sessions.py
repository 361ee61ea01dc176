# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers are given by a few sessions that are lent from connection to connection. Whatever clients do, none may get
a byte that was meant for another: every byte of every answer is compared."""

import contextlib
import hashlib
import random
import resource
import socket
import struct
import threading
import time

from headless import Server, make_folder, read_all, tap

SIZES = [0, 1, 200, 4096, 65536, 300_000, 3_000_000]


def content(name, size):
    """Every part of every file is different."""
    block = hashlib.sha256(name.encode()).digest()
    return b"".join(block[n % 7 : n % 7 + 20] + b"%012x" % n for n in range(size // 32 + 1))[:size]


FILES = {f"f{size}.bin": content(f"f{size}.bin", size) for size in SIZES}
NAMES = list(FILES)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Reader:
    """Answers out of a socket, one after the other."""

    def __init__(self, connection):
        self.connection = connection
        self.data = b""

    def fill(self):
        chunk = self.connection.recv(1 << 18)
        assert chunk, f"closed after {self.data[:100]!r}"
        self.data += chunk

    def answer(self, head_only=False):
        while b"\r\n\r\n" not in self.data:
            self.fill()
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        status = int(lines[0].split()[1])
        length = 0 if head_only or status in (204, 304) else int(fields["Content-Length"])
        parts, have = [self.data], len(self.data)
        while have < length:
            chunk = self.connection.recv(1 << 18)
            assert chunk, f"closed after {have} of {length} bytes"
            parts.append(chunk)
            have += len(chunk)
        data = b"".join(parts)
        self.data = data[length:]
        return status, fields, data[:length]


def make_request(rng):
    """(bytes, what checks the answer, only the head comes)"""
    name = rng.choice(NAMES)
    body = FILES[name]
    kind = rng.randrange(8)
    fields = "Host: localhost\r\n"
    method, target = "GET", "/" + name
    if kind == 0:
        method = "HEAD"
        expected = (200, b"")
    elif kind == 1 and len(body) > 10:
        first = rng.randrange(len(body))
        last = min(len(body) - 1, first + rng.randrange(100_000))
        fields += f"Range: bytes={first}-{last}\r\n"
        expected = (206, body[first : last + 1])
    elif kind == 2:
        target = f"/missing-{rng.randrange(1000)}"
        expected = (404, None)
    elif kind == 3:
        method = "OPTIONS"
        expected = (204, b"")
    elif kind == 4:
        fields += "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n"
        expected = (304, b"")
    else:
        expected = (200, body)
    text = f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode()

    def check(status, fields, got):
        tap.equal(status, expected[0], text)
        if expected[1] is None:
            assert target.encode() in got, (text, got[-300:])
        else:
            assert got == expected[1], f"wrong bytes for {text!r}: {len(got)} of {len(expected[1])}"
        if method == "HEAD":
            tap.equal(int(fields["Content-Length"]), len(body))

    return text, check, method == "HEAD"


def behave(server, rng, counts):
    """One connection's life."""
    kind = rng.randrange(10)
    with contextlib.closing(server.connect(30)) as connection:
        requests = [make_request(rng) for _ in range(rng.choice([1, 1, 2, 5, 20]))]
        text = b"".join(request[0] for request in requests)
        if kind == 0:  # gone before anything was answered
            connection.sendall(text)
            reset(connection)
        elif kind == 1:  # gone in the middle of an answer
            connection.sendall(text)
            connection.recv(rng.choice([1, 100, 5000, 200_000]))
            reset(connection)
        elif kind == 2:  # half a request
            connection.sendall(text[: rng.randrange(len(text))])
        elif kind == 3:  # a body that is refused
            connection.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nvery body" + text)
            answer = read_all(connection)
            assert answer.startswith(b"HTTP/1.1 413 ") and answer.count(b"HTTP/1.1 ") == 1, answer[:200]
            counts["refused"] += 1
        else:
            if kind == 4:  # in small pieces
                for n in range(0, len(text), 7):
                    connection.sendall(text[n : n + 7])
            elif kind == 5:  # nothing follows, but answers are wanted
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
            else:
                connection.sendall(text)
            reader = Reader(connection)
            for _, check, head_only in requests:
                check(*reader.answer(head_only))
                counts["verified"] += 1


def test_no_byte_goes_to_another():
    with make_folder(FILES) as folder, Server(folder) as server:
        server.ask("/f1.bin")
        before = server.n_descriptors()
        stop = time.monotonic() + 7
        counts, errors = {"verified": 0, "refused": 0}, []

        def run(seed):
            rng = random.Random(seed)
            while time.monotonic() < stop and not errors:
                try:
                    behave(server, rng, counts)
                except (AssertionError, OSError) as error:
                    errors.append(f"seed {seed}: {error!r}")

        threads = [threading.Thread(target=run, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tap.equal(errors, [])
        assert counts["verified"] > 200 and counts["refused"] > 5, counts
        tap.wait_for(lambda: server.n_descriptors() <= before + 1, "descriptors let go")
        print(f"# {counts}")


def test_many_pipelined_requests_on_many_connections():
    requests = [(n * 7 + 3) % len(NAMES) for n in range(100)]
    names = [NAMES[n] if SIZES[n] < 100_000 else NAMES[2] for n in requests]
    text = b"".join(b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % name.encode() for name in names)
    with make_folder(FILES) as folder, Server(folder) as server, contextlib.ExitStack() as stack:
        connections = [stack.enter_context(server.connect(30)) for _ in range(40)]
        for connection in connections:
            connection.sendall(text)
        for connection in connections:
            reader = Reader(connection)
            for name in names:
                status, _, body = reader.answer()
                assert (status, body) == (200, FILES[name]), (status, name, len(body))
            tap.equal(reader.data, b"")


def test_more_requests_than_sessions():
    """With room for few answers at a time the others wait, and all are right in the end."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 256:
        raise tap.Skip("256 descriptors are needed")
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))  # noqa: E731
    name = NAMES[-1]
    with make_folder(FILES) as folder:
        server = Server(folder, preexec=limit)
        with server, contextlib.ExitStack() as stack:
            connections = []
            for _ in range(100):
                connection = stack.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
                connection.settimeout(60)
                connection.connect(("127.0.0.1", server.port))
                connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                connections.append(connection)
            # Those in the middle lose patience.
            for connection in connections[20:50]:
                connection.close()
            for connection in connections[:20] + connections[50:]:
                status, _, body = Reader(connection).answer()
                assert status == 200 and body == FILES[name], (status, len(body))
    tap.equal(server.errors.count("answers are being sent at the same time"), 1, server.errors)


tap.run()
