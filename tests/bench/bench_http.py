# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast files are served, and what clients cost, beside other servers. Each row can be run by itself."""

import os
import resource
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from peers import find, start_all, start_homeport, start_nginx, wrk

KB, MB = 1 << 10, 1 << 20
HEAD_SECONDS = 10


def median_ratio(a, b):
    return statistics.median(x / y for x, y in zip(a, b))


def make_root(scratch):
    root = os.path.join(scratch, "root")
    os.mkdir(root)
    os.chmod(scratch, 0o755)
    for name, size in {"200b.bin": 200, "4k.bin": 4 * KB, "64k.bin": 64 * KB, "50m.bin": 50 * MB}.items():
        with open(os.path.join(root, name), "wb") as file:
            file.write(os.urandom(size))
    return root


def raise_limit(wanted):
    """Our own descriptors; FALSE when that many aren't allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        print(f"left out: {wanted} descriptors are needed and {hard} allowed")
        return False
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return True


class Servers:
    """Homeport, nginx if there is one, and on demand the others; stopped at the end."""

    def __init__(self, root, scratch, everybody=False):
        if everybody:
            self.peers = start_all(root, scratch)
        elif find("nginx"):
            self.peers = [start_homeport(root), start_nginx(root, scratch)]
        else:
            print("nginx is not installed: left out")
            self.peers = [start_homeport(root)]

    def __enter__(self):
        return self.peers

    def __exit__(self, *_error):
        for peer in self.peers:
            peer.stop()


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


def bench_4k(root, scratch, rounds):
    with Servers(root, scratch, everybody=True) as peers:
        show_rates("4 KB, keep-alive, 64 connections", rates(peers, rounds, "/4k.bin", 64))


def bench_sizes(root, scratch, rounds):
    with Servers(root, scratch) as peers:
        for name in ("200b.bin", "64k.bin"):
            show_rates(f"{name}, keep-alive, 64 connections", rates(peers, rounds, "/" + name, 64))


def bench_connect(root, scratch, rounds):
    with Servers(root, scratch) as peers:
        show_rates(
            "4 KB, a new connection for each request, 64 at a time",
            rates(peers, rounds, "/4k.bin", 64, ["Connection: close"]),
        )


def bench_latency(root, scratch, rounds):
    with Servers(root, scratch) as peers:
        latencies = in_turns(peers, rounds, lambda peer: wrk(peer.port, "/4k.bin", 1, cpu=0)[1])
        print("\n4 KB, one connection, server and client on one processor")
        for name, values in latencies.items():
            ratio = median_ratio(latencies["homeport"], values)
            print(f"{name:12} median latency {statistics.median(values):7.0f} µs, ours / its {ratio:.2f}")


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


def bench_burst(root, _scratch, _rounds):
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
    p99 = times[len(times) * 99 // 100] * 1e3
    print(f"\nburst of 64 new connections: {overflows() - before} overflows, p99 {p99:.1f} ms")


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
    with open(os.path.join(root, "1g.bin"), "wb") as file:
        for _ in range(64):
            file.write(os.urandom(16 * MB))
    with Servers(root, scratch) as peers:
        for peer in peers:
            download(peer.port, "/1g.bin")
        before = peers[0].status("VmHWM")
        times = in_turns(peers, rounds, lambda peer: download(peer.port, "/1g.bin"))
        grown = peers[0].status("VmHWM") - before
    print("\n1 GiB file from the page cache, one client")
    for name, values in times.items():
        ratio = median_ratio(values, times["homeport"])
        print(f"{name:12} {1 / statistics.median(values):6.2f} GiB/s, our speed / its {ratio:.2f}")
    print(f"homeport's peak memory meanwhile: + {grown / KB:.1f} MB")
    os.unlink(os.path.join(root, "1g.bin"))


def anon_kb(peer):
    return peer.status("RssAnon")


def read_200(connection):
    got = b""
    while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 200:
        chunk = connection.recv(65536)
        assert chunk, got
        got += chunk


def lone_latency(port):
    """In µs; the server has the first processor, and whether we share it decides more than anything else."""
    if os.cpu_count() > 1:
        os.sched_setaffinity(0, range(1, os.cpu_count()))
    values = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _ in range(2000):
            start = time.perf_counter()
            connection.sendall(b"GET /200b.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            read_200(connection)
            values.append(time.perf_counter() - start)
    return statistics.median(values) * 1e6


def keep_alive_client(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(b"GET /200b.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
    read_200(connection)
    return connection


def bench_idle(root, _scratch, rounds):
    """The lone request is measured with and without the idle clients, in turns."""
    print()
    if not raise_limit(6000):
        return
    server = start_homeport(root)
    try:
        ratios, each = [], []
        for _ in range(max(3, rounds // 2)):
            lone = lone_latency(server.port)
            before = anon_kb(server)
            idle = [keep_alive_client(server.port) for _ in range(5000)]
            each.append((anon_kb(server) - before) * KB / len(idle))
            ratios.append(lone_latency(server.port) / lone)
            for connection in idle:
                connection.close()
            time.sleep(0.5)
    finally:
        server.stop()
    # Memory that was given back before is used again, so the first round tells.
    print(f"5,000 idle keep-alive clients: {each[0]:.0f} bytes each, a lone request {statistics.median(ratios):.2f} × without them")


def bench_gone(root, _scratch, _rounds):
    server = start_homeport(root)
    try:
        time.sleep(0.5)
        before = server.n_descriptors()
        for _ in range(20000):
            keep_alive_client(server.port).close()
        deadline = time.monotonic() + 10
        while server.n_descriptors() > before and time.monotonic() < deadline:
            time.sleep(0.1)
        print(f"\ndescriptors after 20,000 clients that went away: {server.n_descriptors() - before:+d}")
    finally:
        server.stop()


def bench_slow(root, _scratch, _rounds):
    server = start_homeport(root)
    try:
        one_request(server.port)
        before = anon_kb(server)
        readers = []
        for _ in range(100):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /50m.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
            readers.append(connection)
        time.sleep(1)
        others = sorted(one_request(server.port) for _ in range(200))
        each = (anon_kb(server) - before) / len(readers)
        print(f"\n100 readers of 50 MB that stopped reading: {each:.1f} kB each, others' median {others[100] * 1e3:.2f} ms")
        for connection in readers:
            connection.close()
    finally:
        server.stop()


def bench_half_open(root, _scratch, _rounds):
    """Half the clients send half a head and stop, half send a byte each second."""
    print()
    if not raise_limit(3000):
        return
    server = start_homeport(root)
    clients = []
    stop = threading.Event()

    def drip():
        while not stop.wait(1):
            for connection in clients[1::2]:
                try:
                    connection.send(b"x")
                except OSError:
                    pass

    try:
        for _ in range(1000):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            clients.append(connection)
        opened = last = time.monotonic()
        thread = threading.Thread(target=drip)
        thread.start()
        others = sorted(one_request(server.port) for _ in range(1000))
        for connection in clients:
            connection.settimeout(20)
            try:
                while connection.recv(100):
                    pass
            except ConnectionError:
                pass
            last = time.monotonic()
        late = last - opened - HEAD_SECONDS
        p99 = others[990] * 1e3
        print(f"1,000 half-open and dripping heads: the last gone {late:+.2f} s after its deadline, others' p99 {p99:.1f} ms")
    finally:
        stop.set()
        for connection in clients:
            connection.close()
        server.stop()


def bench_tick(root, _scratch, _rounds):
    program = os.environ.get("TICK")
    if not program:
        print("\nTICK is not set: the tick in the main thread is left out")
        return
    server = subprocess.Popen([program, root], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    wrk(port, "/4k.bin", 64, 5, cpu=None)
    server.terminate()
    print("\n" + server.stdout.read().strip())
    server.wait(10)


def bench_log(_root, _scratch, _rounds):
    program = os.environ.get("TEST_RECORD_QUEUE")
    if not program:
        print("\nTEST_RECORD_QUEUE is not set: what a record costs is left out")
        return
    out = subprocess.run([program, "-p", "/record-queue/speed", "-m", "perf"], capture_output=True, text=True, check=True).stdout
    print("\nhanding a record to the log")
    for line in out.splitlines():
        if "per push" in line:
            print(line.split(": ", 1)[1])


ROWS = {
    "4k": bench_4k,
    "sizes": bench_sizes,
    "connect": bench_connect,
    "latency": bench_latency,
    "burst": bench_burst,
    "big": bench_big,
    "idle": bench_idle,
    "gone": bench_gone,
    "slow": bench_slow,
    "half-open": bench_half_open,
    "tick": bench_tick,
    "log": bench_log,
}
NEED_WRK = {"4k", "sizes", "connect", "latency", "tick"}


def run(rounds, only=()):
    for name in only:
        if name not in ROWS:
            raise SystemExit(f"There is no row “{name}”. There are: {', '.join(ROWS)}")
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        root = make_root(scratch)
        time.sleep(2.5)  # what was just written isn't cached
        for name, bench in ROWS.items():
            if only and name not in only:
                continue
            if name in NEED_WRK and not find("wrk"):
                print(f"\nwrk is not installed: {name} is left out")
                continue
            bench(root, scratch, rounds)
