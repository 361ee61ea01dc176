# SPDX-License-Identifier: GPL-3.0-or-later
"""A small TAP runner: every function named test_* of the calling script is one test."""

import inspect
import os
import sys
import time
import traceback


class Skip(Exception):
    """Raised by a test that can't run here; the text says why."""


def run(module="__main__"):
    """Runs the tests in the order they are written, prints TAP and exits."""
    tests = [
        (name, function)
        for name, function in vars(sys.modules[module]).items()
        if name.startswith("test_") and inspect.isfunction(function)
    ]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, function) in enumerate(tests, 1):
        title = name.removeprefix("test_").replace("_", "-")
        try:
            function()
        except Skip as skip:
            print(f"ok {number} {title} # SKIP {skip}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} {title}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
        else:
            print(f"ok {number} {title}", flush=True)
    sys.exit(1 if failed else 0)


# A machine that is busy with something else is slower than any limit foresees. Waiting longer costs
# nothing where the thing comes.
PATIENCE = float(os.environ.get("HP_PATIENCE", "4"))


def wait_for(predicate, what, seconds=10):
    """Returns the predicate's first true value; fails when none comes in time."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain for: {what}")
        time.sleep(0.01)


def equal(got, expected, about=""):
    assert got == expected, f"{about} got {got!r}, expected {expected!r}"
