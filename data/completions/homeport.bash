# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for bash: options as --help has them, folders, and what can be stopped.

_homeport ()
{
  # shellcheck disable=SC2034 # _init_completion sets it
  local cur prev words cword
  _init_completion -s || return

  case $prev in
    -p|--port|--log-size|--filter)
      return ;;
    --log-format)
      mapfile -t COMPREPLY < <(compgen -W 'har jsonl clf csv' -- "$cur")
      return ;;
    --log-file|--export-list|--import-list)
      _filedir
      return ;;
  esac

  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_parse_help "$1")" -- "$cur")
    [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
    return
  fi

  case " ${words[*]} " in
    *' --stop '*)
      local served
      served=$("$1" --list 2>/dev/null | sed -n 's,.*http://[^:]*:\([0-9]*\)/.*,\1,p')
      mapfile -t COMPREPLY < <(compgen -W "all $served" -- "$cur") ;;
  esac
  _filedir -d
} && complete -F _homeport homeport
