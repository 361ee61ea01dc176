# SPDX-License-Identifier: GPL-3.0-or-later
"""A language for pictures only, "xx": every text of the program with accents and about 40 % longer, so that
what is clipped, and what is not translated, can be seen. undo() reads it."""

import os
import re
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

VOWELS = dict(zip("aeiouAEIOU", "áéíóúÁÉÍÓÚ"))
OTHERS = dict(zip("cnszyCNSZY", "çñšžýÇÑŠŽÝ"))
BACK = {accented: plain for plain, accented in {**VOWELS, **OTHERS}.items()}

# What a text has besides words: escapes, places for values, markup, addresses.
KEPT = re.compile(r"\\.|%(?:\d+\$)?['\-+ #0]*\d*(?:\.\d+)?(?:hh|h|ll|l|z)?[a-zA-Z%]|<[^>]*>|&\w+;|\w+://\S+|127\.0\.0\.1|[\w-]+\.html|\{\w+\}")


def change(text):
    """Vowels twice, the first with an accent: "Start" becomes "Štáart"."""
    out, position = [], 0
    for kept in KEPT.finditer(text):
        out += [change_words(text[position:kept.start()]), kept.group()]
        position = kept.end()
    return "".join(out) + change_words(text[position:])


def change_words(text):
    return "".join(VOWELS[c] + c.lower() if c in VOWELS else OTHERS.get(c, c) for c in text)


def undo(text):
    text = re.sub("([áéíóúÁÉÍÓÚ])([aeiou])", lambda pair: pair.group(1), text or "")
    return "".join(BACK.get(c, c) for c in text)


def make(folder):
    """Writes the catalogue; folder is what TEXTDOMAINDIR is to be."""
    target = os.path.join(folder, "xx", "LC_MESSAGES")
    os.makedirs(target)
    source = subprocess.run(
        ["xgettext", f"--directory={TOP}", f"--files-from={TOP}/po/POTFILES.in", "--from-code=UTF-8", "--output=-",
         "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2", "--keyword=ngettext:1,2",
         "--keyword=g_dngettext:2,3"],
        check=True, capture_output=True,
    ).stdout
    english = subprocess.run(["msgen", "--no-wrap", "--lang=xx", "-"], input=source, check=True, capture_output=True).stdout
    lines, changes = [], False
    for line in english.decode().splitlines():
        if line.startswith("msg"):
            changes = line.startswith("msgstr")
        found = re.fullmatch(r'((?:msgstr(?:\[\d\])? )?)"(.*)"', line)
        # The header has colons that must stay.
        if changes and found and not re.match(r"[A-Z][\w-]+: |$", found.group(2)):
            line = f'{found.group(1)}"{change(found.group(2))}"'
        lines.append(line)
    subprocess.run(["msgfmt", f"--output-file={target}/homeport.mo", "-"], input="\n".join(lines).encode() + b"\n", check=True)
