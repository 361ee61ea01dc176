# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for fish.

function __homeport_served
    echo all
    homeport --list 2>/dev/null | string match -rg 'http://[^:]*:(\d+)/'
end

complete -c homeport -f
complete -c homeport -a '(__fish_complete_directories)'
complete -c homeport -n '__fish_contains_opt stop' -a '(__homeport_served)'
complete -c homeport -s h -l help -d 'Show help'
complete -c homeport -l headless -d 'Serve one folder without a window and print each request'
complete -c homeport -s p -l port -x -d 'The port; 0 takes any free one'
complete -c homeport -l json -d 'Print JSON'
complete -c homeport -l serve-hidden -d 'Also serve names that begin with a dot'
complete -c homeport -l no-listings -d 'No page for folders without index.html'
complete -c homeport -l follow-links -d 'Follow links that lead out of the folder'
complete -c homeport -l refuse-other-sites -d 'Pages of other sites may not embed anything'
complete -c homeport -l any-user -d 'Also serve programs of other users'
complete -c homeport -l use-folder-settings -d 'Use the .homeport.ini of the folder'
complete -c homeport -l ports -d 'Print who listens on which port'
complete -c homeport -l list -d 'Print the folders of the running Homeport'
complete -c homeport -l start -d 'Serve folders in the background'
complete -c homeport -l stop -d 'Stop serving folders'
complete -c homeport -l quit -d 'Quit the running Homeport'
complete -c homeport -l export-list -r -F -d 'Write the list of folders to a file'
complete -c homeport -l import-list -r -F -d 'Add the folders of such a file'
complete -c homeport -l log-file -r -F -d 'Also append each request to a file'
complete -c homeport -l log-format -x -a 'har jsonl clf csv' -d 'The format of the log file'
complete -c homeport -l log-size -x -d 'Begin a new file at so many megabytes'
complete -c homeport -l filter -x -d 'Print only requests that match'
complete -c homeport -l help-filter -d 'Print how a filter is written'
complete -c homeport -l version -d 'Print the version'
