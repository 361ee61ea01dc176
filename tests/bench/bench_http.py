# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast files are served, and what clients cost, beside other servers."""

import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from peers import find, start_all, start_homeport, start_nginx, wrk

KB, MB = 1 << 10, 1 << 20


def median_ratio(a, b):
    return statistics.median(x / y for x, y in zip(a, b))


def make_root(scratch):
    root = os.path.join(scratch, "root")
    os.mkdir(root)
    os.chmod(scratch, 0o755)
    for name, size in {"200b.bin": 200, "4k.bin": 4 * KB, "64k.bin": 64 * KB, "50m.bin": 50 * MB}.items():
        with open(os.path.join(root, name), "wb") as file:
            file.write(os.urandom(size))
    with open(os.path.join(root, "1g.bin"), "wb") as file:
        for _ in range(64):
            file.write(os.urandom(16 * MB))
    return root


def in_turns(peers, rounds, measure):
    """{name: [result of each round]}; the order alternates."""
    results = {peer.name: [] for peer in peers}
    for turn in range(rounds):
        for peer in peers if turn % 2 else reversed(peers):
            results[peer.name].append(measure(peer))
    return results


def rates(peers, rounds, path, connections, headers=()):
    """{name: [(requests per second, CPU µs each)]}"""

    def measure(peer):
        before = peer.cpu_seconds()
        rate, _, _ = wrk(peer.port, path, connections, headers=headers)
        return rate, (peer.cpu_seconds() - before) / (rate * 2) * 1e6

    return in_turns(peers, rounds, measure)


def show_rates(title, results):
    ours = results["homeport"]
    print(f"\n{title}")
    print(f"{'':12} {'requests/s':>11} {'CPU µs each':>12} {'ours / it':>10} {'our CPU / its':>14}")
    for name, rows in results.items():
        rate, cpu = (statistics.median(row[i] for row in rows) for i in (0, 1))
        ratio = median_ratio([r[0] for r in ours], [r[0] for r in rows])
        cost = median_ratio([r[1] for r in ours], [max(r[1], 0.01) for r in rows])
        print(f"{name:12} {rate:11.0f} {cpu:12.1f} {ratio:10.2f} {cost:14.2f}")


def bench_rates(root, scratch, rounds):
    peers = start_all(root, scratch)
    try:
        show_rates("4 KB, keep-alive, 64 connections", rates(peers, rounds, "/4k.bin", 64))
        two = [peer for peer in peers if peer.name in ("homeport", "nginx")]
        if len(two) == 2:
            for name in ("200b.bin", "64k.bin"):
                show_rates(f"{name}, keep-alive, 64 connections", rates(two, rounds, "/" + name, 64))
            show_rates("4 KB, a new connection for each request, 64 at a time",
                       rates(two, rounds, "/4k.bin", 64, ["Connection: close"]))
            latencies = in_turns(two, rounds, lambda peer: wrk(peer.port, "/4k.bin", 1, cpu=0)[1])
            print("\n4 KB, one connection, server and client on one processor")
            for name, values in latencies.items():
                ratio = median_ratio(latencies["homeport"], values)
                print(f"{name:12} median latency {statistics.median(values):7.0f} µs, ours / its {ratio:.2f}")
    finally:
        for peer in peers:
            peer.stop()


def overflows():
    with open("/proc/net/netstat", encoding="ascii") as file:
        names, values = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(values[names.index("ListenOverflows")])


def one_request(port, path="/4k.bin"):
    """Seconds from connect to the whole answer."""
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        while connection.recv(65536):
            pass
    return time.perf_counter() - start


