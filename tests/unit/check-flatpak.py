#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the Flatpak manifests are sound, and ask for nothing but what is agreed.

usage: check-flatpak.py FOLDER
"""

import json
import sys
from pathlib import Path

PERMISSIONS = [
    "--device=dri",
    "--share=ipc",
    "--share=network",
    "--socket=fallback-x11",
    "--socket=wayland",
]

# What each profile of the build is called.
PROFILES = {
    "app.homeport.Homeport": ("homeport", "-Dtests=false"),
    "app.homeport.Homeport.Devel": ("homeport-devel", "-Dprofile=development"),
}


def check(path):
    manifest = json.loads(path.read_text(encoding="utf-8"))
    command, option = PROFILES[path.stem]
    assert manifest["id"] == path.stem, manifest["id"]
    assert manifest["command"] == command, manifest["command"]
    assert manifest["runtime"] == "org.gnome.Platform" and manifest["sdk"] == "org.gnome.Sdk", path
    assert sorted(manifest["finish-args"]) == PERMISSIONS, manifest["finish-args"]
    module = manifest["modules"][-1]
    assert module["name"] == "homeport" and option in module["config-opts"], module
    # What was built on this machine must not get into the sandbox.
    top = path.resolve().parent.parent
    built = {folder.name for folder in top.glob("_build*") if folder.is_dir()} - {"_build-x"}
    assert built <= set(module["sources"][0]["skip"]), built


def main(folder):
    found = {path.stem for path in Path(folder).glob("*.json")}
    assert found == set(PROFILES), found
    for name in PROFILES:
        check(Path(folder) / f"{name}.json")


if __name__ == "__main__":
    main(sys.argv[1])
