
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'cachectl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'cachectl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'cachectl' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Rename keys in place, safely')
            [CompletionResult]::new('migrate-keys', 'migrate-keys', [CompletionResultType]::ParameterValue, 'Rename keys in place, safely')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or begin the configuration')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;migrate' {
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Rename by this rule (can be repeated; the first that matches decides)')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Rename by the rules of this file')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only keys of this type (can be repeated) [default: all types]')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'No key that this glob matches (can be repeated)')
            [CompletionResult]::new('--on-conflict', '--on-conflict', [CompletionResultType]::ParameterName, 'What to do where a new name is taken [default: abort]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, and write nothing to any server')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write a plan to a file, and change nothing on any server')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a plan that `migrate plan` wrote')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Carry on with a migration that stopped half-way')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the keys of a migration with its plan')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Give the keys of a migration their old names back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell where a migration stands')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the migrations of the state directory, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;migrate-keys' {
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Rename by this rule (can be repeated; the first that matches decides)')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Rename by the rules of this file')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only keys of this type (can be repeated) [default: all types]')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'No key that this glob matches (can be repeated)')
            [CompletionResult]::new('--on-conflict', '--on-conflict', [CompletionResultType]::ParameterName, 'What to do where a new name is taken [default: abort]')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, and write nothing to any server')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write a plan to a file, and change nothing on any server')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a plan that `migrate plan` wrote')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Carry on with a migration that stopped half-way')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the keys of a migration with its plan')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Give the keys of a migration their old names back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell where a migration stands')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the migrations of the state directory, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;migrate;plan' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where to write the plan; the file must not exist')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Where to write the plan; the file must not exist')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the report [default: human]')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Rename by this rule (can be repeated; the first that matches decides)')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Rename by the rules of this file')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only keys of this type (can be repeated) [default: all types]')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'No key that this glob matches (can be repeated)')
            [CompletionResult]::new('--on-conflict', '--on-conflict', [CompletionResultType]::ParameterName, 'What to do where a new name is taken [default: abort]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;plan' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where to write the plan; the file must not exist')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Where to write the plan; the file must not exist')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the report [default: human]')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Rename by this rule (can be repeated; the first that matches decides)')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Rename by the rules of this file')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only keys of this type (can be repeated) [default: all types]')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'No key that this glob matches (can be repeated)')
            [CompletionResult]::new('--on-conflict', '--on-conflict', [CompletionResultType]::ParameterName, 'What to do where a new name is taken [default: abort]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;apply' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;apply' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;resume' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;resume' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'How much to verify afterwards: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;verify' {
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How much to verify: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;verify' {
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'How much to verify: 0 the accounts, 1 every key [default: 1]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;rollback' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be done, from the journal alone, and do nothing')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;rollback' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many keys a second [default: as many as `--max-latency` allows]')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many commands travel together, 16 to 512 [default: 128]')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Shrink the batches while a PING takes longer than this, at its p99 [default: 5ms]')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Refuse, with exit 77, unless exactly this many keys are to be renamed')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be done, from the journal alone, and do nothing')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;status' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;status' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;list' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate-keys;list' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;migrate;help' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write a plan to a file, and change nothing on any server')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a plan that `migrate plan` wrote')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Carry on with a migration that stopped half-way')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the keys of a migration with its plan')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Give the keys of a migration their old names back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell where a migration stands')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the migrations of the state directory, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;migrate;help;plan' {
            break
        }
        'cachectl;migrate;help;apply' {
            break
        }
        'cachectl;migrate;help;resume' {
            break
        }
        'cachectl;migrate;help;verify' {
            break
        }
        'cachectl;migrate;help;rollback' {
            break
        }
        'cachectl;migrate;help;status' {
            break
        }
        'cachectl;migrate;help;list' {
            break
        }
        'cachectl;migrate;help;help' {
            break
        }
        'cachectl;migrate-keys;help' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write a plan to a file, and change nothing on any server')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a plan that `migrate plan` wrote')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Carry on with a migration that stopped half-way')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the keys of a migration with its plan')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Give the keys of a migration their old names back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell where a migration stands')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the migrations of the state directory, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;migrate-keys;help;plan' {
            break
        }
        'cachectl;migrate-keys;help;apply' {
            break
        }
        'cachectl;migrate-keys;help;resume' {
            break
        }
        'cachectl;migrate-keys;help;verify' {
            break
        }
        'cachectl;migrate-keys;help;rollback' {
            break
        }
        'cachectl;migrate-keys;help;status' {
            break
        }
        'cachectl;migrate-keys;help;list' {
            break
        }
        'cachectl;migrate-keys;help;help' {
            break
        }
        'cachectl;config' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print every setting and where it came from, secrets masked')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file, without a server')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented cachectl.yaml to start from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;config;show' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;config;check' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;config;init' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print every setting and where it came from, secrets masked')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file, without a server')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented cachectl.yaml to start from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;config;help;show' {
            break
        }
        'cachectl;config;help;check' {
            break
        }
        'cachectl;config;help;init' {
            break
        }
        'cachectl;config;help;help' {
            break
        }
        'cachectl;completions' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;man' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of a server, or of any node of a cluster [default: `redis://127.0.0.1:6379`]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'A context of cachectl.yaml [default: its `default_context`, if it has one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration file')
            [CompletionResult]::new('--sentinel', '--sentinel', [CompletionResultType]::ParameterName, 'A sentinel that knows the primary (can be repeated) [port: 26379]')
            [CompletionResult]::new('--primary-name', '--primary-name', [CompletionResultType]::ParameterName, 'What the sentinels call the primary [default: mymaster]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The ACL user [default: the default user]')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'A file that holds the password')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'The logical database [default: that of the address, else 0]')
            [CompletionResult]::new('--tls-ca', '--tls-ca', [CompletionResultType]::ParameterName, 'Certificate authorities to trust, in PEM [default: those of the system]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Our certificate, in PEM, for servers that ask for one (with --tls-key)')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The private key of our certificate, in PEM')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where migrations are kept [default: cachectl below `$XDG_STATE_HOME` or ~/.local/state]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long to wait for a connection [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the replies to one batch [default: 30s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result [default: human]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress, on stderr [default: auto]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours [default: auto]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Insist that the address is a node of a cluster')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt (implied by `rediss://` and by the other --tls options)')
            [CompletionResult]::new('--tls-insecure', '--tls-insecure', [CompletionResultType]::ParameterName, 'Do not check the certificate of the server: anybody can pose as it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the result and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what happens; twice for more')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachectl;help' {
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Rename keys in place, safely')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or begin the configuration')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachectl;help;migrate' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Write a plan to a file, and change nothing on any server')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a plan that `migrate plan` wrote')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Carry on with a migration that stopped half-way')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the keys of a migration with its plan')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Give the keys of a migration their old names back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell where a migration stands')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the migrations of the state directory, oldest first')
            break
        }
        'cachectl;help;migrate;plan' {
            break
        }
        'cachectl;help;migrate;apply' {
            break
        }
        'cachectl;help;migrate;resume' {
            break
        }
        'cachectl;help;migrate;verify' {
            break
        }
        'cachectl;help;migrate;rollback' {
            break
        }
        'cachectl;help;migrate;status' {
            break
        }
        'cachectl;help;migrate;list' {
            break
        }
        'cachectl;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print every setting and where it came from, secrets masked')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file, without a server')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented cachectl.yaml to start from')
            break
        }
        'cachectl;help;config;show' {
            break
        }
        'cachectl;help;config;check' {
            break
        }
        'cachectl;help;config;init' {
            break
        }
        'cachectl;help;completions' {
            break
        }
        'cachectl;help;man' {
            break
        }
        'cachectl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
