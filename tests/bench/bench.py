# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Homeport beside others, in turns within one run, and prints ratios.

bench.py [http] [app] [--rounds N]

http  requests per second of --headless beside nginx (1 worker) and python3 -m http.server
app   time to the first frame and memory, beside an empty AdwApplicationWindow

HOMEPORT and EMPTY_WINDOW name the programs; both must be release builds. A peer that isn't installed
is left out and said so. Nothing here passes or fails: machines differ, ratios less so.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HOMEPORT = os.environ.get("HOMEPORT", "homeport")
EMPTY_WINDOW = os.environ.get("EMPTY_WINDOW", "empty-window")

NGINX_CONF = """
daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/error.log;
events {{ worker_connections 1024; }}
http {{
  include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
  uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until_answered(port, path):
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody answers on port {port}")


def pinned(cpu, words):
    return ["taskset", "-c", str(cpu), *words] if os.cpu_count() > 1 else words


class Peer:
    def __init__(self, name, words, port):
        self.name, self.port = name, port
        self.process = subprocess.Popen(
            pinned(0, words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )

    def cpu_seconds(self):
        """User and system time of the process and its children."""
        total, todo = 0.0, [self.process.pid]
        while todo:
            pid = todo.pop()
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                todo += file.read().split()
        return total

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def start_peers(root, scratch):
    port = free_port()
    peers = [Peer("homeport", [HOMEPORT, "--headless", f"--port={port}", root], port)]
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx:
        port = free_port()
        conf = os.path.join(scratch, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(NGINX_CONF.format(dir=scratch, port=port, root=root))
        peers.append(Peer("nginx", [nginx, "-c", conf, "-p", scratch, "-e", f"{scratch}/error.log"], port))
    else:
        print("nginx is not installed: left out")
    port = free_port()
    words = ["/usr/bin/python3", "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", root]
    peers.append(Peer("python", words, port))
    return peers


def wrk(port, path, connections, seconds):
    out = subprocess.run(
        pinned(1, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"]),
        capture_output=True, text=True, check=True,
    ).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def bench_http(rounds):
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed")
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        root = os.path.join(scratch, "root")
        os.mkdir(root)
        os.chmod(scratch, 0o755)
        with open(os.path.join(root, "4k.bin"), "wb") as file:
            file.write(os.urandom(4096))
        peers = start_peers(root, scratch)
        try:
            for peer in peers:
                wait_until_answered(peer.port, "/4k.bin")
            rates = {peer.name: [] for peer in peers}
            costs = {peer.name: [] for peer in peers}
            for turn in range(rounds):
                for peer in peers if turn % 2 else reversed(peers):
                    before = peer.cpu_seconds()
                    rate = wrk(peer.port, "/4k.bin", 64, 2)
                    rates[peer.name].append(rate)
                    costs[peer.name].append((peer.cpu_seconds() - before) / (rate * 2) * 1e6)
        finally:
            for peer in peers:
                peer.stop()

    print(f"4 KB file, keep-alive, 64 connections, {rounds} rounds in turns; medians")
    print(f"{'':10} {'requests/s':>12} {'CPU µs each':>12} {'Homeport / it':>14}")
    for name in rates:
        ratio = statistics.median(a / b for a, b in zip(rates["homeport"], rates[name]))
        print(f"{name:10} {statistics.median(rates[name]):12.0f} {statistics.median(costs[name]):12.1f} {ratio:14.2f}")


def first_frame(words, env):
    """Seconds from exec to the first frame, and the process, still running."""
    start = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True)
    for line in process.stdout:
        if "first frame" in line:
            return time.monotonic() - start, process
    raise SystemExit(f"{words[0]} ended before its first frame")


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1]) / 1024


def bench_app(rounds):
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        if name not in os.environ:
            raise SystemExit(f"{name} is not set: run this by ./dev bench")
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        env = dict(
            os.environ, XDG_CONFIG_HOME=scratch, G_MESSAGES_DEBUG="homeport", GSETTINGS_BACKEND="memory",
            ADW_DISABLE_PORTAL="1",
        )
        os.mkdir(os.path.join(scratch, "homeport"))
        with open(os.path.join(scratch, "homeport", "servers.ini"), "w", encoding="utf-8") as file:
            for n in range(3):
                folder = os.path.join(scratch, f"site-{n}")
                os.mkdir(folder)
                file.write(f"[server-{n + 1}]\nfolder={folder}\nport={free_port()}\nrunning=true\n")
        times = {HOMEPORT: [], EMPTY_WINDOW: []}
        memory = {HOMEPORT: [], EMPTY_WINDOW: []}
        for turn in range(rounds + 1):
            for words in (HOMEPORT, EMPTY_WINDOW) if turn % 2 else (EMPTY_WINDOW, HOMEPORT):
                seconds, process = first_frame([words], env)
                time.sleep(2)
                if turn > 0:
                    times[words].append(seconds * 1000)
                    memory[words].append(pss_mb(process.pid))
                process.terminate()
                process.wait(10)
                process.stdout.close()

    print(f"renderer {os.environ.get('GSK_RENDERER', 'the default')}, {rounds} rounds in turns after a warm-up; medians")
    print(f"{'':22} {'first frame ms':>15} {'PSS MB':>8}")
    for words, name in ((HOMEPORT, "homeport, 3 servers"), (EMPTY_WINDOW, "empty window")):
        print(f"{name:22} {statistics.median(times[words]):15.0f} {statistics.median(memory[words]):8.1f}")
    ratio = statistics.median(a / b for a, b in zip(times[HOMEPORT], times[EMPTY_WINDOW]))
    print(f"first frame, homeport / empty window: {ratio:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["http", "app", []], default=[])
    parser.add_argument("--rounds", type=int, default=8)
    words = parser.parse_args()
    for name in words.what or ["http", "app"]:
        {"http": bench_http, "app": bench_app}[name](words.rounds)


if __name__ == "__main__":
    sys.exit(main())
