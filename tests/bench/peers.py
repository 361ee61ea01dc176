# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that are measured side by side, and the load they get."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

HOMEPORT = os.environ.get("HOMEPORT", "homeport")

NGINX_CONF = """
daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/error.log;
events {{ worker_connections 8192; }}
http {{
  include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
  uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def pinned(cpu, words):
    if cpu is None or os.cpu_count() < 2:
        return words
    return ["taskset", "-c", str(cpu), *words]


def wait_until_answered(port, path="/4k.bin"):
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody answers on port {port}")


class Peer:
    """A running server, by default on the first processor."""

    def __init__(self, name, words, port, cpu=0):
        self.name, self.port = name, port
        self.process = subprocess.Popen(
            pinned(cpu, words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        wait_until_answered(port)

    def pids(self):
        """The process and all it started."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                todo += file.read().split()
        return found

    def cpu_seconds(self):
        total = 0.0
        for pid in self.pids():
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def status(self, name):
        """A number out of /proc/PID/status, in kB where it has a unit."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s+(\d+)", file.read(), re.M)[1])

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def find(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def start_homeport(root, cpu=0):
    port = free_port()
    return Peer("homeport", [HOMEPORT, "--headless", f"--port={port}", root], port, cpu)


def start_nginx(root, scratch, cpu=0):
    port = free_port()
    conf = os.path.join(scratch, "nginx.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write(NGINX_CONF.format(dir=scratch, port=port, root=root))
    return Peer("nginx", [find("nginx"), "-c", conf, "-p", scratch, "-e", f"{scratch}/error.log"], port, cpu)


def start_all(root, scratch, names=("nginx", "caddy", "python", "http-server", "serve")):
    """Homeport and those of the peers that are installed; who is missing is said."""
    peers = [start_homeport(root)]
    for name in names:
        program = "/usr/bin/python3" if name == "python" else find(name)
        if not program:
            print(f"{name} is not installed: left out")
            continue
        if name == "nginx":
            peers.append(start_nginx(root, scratch))
            continue
        port = free_port()
        words = {
            "python": [program, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", root],
            "caddy": [program, "file-server", "--listen", f"127.0.0.1:{port}", "--root", root],
            "http-server": [program, root, "-a", "127.0.0.1", "-p", str(port), "-s"],
            "serve": [program, root, "-l", f"tcp://127.0.0.1:{port}", "-L", "--no-clipboard"],
        }[name]
        peers.append(Peer(name, words, port))
    return peers


def wrk(port, path, connections, seconds=2, headers=(), cpu=1):
    """(requests per second, median latency in µs, 99th percentile in µs)"""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for header in headers:
        words += ["-H", header]
    out = subprocess.run(
        pinned(cpu, [*words, f"http://127.0.0.1:{port}{path}"]), capture_output=True, text=True, check=True
    ).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    return rate, latency(out, "50%"), latency(out, "99%")


def latency(out, percentile):
    number, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", out).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]
