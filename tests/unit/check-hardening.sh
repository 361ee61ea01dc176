#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks that the hardening flags have reached a program: a flag that is only passed proves nothing.
# usage: check-hardening.sh PROGRAM
set -eu

program=$1
export LC_ALL=C
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")

echo 1..5
number=0

# Says whether TEXT has a line that matches PATTERN.
expect ()
{
  number=$((number + 1))
  if printf '%s\n' "$3" | grep -Eq "$2"; then
    echo "ok $number $1"
  else
    echo "not ok $number $1"
  fi
}

expect 'position independent' 'FLAGS_1.*PIE' "$dynamic"
expect 'read-only relocations' '^ +GNU_RELRO ' "$segments"
expect 'all symbols bound at start' 'FLAGS.*(BIND_NOW|NOW)' "$dynamic"
expect 'no executable stack' '^ +GNU_STACK .* RW +0x[0-9a-f]+ *$' "$segments"
expect 'stack protector' ' __stack_chk_fail(@|$)' "$symbols"
