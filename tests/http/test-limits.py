# SPDX-License-Identifier: GPL-3.0-or-later
"""Floods, clients that stall, and a shortage of descriptors: who is let go, when, and what is said of it.

These are the limits that people get; the unit tests go through the same with shorter times and more clients."""

import contextlib
import os
import resource
import select
import socket
import struct
import threading
import time

from headless import Server, make_folder, read_all, tap

IDLE = 2000
HEAD_SECONDS = 10
GET = b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
FILES = {"a": b"a" * 100, "big": b"b" * (32 << 20)}


def raise_own_limit(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise tap.Skip(f"this needs {wanted} descriptors and {hard} are allowed")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def fetch(connection):
    """One request on a connection that stays open."""
    connection.sendall(GET)
    answer = b""
    while not answer.endswith(b"\r\n\r\n" + FILES["a"]):
        chunk = connection.recv(4096)
        assert chunk, f"closed after {answer[:100]!r}"
        answer += chunk
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:100]


def latencies(server, n):
    with server.connect() as connection:
        fetch(connection)
        times = []
        for _ in range(n):
            began = time.monotonic()
            fetch(connection)
            times.append(time.monotonic() - began)
    return sorted(times)


def median(times):
    return times[len(times) // 2]


def open_many(server, stack, n, text=b""):
    connections = []
    for _ in range(n):
        connection = stack.enter_context(server.connect(30))
        if text:
            connection.sendall(text)
        connections.append(connection)
    return connections


def closed(connections):
    """Those at whose end the server is gone."""
    poll = select.poll()
    numbers = {connection.fileno(): connection for connection in connections}
    for number in numbers:
        poll.register(number, select.POLLIN)
    gone = []
    for number, _ in poll.poll(0):
        try:
            if numbers[number].recv(1 << 16, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b"":
                gone.append(numbers[number])
        except ConnectionResetError:
            gone.append(numbers[number])
    return gone


def test_half_open_and_dripping_heads():
    """All gone at their deadline, a byte now and then gains no time, and nobody else notices."""
    raise_own_limit(2048)
    with make_folder(FILES) as folder, contextlib.ExitStack() as stack:
        server = Server(folder)
        with server:
            before = server.n_descriptors()
            began = time.monotonic()
            half = open_many(server, stack, 250, b"GET /a HTTP/1.1\r\nHo")
            drip = open_many(server, stack, 150, b"G")
            opened = time.monotonic()
            waiting, worst = set(half + drip), []
            while waiting:
                now = time.monotonic()
                assert now < opened + HEAD_SECONDS + 3, f"{len(waiting)} are still open"
                gone = closed(waiting)
                assert not gone or now > began + HEAD_SECONDS - 0.1, f"{len(gone)} closed after {now - began} s"
                waiting.difference_update(gone)
                for connection in drip:
                    if connection in waiting:
                        with contextlib.suppress(OSError):
                            connection.send(b"E")
                worst += latencies(server, 5)[-1:]
                time.sleep(0.1)
            took = time.monotonic() - opened
            assert took < HEAD_SECONDS + 15, took
            assert median(sorted(worst)) < 0.05, sorted(worst)
            for connection in half + drip:
                connection.close()
            tap.wait_for(lambda: server.n_descriptors() <= before + 1, "descriptors let go")
            # They never asked for anything, so they are not among the requests.
            server.stop()
            assert all('"/a"' in line for line in server.no_line())
    tap.equal(server.errors.count("was not complete after 10 seconds"), 1, server.errors)
    assert f"Port {server.port}: " in server.errors, server.errors


def test_flood():
    """Clients that come and go as fast as they can; afterwards everything is as before."""
    with make_folder(FILES) as folder, Server(folder) as server:
        server.ask("/a")
        before = server.n_descriptors()
        stop = time.monotonic() + 3
        counts, errors = [0] * 8, []

        def flood(n):
            kinds = [b"", b"G", GET, GET[:-2], b"\x16\x03\x01", GET * 5, b"\r\n"]
            try:
                while time.monotonic() < stop:
                    connection = server.connect()
                    connection.sendall(kinds[counts[n] % len(kinds)])
                    if counts[n] % 3 == 0:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                    counts[n] += 1
            except OSError as error:
                # A reset may reach the client before it has sent everything.
                if not isinstance(error, (ConnectionResetError, BrokenPipeError)):
                    errors.append(repr(error))

        threads = [threading.Thread(target=flood, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            tap.equal(server.ask("/a")[0], 200)
            time.sleep(0.2)
        for thread in threads:
            thread.join()
        tap.equal(errors, [])
        assert sum(counts) > 200, counts
        tap.wait_for(lambda: server.n_descriptors() <= before + 1, "descriptors let go")
        tap.equal(server.ask("/a")[0], 200)


def test_resets():
    with make_folder(FILES) as folder, Server(folder) as server:
        server.ask("/a")
        before = server.n_descriptors()
        texts = [GET, b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", b"GET /a HT",
                 b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"]
        for n in range(300):
            with server.connect() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall(texts[n % len(texts)])
                if n % 4 == 0:
                    time.sleep(0.001)
        tap.wait_for(lambda: server.n_descriptors() <= before + 1, "descriptors let go")
        tap.equal(server.ask("/a")[0], 200)


class FewDescriptors(Server):
    """The program with room for 256 descriptors, and no right to more."""

    def __init__(self, folder):
        super().__init__(folder, preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))


def test_few_descriptors():
    """Far more clients than descriptors: none kills the listener, idle ones make room, and files can still be opened."""
    raise_own_limit(2048)
    with make_folder(FILES) as folder:
        server = FewDescriptors(folder)
        with server:
            server.ask("/a")
            before = server.n_descriptors()
            for text in (b"", GET[:20], GET):
                with contextlib.ExitStack() as stack:
                    open_many(server, stack, 400, text)
                    began = time.monotonic()
                    for _ in range(5):
                        status, _, body = server.ask("/a")
                        tap.equal((status, body), (200, FILES["a"]))
                        tap.equal(server.ask("/")[0], 200)
                    assert time.monotonic() - began < 60
                    assert server.n_descriptors() <= 256
                tap.wait_for(lambda: server.n_descriptors() <= before + 2, "descriptors let go")
            tap.equal(server.ask("/a")[0], 200)
    tap.equal(server.errors.count("may not open more than 256 files"), 1, server.errors)


def test_the_longest_idle_goes():
    """One more than there is room for: the one that was idle longest goes, and those that work stay."""
    raise_own_limit(2048)
    with make_folder(FILES) as folder, contextlib.ExitStack() as stack:
        server = FewDescriptors(folder)
        with server:
            big = stack.enter_context(socket.socket())
            big.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            big.settimeout(30)
            big.connect(("127.0.0.1", server.port))
            big.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            tap.equal(big.recv(15), b"HTTP/1.1 200 OK")
            many = []
            for _ in range(400):
                many += open_many(server, stack, 1)
                fetch(many[-1])
            tap.wait_for(lambda: len(closed(many)) >= 150, "the oldest closed")
            n_gone = len(closed(many))
            assert n_gone < 350, n_gone
            tap.equal([many.index(c) for c in closed(many)], list(range(n_gone)))
            # The one that asked last is not the next to go.
            fetch(many[n_gone])
            fetch(open_many(server, stack, 1)[0])
            tap.wait_for(lambda: len(closed(many)) > n_gone, "one more closed")
            fetch(many[n_gone])
            # Neither is the download, although it is the oldest.
            got = 15
            while chunk := big.recv(1 << 20):
                got += len(chunk)
            assert got > len(FILES["big"]), got
    tap.equal(server.errors.count("may not open more than 256 files"), 1, server.errors)


def test_few_descriptors_and_busy_clients():
    """All descriptors in use by downloads: the next clients wait and are served as soon as one ends."""
    raise_own_limit(2048)
    with make_folder(FILES) as folder:
        server = FewDescriptors(folder)
        with server, contextlib.ExitStack() as stack:
            before = server.n_descriptors()
            slow = []
            for _ in range(150):
                connection = stack.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(30)
                connection.connect(("127.0.0.1", server.port))
                connection.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
                slow.append(connection)
            late = server.connect(30)
            stack.enter_context(late)
            late.sendall(GET)
            time.sleep(0.5)
            for connection in slow:
                connection.close()
            answer = late.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200 "), answer[:100]
            late.close()
            tap.wait_for(lambda: server.n_descriptors() <= before + 2, "descriptors let go")
            tap.equal(server.ask("/a")[0], 200)


def test_idle_clients_slow_nobody():
    raise_own_limit(4096)
    with make_folder(FILES) as folder, Server(folder) as server, contextlib.ExitStack() as stack:
        ratios = []
        for _ in range(3):
            alone = median(latencies(server, 300))
            with contextlib.ExitStack() as idle:
                for connection in open_many(server, idle, IDLE):
                    fetch(connection)
                ratios.append(median(latencies(server, 300)) / alone)
        assert sorted(ratios)[1] <= 3, ratios


def test_slow_readers_cost_little():
    with make_folder({"big": b"b" * (64 << 20), "a": FILES["a"]}) as folder, Server(folder) as server, contextlib.ExitStack() as stack:
        server.ask("/a")
        before = server.status_field("VmRSS")
        for _ in range(100):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(30)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
        time.sleep(0.5)
        grown = server.status_field("VmRSS") - before
        assert grown < 100 * 256, f"{grown} kB for 100 readers"
        assert median(latencies(server, 100)) < 0.02


def test_a_client_that_never_reads_pipelined_answers():
    """Requests are not read on while their answers wait: no memory for what nobody takes."""
    with make_folder(FILES) as folder, Server(folder) as server, server.connect(2) as connection:
        server.ask("/a")
        before = server.status_field("VmRSS")
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 64 << 20:
                sent += connection.send(GET * 1000)
        grown = server.status_field("VmRSS") - before
        # A sanitizer keeps what was freed for a while.
        assert grown < 8 * 1024 or "ASAN_OPTIONS" in os.environ, f"{grown} kB more"
        assert sent < 64 << 20
        tap.equal(server.ask("/a")[0], 200)


def test_a_refused_body_is_read_away_but_not_for_ever():
    with make_folder(FILES) as folder, Server(folder) as server:
        with server.connect(20) as connection:
            connection.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
            began = time.monotonic()
            with contextlib.suppress(OSError):
                while time.monotonic() < began + 12:
                    connection.sendall(b"x" * 65536)
                    time.sleep(0.01)
            assert 3 < time.monotonic() - began < 60
        with server.connect() as connection:
            connection.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000)
            assert read_all(connection).startswith(b"HTTP/1.1 413 ")


tap.run()
