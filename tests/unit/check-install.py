# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed is complete, sound, says nothing of the machine it was built on, and works wherever it is moved to.

usage: check-install.py BUILD APP-ID PROGRAM"""

import configparser
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

BUILD, APP_ID, PROGRAM = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
TOP = Path(__file__).resolve().parent.parent.parent

# Where everything goes, beneath the prefix; LANGUAGE and PAGE stand for all of them.
WANTED = [
    f"bin/{PROGRAM}",
    f"share/applications/{APP_ID}.desktop",
    f"share/dbus-1/services/{APP_ID}.service",
    f"share/glib-2.0/schemas/{APP_ID}.gschema.xml",
    f"share/gnome-shell/search-providers/{APP_ID}.search-provider.ini",
    f"share/help/C/{PROGRAM}/PAGE",
    f"share/icons/hicolor/scalable/apps/{APP_ID}.svg",
    f"share/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
    "share/locale/LANGUAGE/LC_MESSAGES/homeport.mo",
    f"share/metainfo/{APP_ID}.metainfo.xml",
]
# The development profile goes by another name in the terminal.
WANTED_OF_RELEASE = [
    "share/bash-completion/completions/homeport",
    "share/fish/vendor_completions.d/homeport.fish",
    "share/man/man1/homeport.1",
    "share/zsh/site-functions/_homeport",
]


def options():
    found = json.loads((BUILD / "meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))
    return {option["name"]: option["value"] for option in found}


def run(*words, **variables):
    env = {name: value for name, value in os.environ.items() if name not in (
        "LANGUAGE", "TEXTDOMAINDIR", "XDG_DATA_DIRS", "GSETTINGS_SCHEMA_DIR", "DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run([str(word) for word in words], env=dict(env, **variables), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)


class Installed:
    """The build, installed into a folder that only stands for the real one."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="homeport-install-"))
        result = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", DESTDIR=str(self.folder / "stage"))
        assert result.returncode == 0, result.stdout + result.stderr
        self.prefix = self.folder / "stage" / options()["prefix"].lstrip("/")

    def files(self):
        return sorted(path.relative_to(self.prefix) for path in (self.folder / "stage").rglob("*") if not path.is_dir())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)


def languages():
    return (TOP / "po/LINGUAS").read_text(encoding="utf-8").split()


def expected():
    pages = [path.name for path in (TOP / "data/help/C").iterdir()]
    for name in WANTED + (WANTED_OF_RELEASE if PROGRAM == "homeport" else []):
        for language in languages() if "LANGUAGE" in name else [""]:
            for page in pages if "PAGE" in name else [""]:
                yield Path(name.replace("LANGUAGE", language).replace("PAGE", page))


def test_complete():
    """All of it is there, nothing else, and each file for all to read."""
    with Installed() as installed:
        tap.equal([str(path) for path in installed.files()], [str(path) for path in sorted(expected())])
        for path in installed.files():
            mode = stat.S_IMODE((installed.prefix / path).stat().st_mode)
            tap.equal(oct(mode), oct(0o755 if path.parts[0] == "bin" else 0o644), path)


def test_says_nothing_of_the_machine():
    """Nowhere is the folder of the source, of the build or of the staging: built elsewhere, it would be the same."""
    sanitized = options()["b_sanitize"] != "none"
    with Installed() as installed:
        program = installed.prefix / "bin" / PROGRAM
        # What debuggers read does say where the source is; Debian's tools take care of that.
        assert run("strip", program).returncode == 0
        for path in installed.files():
            if sanitized and path.parts[0] == "bin":
                continue
            content = (installed.prefix / path).read_bytes()
            for folder in BUILD, TOP, installed.folder:
                # The whole of a path: the source may be in a folder as short as "/homeport".
                there = rb"(?<![\w./-])" + re.escape(os.fsencode(folder)) + rb"(?![\w.-])"
                assert not re.search(there, content), f"{path} has {folder}"
            # What was to be filled in; translations have it from before that.
            left = None if path.suffix in ("", ".mo") else re.search(rb"@[a-z_]+@", content)
            assert not left, f"{path} has {left[0]}"


def read_ini(path):
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def test_files_agree():
    """The files name each other, and the program where it is when it is installed for real."""
    with Installed() as installed:
        share = installed.prefix / "share"
        desktop = read_ini(share / f"applications/{APP_ID}.desktop")["Desktop Entry"]
        service = read_ini(share / f"dbus-1/services/{APP_ID}.service")["D-BUS Service"]
        search = read_ini(share / f"gnome-shell/search-providers/{APP_ID}.search-provider.ini")["Shell Search Provider"]
        info = ElementTree.parse(share / f"metainfo/{APP_ID}.metainfo.xml").getroot()

        tap.equal(desktop["Exec"].split()[0], PROGRAM)
        tap.equal(desktop["Icon"], APP_ID)
        tap.equal(desktop["DBusActivatable"], "true")
        tap.equal(service["Name"], APP_ID)
        tap.equal(service["Exec"].split()[0], os.path.join(options()["prefix"], "bin", PROGRAM))
        tap.equal(search["DesktopId"], APP_ID + ".desktop")
        tap.equal(search["BusName"], APP_ID)
        tap.equal(info.findtext("id"), APP_ID)
        tap.equal(info.findtext("launchable"), APP_ID + ".desktop")
        tap.equal(info.findtext("provides/binary"), PROGRAM)
        version = run(installed.prefix / "bin" / PROGRAM, "--version", LC_ALL="C.UTF-8").stdout.split()[-1]
        tap.equal(info.find("releases/release").get("version"), version)


def png_size(path):
    """What the head of a picture says; nothing else in the tests reads pictures."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR", f"{path} is no PNG"
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_pictures():
    """Software centres show pictures that are there, each with its caption, as they want them."""
    info = ElementTree.parse(TOP / "data/app.homeport.Homeport.metainfo.xml.in.in").getroot()
    shots = info.findall("screenshots/screenshot")
    kept = {path.name for path in (TOP / "data/screenshots").glob("*.png")}
    tap.equal({shot.findtext("image").rsplit("/", 1)[-1] for shot in shots}, kept)
    tap.equal([shot.get("type") for shot in shots].count("default"), 1)
    for shot in shots:
        caption = shot.findtext("caption")
        assert caption and len(caption) <= 100 and not caption.endswith("."), caption
    for name in kept:
        width, height = png_size(TOP / "data/screenshots" / name)
        assert 1000 <= width <= 2000 and 600 <= height <= 1400, f"{name}: {width} × {height}"


def make_locale(folder):
    """A locale that isn't C's: that one is never translated."""
    for source in "/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8":
        if os.path.isdir(source):
            shutil.copytree(source, folder / "de_DE.UTF-8")
            return {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
    raise tap.Skip("this system has no folder of the locale C.UTF-8")


def test_moved():
    """All of it was moved to a folder that nobody knew of: it speaks every language there as well."""
    with Installed() as installed:
        moved = installed.folder / "another place"
        shutil.move(installed.prefix, moved)
        program = moved / "bin" / PROGRAM
        german = make_locale(installed.folder)
        told = run(program, "--help", **german).stdout
        assert "Aufruf" in told, told

        # Without what is beside it, it speaks English and works.
        shutil.rmtree(moved / "share")
        alone = run(program, "--help", **german)
        assert alone.returncode == 0 and "Usage" in alone.stdout, alone


tap.run()
