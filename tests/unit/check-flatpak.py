#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the Flatpak manifest is sound, and asks for nothing but what is agreed.

usage: check-flatpak.py MANIFEST.json
"""

import json
import sys

PERMISSIONS = [
    "--device=dri",
    "--share=ipc",
    "--share=network",
    "--socket=fallback-x11",
    "--socket=wayland",
]


def main(path):
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    assert manifest["id"] == "app.homeport.Homeport", manifest["id"]
    assert manifest["command"] == "homeport", manifest["command"]
    assert sorted(manifest["finish-args"]) == PERMISSIONS, manifest["finish-args"]
    assert [module["name"] for module in manifest["modules"]][-1] == "homeport"


if __name__ == "__main__":
    main(sys.argv[1])
