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


# What the two profiles may differ in.
OWN = {"id", "command", "runtime-version", "tags", "config-opts"}


def check_as_linter(manifest):
    """What flatpak-builder-lint finds without a network, as far as it could happen here."""
    assert "branch" not in manifest, "the branch is for who publishes to say"
    assert "/" not in manifest["command"], "the command is a name, not a path"
    assert "app-id" not in manifest, "it is called id now"
    for part in [manifest, *manifest["modules"]]:
        assert not [rule for rule in part.get("cleanup", []) if rule.startswith("/lib/debug")], "debuggers need that"
        assert "--share=network" not in part.get("build-options", {}).get("build-args", []), "a build needs no network"
    for module in manifest["modules"]:
        for source in module["sources"]:
            assert source["type"] in ("dir", "archive", "git"), source
            if source["type"] == "archive":
                assert source["url"].startswith("https://") and "sha256" in source, source
            if source["type"] == "git":
                assert source["url"].startswith("https://") and "commit" in source, source


def common(manifest):
    """The manifest without what is the profile's own."""
    if isinstance(manifest, dict):
        return {key: common(value) for key, value in manifest.items() if key not in OWN}
    return [common(value) for value in manifest] if isinstance(manifest, list) else manifest


def check(path):
    manifest = json.loads(path.read_text(encoding="utf-8"))
    command, option = PROFILES[path.stem]
    assert manifest["id"] == path.stem, manifest["id"]
    assert manifest["command"] == command, manifest["command"]
    assert manifest["runtime"] == "org.gnome.Platform" and manifest["sdk"] == "org.gnome.Sdk", path
    assert sorted(manifest["finish-args"]) == PERMISSIONS, manifest["finish-args"]
    # A release stays with a runtime that is finished, development goes with what GNOME is made of today.
    version = manifest["runtime-version"]
    assert version == "master" if path.stem.endswith(".Devel") else version.isdecimal(), version
    check_as_linter(manifest)
    module = manifest["modules"][-1]
    assert module["name"] == "homeport" and option in module["config-opts"], module
    # What was built on this machine must not get into the sandbox.
    top = path.resolve().parent.parent
    built = {folder.name for folder in top.glob("_build*") if folder.is_dir()} - {"_build-x"}
    assert built <= set(module["sources"][0]["skip"]), built
    return manifest


def main(folder):
    found = {path.stem for path in Path(folder).glob("*.json")}
    assert found == set(PROFILES), found
    manifests = [check(Path(folder) / f"{name}.json") for name in PROFILES]
    assert common(manifests[0]) == common(manifests[1]), "the two profiles have drifted apart"


if __name__ == "__main__":
    main(sys.argv[1])
