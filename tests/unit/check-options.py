# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page and the completions know every option that --help has, and no other.

usage: check-options.py PROGRAM DATA-FOLDER"""

import re
import subprocess
import sys
from pathlib import Path

program, data = sys.argv[1], Path(sys.argv[2])
HELP = subprocess.run([program, "--help"], capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"}).stdout
OPTIONS = set(re.findall(r"^  (?:-\w, )?--([\w-]+)", HELP, re.M))

# A file and how it names an option.
PLACES = {
    "man/homeport.1": r"^\.BR? .*?(?<![\w|{])--([\w-]+)",
    "completions/_homeport": r"^  '[^\[]*?--([\w-]+)",
    "completions/homeport.fish": r"^complete .* -l ([\w-]+)",
}


def check(path, pattern):
    text = (data / path).read_text(encoding="utf-8").replace("\\-", "-")
    if path.startswith("man/"):
        text = text[text.index(".SH OPTIONS"):]
    known = set(re.findall(pattern, text, re.M)) | set(re.findall(r"\{-\w,--([\w-]+)", text))
    return sorted(f"lacks --{name}" for name in OPTIONS - known) + sorted(
        f"has --{name}, which is not in --help" for name in known - OPTIONS)


print(f"1..{len(PLACES)}")
failed = False
for number, (place, way) in enumerate(PLACES.items(), 1):
    problems = check(place, way)
    failed = failed or bool(problems)
    print(f"{'not ok' if problems else 'ok'} {number} {place}")
    for problem in problems:
        print(f"# {problem}")
sys.exit(failed)
