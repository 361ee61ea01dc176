# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Homeport beside others, in turns within one run, and prints ratios.

bench.py [http] [app] [log] [ports] [--rounds N] [--only ROW ...]

http  serving files, beside nginx (1 worker), caddy, python3 -m http.server, http-server and serve; what
      idle, slow and vanished clients cost; whether the main thread keeps its pace meanwhile
      --only runs some of its rows: 4k, sizes, connect, latency, burst, big, idle, gone, slow, half-open,
      tick, log
app   time to the first frame and memory, beside an empty AdwApplicationWindow; wake-ups at rest; two
      hundred folders at once; what is installed
log   what the request log costs: memory, appending, filtering, sorting, the table following 50,000 rows a
      second; beside GTK's own filter over the same rows
ports what looking at ports costs with 20,000 sockets open, beside the bare netlink dump and ss

HOMEPORT, EMPTY_WINDOW, TICK, BENCH_LOG, PORTS_BENCH and TEST_RECORD_QUEUE name the programs; all must be release builds. A peer that isn't
installed is left out and said so. Nothing here passes or fails: machines differ, ratios less so.
"""

import argparse
import os
import subprocess
import sys

import bench_app
import bench_http

BENCH_LOG = os.environ.get("BENCH_LOG", "bench-log")


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
            {"app": bench_app.run, "log": bench_log, "ports": bench_ports}[name](words.rounds)


if __name__ == "__main__":
    sys.exit(main())
