# What CI does, piece by piece. `just` alone lists the recipes.

_default:
    @just --list --unsorted

# Everything that CI checks
check:
    .ci/run

# Every test, against real servers that are fetched where there are none
test *ARGUMENTS:
    cargo xtask test {{ARGUMENTS}}

# Format the code
fmt:
    cargo fmt --all

# Formatting, lints and documentation, with warnings as errors
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --document-private-items

# A migration from end to end on a throw-away server
demo:
    cargo xtask demo

# Speed and memory: just bench migrate, just bench rdb, just bench health
bench *ARGUMENTS:
    cargo xtask perf {{ARGUMENTS}}

# Inputs of strangers for everything that reads them: just fuzz --for 10m
fuzz *ARGUMENTS:
    cargo xtask fuzz {{ARGUMENTS}}

# Licences, sources, bans and known vulnerabilities of what the project depends on
deny *ARGUMENTS:
    cargo xtask deny {{ARGUMENTS}}

# The long version of some tests: just soak migrate --for 10m
soak *ARGUMENTS:
    cargo xtask soak {{ARGUMENTS}}

# Completions, man pages and references
generate:
    cargo xtask generate
