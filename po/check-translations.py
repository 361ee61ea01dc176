#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each language of LINGUAS is complete and right, and that no words for people go past
gettext.

usage: check-translations.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "po"

# What a .ui file shows when it has one of these.
SHOWN = re.compile(r'<property name="(label|title|subtitle|tooltip-text|placeholder-text|description|'
                   r'heading|body|text)"(?![^>]*translatable)[^>]*>([^<]+)<')
# What shows its literal as it stands.
CALLS = re.compile(r'\b(gtk_label_new|gtk_label_set_(?:text|label|markup)|gtk_button_(?:new_with_label|set_label)|'
                   r'gtk_window_set_title|gtk_widget_set_tooltip_text|adw_[a-z_]*set_(?:title|subtitle|'
                   r'description|heading|body)|adw_toast_new|g_menu_append|gtk_editable_set_text|'
                   r'gtk_entry_set_placeholder_text)\s*\((?:(?!gettext)[^"_;])*"((?:[^"\\]|\\.)*)"')
WORD = re.compile(r"[A-Za-z]{3,}")


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})


def make_template(folder):
    template = folder / "homeport.pot"
    words = run("xgettext", "--from-code=UTF-8", "--add-comments", "--directory", str(ROOT), "--output", str(template),
                *("--keyword=" + word for word in ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2",
                                                   "g_dngettext:2,3", "g_dpgettext2:2c,3")),
                "--files-from", str(PO / "POTFILES.in"))
    if not template.exists():
        raise SystemExit(words.stderr)
    return template


def check_language(name, template, folder):
    """What is wrong with one language, in lines."""
    source = PO / f"{name}.po"
    if not source.exists():
        return [f"po/{name}.po: is missing"]

    found = run("msgfmt", "--check", "--check-accelerators=_", "--output", "/dev/null", str(source))
    problems = found.stderr.splitlines() if found.returncode else []

    merged = folder / f"{name}.po"
    run("msgmerge", "--no-fuzzy-matching", "--quiet", "--output", str(merged), str(source), str(template))
    left = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", "--no-location", str(merged)).stdout
    left += run("msgattrib", "--only-fuzzy", "--no-obsolete", "--no-wrap", "--no-location", str(merged)).stdout
    ids = [line for line in left.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
    problems += [f"po/{name}.po: has no translation for {line[6:]}" for line in ids]
    return problems


def escaped_words():
    """Literals on screen that no translator sees."""
    for path in sorted((ROOT / "src").rglob("*")):
        pattern = {".ui": SHOWN, ".c": CALLS}.get(path.suffix)
        if pattern is None:
            continue
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            if WORD.search(match[2]):
                yield f"{path.relative_to(ROOT)}: “{match[2]}” goes past gettext"


def main():
    tools = [tool for tool in ("xgettext", "msgfmt", "msgmerge", "msgattrib") if shutil.which(tool) is None]
    if tools:
        print("1..0 # SKIP " + ", ".join(tools) + " not installed")
        return 0

    lines = (PO / "LINGUAS").read_text(encoding="utf-8").splitlines()
    languages = [line for line in lines if line and not line.startswith("#")]
    problems = [f"po/{path.name}: isn't in LINGUAS" for path in PO.glob("*.po") if path.stem not in languages]
    if languages != sorted(set(languages)):
        problems.append("po/LINGUAS: isn't sorted, or names a language twice")
    problems += escaped_words()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = make_template(folder)
        for language in languages:
            problems += check_language(language, template, folder)

    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
