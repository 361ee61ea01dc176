#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# encode.sh TOOL OUTPUT-DIRECTORY SIZE SCALE ICON.svg…
#
# Turns our symbolic icons into the pictures that GTK recolours by itself, so that no SVG loader is
# needed where the program runs. Each comes out as NAME-SIZExSCALE.png.
set -eu

tool=$1 out=$2 size=$3 scale=$4
shift 4
pixels=$((size * scale))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for icon; do
  "$tool" --output "$work" "$icon" "${pixels}x${pixels}"
  name=$(basename "$icon" .svg)
  mv "$work/$name.symbolic.png" "$out/$name-${size}x$scale.png"
done
