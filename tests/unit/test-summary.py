#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of tests/summary.py and tests/run.py: they must never call a bad run good."""

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import run as test_run  # noqa: E402 (the path above comes first)
import summary  # noqa: E402


def run(name, result, stdout="", status=0):
    return {"name": name, "result": result, "stdout": stdout, "returncode": status}


FINE = run("fine", "OK", "1..2\nok 1 /a\nok 2 /b\n")

# What it is about, the programs of the run, Meson's exit status, a line before the last, the last line.
CASES = [
    ("points are counted", [FINE], 0, None, "2 passed, 0 failed"),
    ("a program without TAP counts", [FINE, run("plain", "OK")], 0, None, "3 passed, 0 failed"),
    ("a skipped point has its reason", [run("s", "OK", "1..2\nok 1 /a # SKIP no net\nok 2 /b\n")], 0,
     "skipped: s /a: no net", "1 passed, 0 failed"),
    ("a skipped program has its reason", [FINE, run("s", "SKIP", "1..0 # SKIP no browser\n")], 0,
     "skipped: s: no browser", "2 passed, 0 failed"),
    ("status 77 skips", [FINE, run("s", "SKIP", "no tool\n", 77)], 0,
     "skipped: s: no tool", "2 passed, 0 failed"),
    ("a failed point", [run("f", "FAIL", "1..2\nnot ok 1 /a\nok 2 /b\n", 1)], 1,
     "failed: f /a: failed", "1 passed, 1 failed"),
    ("what TAP says of a failure", [run("f", "FAIL", "1..2\nnot ok 1 /a\n# two is not one\nok 2 /b\n", 1)], 1,
     "    # two is not one", "1 passed, 1 failed"),
    ("a failed program without TAP", [FINE, run("f", "FAIL", "", 3)], 1,
     "failed: f: failed (exit status 3)", "2 passed, 1 failed"),
    ("a crash after good points", [run("c", "ERROR", "1..2\nok 1 /a\n", -11)], 1,
     "failed: c: crashed (SIGSEGV)", "1 passed, 1 failed"),
    ("a program out of time", [run("t", "TIMEOUT", "1..2\nok 1 /a\n", -15)], 1,
     "failed: t: did not end in time", "1 passed, 1 failed"),
    ("a TAP program that ran nothing", [FINE, run("n", "SKIP", "")], 0,
     "failed: n: ran no test", "2 passed, 1 failed"),
    ("a program that needed a second run is named", [FINE, {**run("u", "OK"), "unsteady": True}], 0,
     "unsteady: u: failed at first, passed when run alone", "3 passed, 0 failed"),
    ("an empty run", [], 0, "failed: test run: no test ran", "0 passed, 1 failed"),
    ("Meson failed for another reason", [FINE], 2,
     "failed: test run: meson test ended with status 2", "2 passed, 1 failed"),
]


def write_log(folder, name, runs):
    path = Path(folder) / name
    path.write_text("".join(json.dumps(one) + "\n" for one in runs), encoding="utf-8")
    return str(path)


def summarize(*runs_and_statuses):
    output = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(output):
        logs = [one if isinstance(one, int) else write_log(folder, f"{number}.json", one)
                for number, one in enumerate(runs_and_statuses)]
        exit_status = summary.main(*logs)
    return exit_status, output.getvalue().splitlines()


def is_right(*case):
    *logs, line, last = case
    exit_status, output = summarize(*logs)
    good = last.endswith(" 0 failed")
    return output[-1] == last and (line is None or line in output) and (exit_status == 0) == good


def second_run(first, again):
    """What tests/run.py makes of two runs, each program's name and result."""
    return [(one["name"], one["result"], one.get("unsteady", False))
            for one in test_run.merge(first, again)]


BAD = run("p:s / bad", "FAIL", "", 1)
CHECKS = [(title, is_right(*case)) for title, *case in CASES + [
    ("two runs are added up", [FINE], 0, [FINE, run("plain", "OK")], 0, None, "5 passed, 0 failed"),
    ("a second run without tests", [FINE], 0, [], 0, "failed: test run: no test ran", "2 passed, 1 failed"),
    ("a second run that fails", [FINE], 0, [FINE], 3,
     "failed: test run: meson test ended with status 3", "4 passed, 1 failed"),
]] + [
    ("a failure that passes alone is unsteady",
     second_run([FINE, BAD], [run("p:s / bad", "OK")]) == [("fine", "OK", False), ("p:s / bad", "OK", True)]),
    ("a failure that fails again stays one",
     second_run([BAD], [run("p:s / bad", "TIMEOUT")]) == [("p:s / bad", "TIMEOUT", False)]),
    ("a failure that didn't run again stays one", second_run([BAD], []) == [("p:s / bad", "FAIL", False)]),
    ("one failure has a second chance", test_run.names_to_repeat([FINE, BAD]) == ["bad"]),
    ("many failures have none", test_run.names_to_repeat([BAD] * 9) == []),
]

print(f"1..{len(CHECKS)}")
for number, (title, right) in enumerate(CHECKS, 1):
    print(f"{'ok' if right else 'not ok'} {number} {title}")
sys.exit(not all(right for _, right in CHECKS))
