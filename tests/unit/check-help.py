# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the help are sound, and say of the filter, the keys and the options what the program does.

usage: check-help.py PROGRAM SOURCE-FOLDER"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

PROGRAM, TOP = sys.argv[1], Path(sys.argv[2])
HELP = TOP / "data" / "help" / "C"
NS = "{http://projectmallard.org/1.0/}"
PAGES = {path.stem: ElementTree.parse(path).getroot() for path in sorted(HELP.glob("*.page"))}

NAMES = {"Control": "Ctrl", "Return": "Enter", "comma": ",", "question": "?", "Up": "↑", "Down": "↓"}


def text_of(node):
    return " ".join("".join(node.itertext()).split())


def texts(page, tag):
    return [text_of(node) for node in PAGES[page].iter(NS + tag)]


def run_program(*words):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, env=env, timeout=60)


def test_pages():
    """What is there is installed; every page says what it is, and whose."""
    with open(TOP / "data" / "meson.build", encoding="utf-8") as file:
        listed = re.search(r"help_pages = \[(.*?)\]", file.read(), re.S).group(1)
    tap.equal(sorted(re.findall(r"'([\w-]+)'", listed)), sorted(PAGES))
    for name, page in PAGES.items():
        tap.equal(page.get("id"), name)
        assert text_of(page.find(NS + "title")), f"{name} has no title"
        assert text_of(page.find(f"{NS}info/{NS}desc")), f"{name} has no description"
        assert page.find(f"{NS}info/{{http://www.w3.org/2001/XInclude}}include") is not None, f"{name} has no licence"


def test_links():
    """Every link leads somewhere, and the first page leads to all others."""
    places = set(PAGES)
    for name, page in PAGES.items():
        sections = [node.get("id") for node in page.iter(NS + "section")]
        assert None not in sections and len(set(sections)) == len(sections), f"{name}: {sections}"
        places.update(f"{name}#{section}" for section in sections)
    for name, page in PAGES.items():
        for link in page.iter(NS + "link"):
            assert link.get("xref") in places, f"{name}: no {link.get('xref')}"
        guides = [link.get("xref") for link in page.findall(f"{NS}info/{NS}link[@type='guide']")]
        assert name == "index" or any(guide.startswith("index#") for guide in guides), f"{name} is not in the index"
    # And those of the program.
    code = "".join(path.read_text(encoding="utf-8") for path in (TOP / "src").rglob("*") if path.suffix in (".c", ".ui"))
    named = set(re.findall(rf'"((?:{"|".join(PAGES)})#[\w-]+)"', code))
    named.update(re.findall(r'hp_help_set_page \([^;]*?, "([^"]+)"\)', code))
    assert len(named) >= 10, named
    tap.equal(sorted(named - places), [], "the program opens:")


def test_windows_have_a_page():
    """F1 leads to a page of its own from every dialog; the window's parts have theirs."""
    makes = re.compile(r"ADW_TYPE_\w*WINDOW\b|\b(?:adw|gtk)_(?!scrolled_)(?:\w+_)?(?:window|dialog)_new \(|\bhp_ask \(|GTK_WINDOW \(gtk_builder_get")
    # The first one is the wrapper, the second one has parts, the third one says that there is no help.
    others = {"hp-platform.c", "hp-window.c", "hp-help.c"}
    found = [path for path in sorted((TOP / "src").rglob("*.c")) if makes.search(path.read_text(encoding="utf-8"))]
    assert len(found) >= 10, found
    found = [path.name for path in found if path.name not in others and "hp_help_set_page (" not in path.read_text(encoding="utf-8")]
    tap.equal(found, [], "without hp_help_set_page():")


def test_mallard():
    if not shutil.which("yelp-check"):
        raise tap.Skip("yelp-check (yelp-tools) is not installed")
    for check in ("validate", "links", "orphans"):
        done = subprocess.run(["yelp-check", check, *HELP.glob("*.page")], capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        if check == "validate" and re.search(r"failed to load external entity|I/O error", said):
            raise tap.Skip("the schema of Mallard is not installed")
        assert done.returncode == 0 and not said.strip(), f"{check}: {said}"


def test_filter():
    """All that --help-filter names is in the page, and the page has no more keys than there are."""
    said = run_program("--help-filter").stdout
    examples = re.findall(r"^  (\S.*?)(?:  +|$)", said, re.M)
    assert len(examples) >= 20, said
    inputs = texts("filter", "input")
    tap.equal([one for one in examples if one not in inputs], [], "not in the page:")
    keys = {re.match(r"(\w+)[:<>=]", one).group(1) for one in examples if re.match(r"\w+[:<>=]", one)}
    tap.equal(sorted(set(texts("filter", "code"))), sorted(keys))
    # The values of "is" and of "type", and the units.
    words = " ".join(texts("filter", "td"))
    for line in re.findall(r"(?:problem|html|B|us)(?:, \w+)+", said):
        for word in line.split(", "):
            assert re.search(rf"\b{word}\b", words), f"{word} is not in the page"


def test_filters_work():
    """Each of the page is a filter: the folder that isn't there is what is complained of."""
    for text in texts("filter", "input"):
        done = run_program("--headless", f"--filter={text}", "/nonexistent/folder")
        assert done.returncode == 2 and "/nonexistent/folder" in done.stderr, f"{text}: {done.stderr}"
    done = run_program("--headless", "--filter=stauts:200", "/nonexistent/folder")
    assert "--filter" in done.stderr, done.stderr


def write_keys(accelerator):
    """As the help writes them."""
    words = re.findall(r"<(\w+)>", accelerator) + [re.sub(r"<\w+>", "", accelerator).replace("...", "…")]
    return "+".join(NAMES.get(word, word.upper() if len(word) == 1 else word) for word in words)


def test_keys():
    tree = ElementTree.parse(TOP / "src" / "ui" / "hp-shortcuts.ui")
    window = []
    for node in tree.iter("object"):
        if node.get("class") == "GtkShortcutsShortcut":
            said = {one.get("name"): one.text for one in node.findall("property")}
            window.append((", ".join(map(write_keys, said["accelerator"].split())), said["title"]))
    page = []
    for row in PAGES["keys"].iter(NS + "tr"):
        keys, what = row.findall(NS + "td")
        told = []
        for node in keys.find(NS + "p"):
            told.append("+".join(map(text_of, node)) if node.tag == NS + "keyseq" else text_of(node))
        page.append((", ".join(told), text_of(what)))
    tap.equal(page, window)


def test_options():
    options = set(re.findall(r"^  (?:-\w, )?--([\w-]+)", run_program("--help").stdout, re.M))
    assert len(options) >= 15, options
    told = {one.removeprefix("--") for one in texts("command-line", "code") if one.startswith("--")}
    tap.equal(sorted(told), sorted(options))


tap.run()
