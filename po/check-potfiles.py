#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that POTFILES.in names every file with words for people, sorted, and no file that is gone,
and that xgettext has nothing to say against the words.

usage: check-potfiles.py [--update]
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POTFILES = ROOT / "po" / "POTFILES.in"

# What makes a file of each kind translatable. Data files for the desktop always are.
MARKS = {
    ".c": re.compile(r'(?<![A-Za-z0-9_])(?:N?C?_|n?gettext|g_dn?gettext|g_dpgettext2?)\s*\('),
    ".ui": re.compile(r'translatable="(?:yes|true)"'),
    ".desktop.in.in": re.compile(""),
    ".metainfo.xml.in.in": re.compile(""),
    ".gschema.xml.in": re.compile(""),
}
MARKS[".h"] = MARKS[".c"]


def translatable_files():
    for folder in ("data", "src"):
        for path in sorted((ROOT / folder).rglob("*")):
            for ending, mark in MARKS.items():
                if path.name.endswith(ending) and mark.search(path.read_text(encoding="utf-8")):
                    yield path.relative_to(ROOT).as_posix()


def bad_words():
    """What a translator could not work with: a format cut off by G_GUINT64_FORMAT, for one."""
    command = ["xgettext", "--from-code=UTF-8", "--output=-", "--directory", str(ROOT)]
    command += ["--keyword=" + word for word in ("_", "N_", "C_:1c,2", "NC_:1c,2")]
    command += ["--flag=" + flag for flag in ("_:1:pass-c-format", "N_:1:pass-c-format",
                                              "ngettext:1:pass-c-format", "ngettext:2:pass-c-format",
                                              "g_strdup_printf:1:c-format", "g_printerr:1:c-format",
                                              "g_print:1:c-format", "g_set_error:4:c-format",
                                              "g_string_append_printf:2:c-format")]
    command += ["--files-from", str(POTFILES)]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    return run.stderr.splitlines()


def main(arguments):
    wanted = sorted(translatable_files())
    if arguments == ["--update"]:
        POTFILES.write_text("".join(name + "\n" for name in wanted), encoding="utf-8")
        return 0

    lines = POTFILES.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    problems = [f"{name}: has words to translate and is missing" for name in wanted if name not in listed]
    problems += [f"{name}: is listed for nothing" for name in listed if name not in wanted]
    if listed != sorted(set(listed)):
        problems.append("the list isn't sorted, or names a file twice")
    if problems:
        for problem in problems:
            print(f"po/POTFILES.in: {problem}")
        print("To put it right: python3 po/check-potfiles.py --update")
        return 1

    complaints = bad_words()
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
