# SPDX-License-Identifier: GPL-3.0-or-later
"""For tests that look for English names in a window that speaks another language."""

import functools
import gettext
import re

# What keeps a direction, and can't be seen.
MARKS = re.compile("[\u200e\u200f\u2066-\u2069]")
PLACE = re.compile(r"%(?:(\d+)\$)?['\-+ #0]*\d*(?:\.\d+)?(?:hh|h|ll|l|z)?([a-zA-Z%])")


def parse(text):
    """A format as the texts between its places, and which value each place has."""
    texts, order, position = [], [], 0
    for place in PLACE.finditer(text):
        if place.group(2) == "%":
            continue
        texts.append(text[position:place.start()])
        order.append(int(place.group(1)) - 1 if place.group(1) else len(order))
        position = place.end()
    return [part.replace("%%", "%") for part in [*texts, text[position:]]], order


def plain(text):
    """Without what makes bold, and without the mark of the letter to press."""
    return MARKS.sub("", re.sub(r"</?b>|_(?=\w)", "", text))


class Reader:
    """Says in English what a catalogue has in its language. What isn't in it stays as it is."""

    def __init__(self, path):
        with open(path, "rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog
        self.words, self.formats = {}, []
        for key, translated in catalogue.items():
            key = key[0] if isinstance(key, tuple) else key
            english = plain(key.rpartition("\x04")[2])
            texts, order = parse(plain(translated))
            if not order:
                self.words.setdefault("".join(texts), "".join(parse(english)[0]))
            elif sum(map(str.isalpha, "".join(texts))) >= 4:
                self.formats.append((re.compile("(.+)".join(map(re.escape, texts))), order, *parse(english)))
        # The one that says most of it: “%s used by %s” before “%s by %s”.
        self.formats.sort(key=lambda one: -len(one[0].pattern))

    @functools.lru_cache(4096)
    def __call__(self, name):
        text = MARKS.sub("", name or "")
        # GTK 4.8 says some names twice.
        half = text[:len(text) // 2]
        if text == f"{half} {half}":
            text = half
        if text in self.words:
            return self.words[text]
        for pattern, order, texts, places in self.formats:
            found = pattern.fullmatch(text)
            if found:
                values = dict(zip(order, map(self, found.groups())))
                said = texts[0]
                for place, following in zip(places, texts[1:]):
                    # Some languages have forms without the number, such as "twice".
                    said += values.get(place, "") + following
                return said
        # Several in one name.
        parts = re.split(r", | · ", text)
        return ", ".join(map(self, parts)) if len(parts) > 1 else text
