# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cachectl_global_optspecs
    string join \n url= C/context= config= sentinel= primary-name= cluster user= password-file= db= tls tls-ca= tls-cert= tls-key= tls-insecure trusted-peer= state-dir= connect-timeout= timeout= o/output= q/quiet v/verbose progress= y/yes color= h/help V/version
end

function __fish_cachectl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cachectl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cachectl_using_subcommand
    set -l cmd (__fish_cachectl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cachectl -n "__fish_cachectl_needs_command" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_needs_command" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_needs_command" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_needs_command" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_needs_command" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_needs_command" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_needs_command" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_needs_command" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_needs_command" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_needs_command" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_needs_command" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_needs_command" -s V -l version -d 'Print version'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "migrate" -d 'Rename keys in place, safely'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "migrate-keys" -d 'Rename keys in place, safely'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "backup" -d 'Copy keys into an RDB file'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "restore" -d 'Put the keys of an RDB file back, into any version of server'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "diff" -d 'Compare two sides key by key: servers, or RDB files'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "health" -d 'Tell how a server is, within a deadline'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "config" -d 'Show, check or begin the configuration'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "man" -d 'Print the manual page, or write all of them into a directory'
complete -c cachectl -n "__fish_cachectl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rule -d 'Rename by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rules -d 'Rename by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l exclude -d 'Skip keys that match this glob (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l on-conflict -d 'What to do where a new name is taken [default: abort]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rdb -d 'Show the plan for a server that has loaded this file, and ask no server' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l output-rdb -d 'Write a copy of the file in which the keys are renamed; the copy must not exist' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l backup -d 'Write the values of all keys to an RDB file before the first of them is renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l dry-run -d 'Show the plan, and write nothing to any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l ignore-trailing -d 'Take the RDB file alone, although something follows its end: commands of an AOF, another file'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "plan" -d 'Write a plan to a file, and change nothing on any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "apply" -d 'Apply a plan that `migrate plan` wrote'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "resume" -d 'Carry on with a migration that stopped half-way'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "verify" -d 'Compare the keys of a migration with its plan'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "rollback" -d 'Give the keys of a migration their old names back'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "status" -d 'Tell where a migration stands'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "list" -d 'List the migrations of the state directory, oldest first'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "forget" -d 'Remove what is kept of a migration that is over'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s o -l out -d 'Where to write the plan; the file must not exist' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l output -d 'How to print the report [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l rule -d 'Rename by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l rules -d 'Rename by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l exclude -d 'Skip keys that match this glob (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l on-conflict -d 'What to do where a new name is taken [default: abort]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l rate -d 'Estimate the time for at most this many keys a second, which `migrate apply` is then told' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l backup -d 'Write the values of all keys to an RDB file before the first of them is renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show what would be done, and do nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l server-lost-everything -d 'Say that the server is the right one and has nothing of this migration any more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l level -d 'How much to verify: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l from-backup -d 'Put keys back besides that are not there any more, from the backup of the migration'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l dry-run -d 'Show what would be done, and do nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l server-lost-everything -d 'Say that the server is the right one and has nothing of this migration any more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l dry-run -d 'Show what would be removed, and remove nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l files-only -d 'Ask no server, and remove the files alone'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "plan" -d 'Write a plan to a file, and change nothing on any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Apply a plan that `migrate plan` wrote'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Carry on with a migration that stopped half-way'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Compare the keys of a migration with its plan'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "rollback" -d 'Give the keys of a migration their old names back'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "status" -d 'Tell where a migration stands'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the migrations of the state directory, oldest first'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "forget" -d 'Remove what is kept of a migration that is over'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rule -d 'Rename by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rules -d 'Rename by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l exclude -d 'Skip keys that match this glob (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l on-conflict -d 'What to do where a new name is taken [default: abort]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rdb -d 'Show the plan for a server that has loaded this file, and ask no server' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l output-rdb -d 'Write a copy of the file in which the keys are renamed; the copy must not exist' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l backup -d 'Write the values of all keys to an RDB file before the first of them is renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l dry-run -d 'Show the plan, and write nothing to any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l ignore-trailing -d 'Take the RDB file alone, although something follows its end: commands of an AOF, another file'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "plan" -d 'Write a plan to a file, and change nothing on any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "apply" -d 'Apply a plan that `migrate plan` wrote'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "resume" -d 'Carry on with a migration that stopped half-way'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "verify" -d 'Compare the keys of a migration with its plan'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "rollback" -d 'Give the keys of a migration their old names back'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "status" -d 'Tell where a migration stands'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "list" -d 'List the migrations of the state directory, oldest first'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "forget" -d 'Remove what is kept of a migration that is over'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and not __fish_seen_subcommand_from plan apply resume verify rollback status list forget help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s o -l out -d 'Where to write the plan; the file must not exist' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l output -d 'How to print the report [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l rule -d 'Rename by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l rules -d 'Rename by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l exclude -d 'Skip keys that match this glob (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l on-conflict -d 'What to do where a new name is taken [default: abort]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l rate -d 'Estimate the time for at most this many keys a second, which `migrate apply` is then told' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l backup -d 'Write the values of all keys to an RDB file before the first of them is renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l beside -d 'Go on although this migration is half-way on the same servers (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l verify -d 'How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show what would be done, and do nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l server-lost-everything -d 'Say that the server is the right one and has nothing of this migration any more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l level -d 'How much to verify: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all values [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be renamed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l from-backup -d 'Put keys back besides that are not there any more, from the backup of the migration'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l dry-run -d 'Show what would be done, and do nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l server-lost-everything -d 'Say that the server is the right one and has nothing of this migration any more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l dry-run -d 'Show what would be removed, and remove nothing'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l files-only -d 'Ask no server, and remove the files alone'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "plan" -d 'Write a plan to a file, and change nothing on any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Apply a plan that `migrate plan` wrote'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Carry on with a migration that stopped half-way'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Compare the keys of a migration with its plan'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "rollback" -d 'Give the keys of a migration their old names back'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "status" -d 'Tell where a migration stands'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the migrations of the state directory, oldest first'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "forget" -d 'Remove what is kept of a migration that is over'
complete -c cachectl -n "__fish_cachectl_using_subcommand migrate-keys; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s o -l out -d 'Where to write the keys; only its owner may read it. `-` is standard output' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l output -d 'How to print the report [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l match -d 'Only keys that this glob matches (can be repeated) [default: all names]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l db -d 'Only keys of this database (can be repeated) [default: all databases]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l force -d 'Replace the file if there is one, once the new one is whole'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l allow-empty -d 'Go on where a glob, a database or a rule fits no key'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -f -a "inspect" -d 'Show what is in an RDB file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and not __fish_seen_subcommand_from inspect help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s o -l output -d 'How to print the report [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l match -d 'Only keys that this glob matches (can be repeated) [default: all names]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l db -d 'Only keys of this database (can be repeated) [default: all databases]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l ignore-trailing -d 'Take the RDB file alone, although something follows its end: commands of an AOF, another file'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l until-unknown -d 'Take what stands before something that is not known, and leave out the rest of the file'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what is in an RDB file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l match -d 'Only keys that this glob matches (can be repeated) [default: all names]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l db -d 'Only keys of this database (can be repeated) [default: all databases]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l map -d 'Give keys other names by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l rules -d 'Give keys other names by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l into-db -d 'Put all keys into this database [default: the one that each was in]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l on-conflict -d 'What to do where a name is taken [default: abort]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l ttl -d 'What to do about times to live [default: keep]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l expect -d 'Refuse, with exit 77, unless exactly this many keys are to be restored' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l functions -d 'Load the libraries of functions in the file as well, on every primary'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l check-values -d 'Decode every value before it is sent, and leave out those that are damaged'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l dry-run -d 'Show what would be restored, and write nothing to any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l allow-empty -d 'Go on where a glob, a database or a rule fits no key'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l ignore-trailing -d 'Take the RDB file alone, although something follows its end: commands of an AOF, another file'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l until-unknown -d 'Take what stands before something that is not known, and leave out the rest of the file'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l match -d 'Only keys that this glob matches (can be repeated) [default: all names]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l type -d 'Only keys of this type (can be repeated) [default: all types]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l db -d 'Only keys of this database (can be repeated) [default: all databases]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l map -d 'Give keys other names by this rule (can be repeated; the first that matches decides)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l rules -d 'Give keys other names by the rules of this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l ttl-tolerance -d 'Let expiry times be this far apart [default: none, they are equal to the millisecond]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l rounds -d 'Look again at what differs, up to this many times, a second apart [default: 3]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l rate -d 'At most this many keys a second [default: as many as `--max-latency` allows]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l batch -d 'How many commands travel together, 16 to 512 [default: 128]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l max-latency -d 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l ignore-ttl -d 'Do not compare expiry times'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l allow-empty -d 'Go on where a glob, a database or a rule fits no key'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l ignore-trailing -d 'Take the RDB file alone, although something follows its end: commands of an AOF, another file'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l until-unknown -d 'Take what stands before something that is not known, and leave out the rest of the file'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l deadline -d 'When to stop waiting, from name look-up to the last byte [default: 900ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l window -d 'Look twice, this long apart, to tell how fast counters grow [default: look once]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l pings -d 'Send so many PINGs, over the window if there is one, for the percentile of `latency` [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l application -d 'Ask an application as well: its metrics tell whether its circuit breaker is closed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l profile -d 'What the keys are for, which decides what is normal [default: cache]' -r -f -a "cache\t''
session\t''
queue\t''
seed\t''"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l warn -d 'Warn when a value is outside of this range (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l crit -d 'Call it critical when a value is outside of this range (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l skip -d 'Leave this check out (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l check -d 'Look at this check only (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l unreachable -d 'Status for an unreachable server or a failed login [default: critical]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l state -d 'Keep counters in this file, and tell how fast they have grown since the run before' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l prev -d 'Tell how fast counters have grown since this performance data of an earlier run' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l watch -d 'Look again and again, until Ctrl-C [default without a value: 2s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l textfile -d 'Write the metrics into this file as well, for the textfile collector of `node_exporter`' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l write -d 'Write a key, read it back and remove it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l strict -d 'Exit 3 if something good is unknown in part'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "live" -d 'Exit 0 if the server is alive, which any answer shows'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "ready" -d 'Exit 0 if clients may be sent to it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "startup" -d 'Exit 0 if it has started, which is when its data is loaded'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "serve" -d 'Answer probes and serve metrics over HTTP'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "explain" -d 'Explain what can be found, why it matters, and what to do about it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "acl" -d 'Print the smallest ACL user that may ask for everything'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and not __fish_seen_subcommand_from live ready startup serve explain acl help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l deadline -d 'When to stop waiting, from name look-up to the last byte [default: 900ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from live" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l deadline -d 'When to stop waiting, from name look-up to the last byte [default: 900ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l for-reads -d 'Ready is also what refuses writes because it could not save, as long as it can be read'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from ready" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l deadline -d 'When to stop waiting, from name look-up to the last byte [default: 900ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from startup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l deadline -d 'When to stop waiting, from name look-up to the last byte [default: 900ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l window -d 'Look twice, this long apart, to tell how fast counters grow [default: look once]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l pings -d 'Send so many PINGs, over the window if there is one, for the percentile of `latency` [default: 1]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l application -d 'Ask an application as well: its metrics tell whether its circuit breaker is closed' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l profile -d 'What the keys are for, which decides what is normal [default: cache]' -r -f -a "cache\t''
session\t''
queue\t''
seed\t''"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l warn -d 'Warn when a value is outside of this range (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l crit -d 'Call it critical when a value is outside of this range (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l skip -d 'Leave this check out (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l check -d 'Look at this check only (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l unreachable -d 'Status for an unreachable server or a failed login [default: critical]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l compat -d 'Also serve series whose names break the conventions of Prometheus' -r -f -a "redis-exporter\t''"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l max-age -d 'How old an answer may be that is given once more [default: 250ms]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l web-auth-file -d 'Ask for a user and a password, which stand as `USER:PASSWORD` in this file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l web-host -d 'Also answer to this name: a host, `*.DOMAIN`, or `*` for any (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l web-tls-cert -d 'Answer over TLS, with this certificate and those of its authorities, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l web-tls-key -d 'The private key of that certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l write -d 'Write a key, read it back and remove it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l strict -d 'Exit 3 if something good is unknown in part'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l name -d 'The name of the user' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l check -d 'Only what this check needs (can be repeated) [default: all that a data server is asked]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l for-sentinels -d 'The user for sentinels, which have users of their own'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l write -d 'Also what `health --write` needs, which is limited to keys of our own'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l metrics -d 'Also what the metrics of `health serve` need'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from acl" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "live" -d 'Exit 0 if the server is alive, which any answer shows'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "ready" -d 'Exit 0 if clients may be sent to it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "startup" -d 'Exit 0 if it has started, which is when its data is loaded'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "serve" -d 'Answer probes and serve metrics over HTTP'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Explain what can be found, why it matters, and what to do about it'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "acl" -d 'Print the smallest ACL user that may ask for everything'
complete -c cachectl -n "__fish_cachectl_using_subcommand health; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "show" -d 'Print every setting and where it came from, secrets masked'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "check" -d 'Check a configuration file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "init" -d 'Write a commented cachectl.yaml to start from'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print every setting and where it came from, secrets masked'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a configuration file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a commented cachectl.yaml to start from'
complete -c cachectl -n "__fish_cachectl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l url -d 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s C -l context -d 'A context of cachectl.yaml [default: its `default_context`, if it has one]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l config -d 'The configuration file' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l sentinel -d 'A sentinel that knows the primary (can be repeated) [port: 26379]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l primary-name -d 'What the sentinels call the primary [default: mymaster]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l user -d 'The ACL user [default: the default user]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l password-file -d 'A file that holds the password' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l db -d 'The logical database [default: that of the address, else 0]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l tls-ca -d 'Certificate authorities to trust, in PEM [default: those of the system]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l tls-cert -d 'Our certificate, in PEM, for servers that ask for one (with --tls-key)' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l tls-key -d 'The private key of our certificate, in PEM' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l trusted-peer -d 'A server that others may name, to log in to (can be repeated)' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l state-dir -d 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]' -r -F
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l connect-timeout -d 'How long to wait for a connection [default: 5s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l timeout -d 'How long to wait for the replies to one batch [default: 30s]' -r
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s o -l output -d 'How to print the result [default: human]' -r -f -a "human\t'Text to read; it may change with any release'
json\t'One JSON document with a `schema`; it only grows'
jsonl\t'One JSON document a line (`migrate list` and `health --watch` only)'
nagios\t'One line with performance data for Nagios and its kin (`health` only)'
prometheus\t'Metrics in the text format of Prometheus (`health` only)'
junit\t'An XML report of tests, as CI systems read it (`health` only)'
github\t'Annotations of a GitHub workflow (`health` only)'"
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l progress -d 'How to show progress, on stderr [default: auto]' -r -f -a "auto\t'A bar on a terminal, else lines'
bar\t'A bar with rate and remaining time'
lines\t'A line every 10 seconds'
json\t'A JSON document a line'
none\t'Nothing'"
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l color -d 'When to use colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l cluster -d 'Insist that the address is a node of a cluster'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l tls -d 'Encrypt (implied by `rediss://` and by the other --tls options)'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -l tls-insecure -d 'Do not check the certificate of the server: anybody can pose as it'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s q -l quiet -d 'Print the result and errors only'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s v -l verbose -d 'Log what happens; twice for more'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s y -l yes -d 'Do not ask for confirmation'
complete -c cachectl -n "__fish_cachectl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "migrate" -d 'Rename keys in place, safely'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "backup" -d 'Copy keys into an RDB file'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "restore" -d 'Put the keys of an RDB file back, into any version of server'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "diff" -d 'Compare two sides key by key: servers, or RDB files'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "health" -d 'Tell how a server is, within a deadline'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "config" -d 'Show, check or begin the configuration'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "completions" -d 'Print completions for a shell'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "man" -d 'Print the manual page, or write all of them into a directory'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and not __fish_seen_subcommand_from migrate backup restore diff health config completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "plan" -d 'Write a plan to a file, and change nothing on any server'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "apply" -d 'Apply a plan that `migrate plan` wrote'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "resume" -d 'Carry on with a migration that stopped half-way'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "verify" -d 'Compare the keys of a migration with its plan'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "rollback" -d 'Give the keys of a migration their old names back'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "status" -d 'Tell where a migration stands'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "list" -d 'List the migrations of the state directory, oldest first'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "forget" -d 'Remove what is kept of a migration that is over'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "inspect" -d 'Show what is in an RDB file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "live" -d 'Exit 0 if the server is alive, which any answer shows'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "ready" -d 'Exit 0 if clients may be sent to it'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "startup" -d 'Exit 0 if it has started, which is when its data is loaded'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "serve" -d 'Answer probes and serve metrics over HTTP'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "explain" -d 'Explain what can be found, why it matters, and what to do about it'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from health" -f -a "acl" -d 'Print the smallest ACL user that may ask for everything'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print every setting and where it came from, secrets masked'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check a configuration file, without a server'
complete -c cachectl -n "__fish_cachectl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented cachectl.yaml to start from'