def bench_burst(root):
    """All connections are begun before any is read from."""
    server = start_homeport(root)
    times, before = [], overflows()
    try:
        for _ in range(20):
            start = time.perf_counter()
            connections = []
            for _ in range(64):
                connection = socket.socket()
                connection.setblocking(False)
                connection.connect_ex(("127.0.0.1", server.port))
                connections.append(connection)
            for connection in connections:
                connection.settimeout(30)
                connection.sendall(b"GET /4k.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            for connection in connections:
                while connection.recv(65536):
                    pass
                times.append(time.perf_counter() - start)
                connection.close()
    finally:
        server.stop()
    times.sort()
    print(f"\nburst of 64 new connections: {overflows() - before} overflows, p99 {times[len(times) * 99 // 100] * 1e3:.1f} ms")


def download(port, path):
    """Seconds until the last byte of the body."""
    buffer = bytearray(MB)
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        total = 0
        while n := connection.recv_into(buffer):
            total += n
    assert total >= 1 << 30, total
    return time.perf_counter() - start


def bench_big(root, scratch, rounds):
    peers = [start_homeport(root)]
    if find("nginx"):
        peers.append(start_nginx(root, scratch))
    try:
        for peer in peers:
            download(peer.port, "/1g.bin")
        before = peers[0].status("VmHWM")
        times = in_turns(peers, rounds, lambda peer: download(peer.port, "/1g.bin"))
        grown = peers[0].status("VmHWM") - before
    finally:
        for peer in peers:
            peer.stop()
    print("\n1 GiB file from the page cache, one client")
    for name, values in times.items():
        ratio = median_ratio(values, times["homeport"])
        print(f"{name:12} {1 / statistics.median(values):6.2f} GiB/s, our speed / its {ratio:.2f}")
    print(f"homeport's peak memory meanwhile: + {grown / KB:.1f} MB")


def anon_kb(peer):
    return peer.status("RssAnon")


def lone_latency(port):
    values = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _ in range(2000):
            start = time.perf_counter()
            connection.sendall(b"GET /200b.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            got = b""
            while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 200:
                got += connection.recv(65536)
            values.append(time.perf_counter() - start)
    return statistics.median(values) * 1e6


def keep_alive_client(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(b"GET /200b.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
    got = b""
    while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 200:
        got += connection.recv(65536)
    return connection


def bench_clients(root):
    """Idle clients, clients that went away, slow readers: what each costs."""
    server = start_homeport(root)
    try:
        lone = lone_latency(server.port)
        before = anon_kb(server)
        idle = [keep_alive_client(server.port) for _ in range(500)]
        each = (anon_kb(server) - before) * KB / len(idle)
        with_idle = lone_latency(server.port)
        print(f"\n{len(idle)} idle keep-alive clients: {each:.0f} bytes each, a lone request {with_idle / lone:.2f} × without")
        for connection in idle:
            connection.close()

        time.sleep(1)
        before = server.n_descriptors()
        for _ in range(20000):
            keep_alive_client(server.port).close()
        time.sleep(1)
        print(f"descriptors after 20,000 clients that went away: {server.n_descriptors() - before:+d}")

        before = anon_kb(server)
        readers = []
        for _ in range(100):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /50m.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
            readers.append(connection)
        time.sleep(1)
        slow = sorted(one_request(server.port) for _ in range(200))
        print(f"100 readers of 50 MB that stopped reading: {(anon_kb(server) - before) / 100:.1f} kB each, others' median "
              f"{slow[100] * 1e3:.2f} ms")
        for connection in readers:
            connection.close()
    finally:
        server.stop()


def bench_half_open(root):
    """Half the clients send half a head and stop, half send a byte each second."""
    server = start_homeport(root)
    clients, start = [], time.monotonic()
    stop = threading.Event()

    def drip():
        while not stop.wait(1):
            for connection in clients[1::2]:
                try:
                    connection.send(b"x")
                except OSError:
                    pass

    try:
        for _ in range(480):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            clients.append(connection)
        thread = threading.Thread(target=drip)
        thread.start()
        others = sorted(one_request(server.port) for _ in range(1000))
        last = start
        for connection in clients:
            connection.settimeout(20)
            try:
                while connection.recv(100):
                    pass
            except ConnectionError:
                pass
            last = time.monotonic()
        stop.set()
        thread.join()
        print(f"\n{len(clients)} half-open and dripping heads: all gone {last - start:.1f} s after the first came, others' p99 "
              f"{others[990] * 1e3:.1f} ms")
    finally:
        stop.set()
        for connection in clients:
            connection.close()
        server.stop()


def bench_tick(program, root):
    if not program:
        print("TICK is not set: the tick in the main thread is left out")
        return
    server = subprocess.Popen([program, root], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    wrk(port, "/4k.bin", 64, 5, cpu=None)
    server.terminate()
    print("\n" + server.stdout.read().strip())
    server.wait(10)


def run(rounds):
    if not find("wrk"):
        raise SystemExit("wrk is not installed")
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        root = make_root(scratch)
        bench_rates(root, scratch, rounds)
        bench_burst(root)
        bench_big(root, scratch, rounds)
        bench_clients(root)
        bench_half_open(root)
        bench_tick(os.environ.get("TICK"), root)
