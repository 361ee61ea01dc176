#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of tests/summary.py: it must never call a bad run good."""

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import summary  # noqa: E402 (the path above comes first)


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
    ("an empty run", [], 0, "failed: test run: no test ran", "0 passed, 1 failed"),
    ("Meson failed for another reason", [FINE], 2,
     "failed: test run: meson test ended with status 2", "2 passed, 1 failed"),
]


def summarize(runs, status):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as log:
        log.writelines(json.dumps(one) + "\n" for one in runs)
        log.flush()
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exit_status = summary.main(log.name, status)
    return exit_status, output.getvalue().splitlines()


def is_right(runs, status, line, last):
    exit_status, output = summarize(runs, status)
    good = last.endswith(" 0 failed")
    return output[-1] == last and (line is None or line in output) and (exit_status == 0) == good


print(f"1..{len(CASES)}")
failed = False
for number, (title, *case) in enumerate(CASES, 1):
    right = is_right(*case)
    failed = failed or not right
    print(f"{'ok' if right else 'not ok'} {number} {title}")
sys.exit(failed)
