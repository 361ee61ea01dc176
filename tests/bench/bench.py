# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Homeport beside others, in turns within one run, and prints ratios.

bench.py [http] [app] [log] [ports] [--rounds N] [--only ROW ...]

http  serving files, beside nginx (1 worker), caddy, python3 -m http.server, http-server and serve; what
      idle, slow and vanished clients cost; whether the main thread keeps its pace meanwhile
      --only runs some of its rows: 4k, sizes, connect, latency, burst, big, idle, gone, slow, half-open,
      tick, log
app   time to the first frame and memory, beside an empty AdwApplicationWindow
log   what the request log costs: memory, appending, filtering, sorting, the table following 50,000 rows a
      second; beside GTK's own filter over the same rows
ports what looking at ports costs with 20,000 sockets open, beside the bare netlink dump and ss

HOMEPORT, EMPTY_WINDOW, TICK, BENCH_LOG, PORTS_BENCH and TEST_RECORD_QUEUE name the programs; all must be release builds. A peer that isn't
installed is left out and said so. Nothing here passes or fails: machines differ, ratios less so.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import bench_http
from peers import HOMEPORT, free_port

EMPTY_WINDOW = os.environ.get("EMPTY_WINDOW", "empty-window")
BENCH_LOG = os.environ.get("BENCH_LOG", "bench-log")


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


def bench_log(_rounds):
    """The renderer is the one that does without a graphics card: GL in software says nothing about either."""
    renderer = os.environ.get("GSK_RENDERER", "cairo")
    env = dict(os.environ, ADW_DISABLE_PORTAL="1", GSK_RENDERER=renderer)
    for program, title in (
        (BENCH_LOG, "log"),
        (BENCH_LOG + "-window", f"log in the table, renderer {renderer}"),
        (BENCH_LOG + "-export", "log, saved and read back"),
        (BENCH_LOG + "-served", f"the engine while the table follows, renderer {renderer}"),
    ):
        print(title, flush=True)
        subprocess.run([program], check=True, env=env)


def bench_ports(_rounds):
    subprocess.run([os.environ.get("PORTS_BENCH", "ports-bench")], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["http", "app", "log", "ports", []], default=[])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--only", nargs="+", default=[], metavar="ROW")
    words = parser.parse_args()
    for name in words.what or (["http"] if words.only else ["http", "app", "log", "ports"]):
        if name == "http":
            bench_http.run(words.rounds, words.only)
        else:
            {"app": bench_app, "log": bench_log, "ports": bench_ports}[name](words.rounds)


if __name__ == "__main__":
    sys.exit(main())
