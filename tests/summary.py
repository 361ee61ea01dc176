#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one summary of runs of tests and fails when anything in them failed.

usage: summary.py TESTLOG.json EXIT-STATUS [TESTLOG.json EXIT-STATUS]...

Every TAP point counts as one test; a program without TAP counts as one. What was skipped is listed
with its reason, what failed with what TAP says about it (Meson shows stderr only). A program that
crashed, ran out of time or ran no test is a failure even if all its points were fine; one that
tests/run.py had to run twice is named. The last line is "N passed, N failed".
"""

import json
import re
import signal
import sys

POINT = re.compile(r"(not )?ok\b *(\d+)?(?: *- *| +)?([^#]*)(?:#\s*((?i:SKIP|TODO))\S*\s*(.*))?$")
PLAN_SKIP = re.compile(r"1\.\.0\s*#\s*(?i:SKIP)\S*\s*(.*)$")
SKIP_STATUS = 77
DIAGNOSTICS = 20  # lines shown of each failure


class Summary:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.unsteady = []
        self.open_failure = None  # the diagnostics of a failed point, while they come

    def add_run(self, run):
        """Counts one test program: a line of Meson's testlog.json."""
        name = run["name"]
        stdout = run.get("stdout") or ""
        result = run["result"]
        counted = self.passed, len(self.failed), len(self.skipped)

        for line in stdout.splitlines():
            self.add_line(name, line)
        self.open_failure = None

        if run.get("unsteady"):
            self.unsteady.append(name)
        points = (self.passed, len(self.failed), len(self.skipped)) != counted
        if result in ("OK", "EXPECTEDFAIL"):
            if not points:
                self.passed += 1
        elif result == "SKIP":
            if not points:
                self.add_skipped_program(name, run, stdout)
        elif len(self.failed) == counted[1]:
            self.failed.append((name, self.why(run), []))

    def add_line(self, name, line):
        point = POINT.match(line)
        if point:
            bad, number, title, directive, reason = point.groups()
            title = f"{name} {title.strip() or number or ''}".strip()
            if directive:
                self.skipped.append((title, reason.strip() or "no reason given"))
            elif not bad:
                self.passed += 1
            self.open_failure = None
            if bad and not directive:
                self.open_failure = []
                self.failed.append((title, "failed", self.open_failure))
            return
        if self.open_failure is not None and line.startswith("#"):
            self.open_failure.append(line)
        plan = PLAN_SKIP.match(line)
        if plan:
            self.skipped.append((name, plan.group(1).strip() or "no reason given"))

    def add_skipped_program(self, name, run, stdout):
        # Meson also says SKIP of a TAP program that ran nothing at all.
        if run.get("returncode") != SKIP_STATUS:
            self.failed.append((name, "ran no test", []))
            return
        lines = (stdout + "\n" + (run.get("stderr") or "")).split("\n")
        said = [line.strip() for line in lines if line.strip()]
        self.skipped.append((name, said[-1] if said else "no reason given"))

    @staticmethod
    def why(run):
        status = run.get("returncode") or 0
        if run["result"] == "TIMEOUT":
            return "did not end in time"
        if run["result"] == "INTERRUPT":
            return "was interrupted"
        if status < 0 or status > 128:
            number = -status if status < 0 else status - 128
            try:
                return f"crashed ({signal.Signals(number).name})"
            except ValueError:
                pass
        return f"failed (exit status {status})"


def read_log(path):
    """The programs of a run, one dictionary each."""
    with open(path, encoding="utf-8", errors="surrogateescape") as log:
        return [json.loads(line) for line in log]


def add_log(summary, path, status):
    """Counts one run of tests; status is how Meson ended."""
    before = summary.passed, len(summary.failed)
    try:
        for run in read_log(path):
            summary.add_run(run)
    except FileNotFoundError:
        pass  # said below: no test ran
    except (OSError, ValueError) as error:
        summary.failed.append(("summary", f"the log of the test run can't be read: {error}", []))

    if len(summary.failed) == before[1]:
        if summary.passed == before[0]:
            summary.failed.append(("test run", "no test ran", []))
        elif status != 0:
            summary.failed.append(("test run", f"meson test ended with status {status}", []))


def main(*logs):
    summary = Summary()
    for path, status in zip(logs[::2], logs[1::2]):
        add_log(summary, path, int(status))

    print()
    for name, reason in summary.skipped:
        print(f"skipped: {name}: {reason}")
    for name in summary.unsteady:
        print(f"unsteady: {name}: failed at first, passed when run alone")
    for name, reason, diagnostics in summary.failed:
        print(f"failed: {name}: {reason}")
        for line in diagnostics[-DIAGNOSTICS:]:
            print(f"    {line}")
    print(f"{summary.passed} passed, {len(summary.failed)} failed")
    return 1 if summary.failed else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(*sys.argv[1:]))
