#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tests of a build folder with Meson.

usage: run.py BUILD SLOWNESS [SUITE...]

A program that fails is run once more, alone: a machine that was busy with something else for a
moment shall not spoil a long run. The summary names it, for it wants mending. Many that fail are no
accident and get no second chance. What came of it all is in BUILD/meson-logs/runs.json, in the form
of Meson's own log; the exit status is Meson's.
"""

import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import summary  # noqa: E402 (the path above comes first)

GOOD = "OK", "EXPECTEDFAIL", "SKIP"
SECOND_CHANCES = 4


def run_meson(build, *words):
    """Returns Meson's exit status and the programs it ran."""
    log = build / "meson-logs/testlog.json"
    log.unlink(missing_ok=True)
    status = subprocess.call(
        ["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", *words])
    return status, summary.read_log(log) if log.exists() else []


def names_to_repeat(runs):
    names = [run["name"].split(" / ")[-1] for run in runs if run["result"] not in GOOD]
    return names if len(names) <= SECOND_CHANCES else []


def print_failures(runs):
    """What TAP says of the points that failed: Meson shows stderr only, and the second run may be good."""
    for run in runs:
        told = summary.Summary()
        if run["result"] not in GOOD:
            told.add_run(run)
        for name, reason, diagnostics in told.failed:
            print(f"{name}: {reason}", *diagnostics[-summary.DIAGNOSTICS:], sep="\n    ")


def merge(runs, again):
    """The first run with the results of the second in place of its failures."""
    second = {run["name"]: run for run in again}
    merged = []
    for run in runs:
        if run["result"] not in GOOD:
            run = second.get(run["name"], run)
            run = {**run, "unsteady": run["result"] in GOOD}
        merged.append(run)
    return merged


def main(build, slowness, *suites):
    build = Path(build)
    words = [word for suite in suites for word in ("--suite", suite)]
    status, runs = run_meson(build, "-t", slowness, *words)
    names = names_to_repeat(runs)
    if names:
        print_failures(runs)
        print("\nOnce more, alone:", *names, flush=True)
        words = ["-t", str(int(slowness) * 2), "--num-processes", "1"]
        status, again = run_meson(build, *words, *names)
        runs = merge(runs, again)

    (build / "meson-logs/runs.json").write_text("".join(json.dumps(run) + "\n" for run in runs))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
