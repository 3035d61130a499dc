#!/bin/sh
# Pins what pyproject.toml allows, with hashes and without registry addresses. Needs uv: `pip install uv`.
set -eu
cd "$(dirname "$0")/.."
# The widest set first; the others take the same versions from it.
pin() {
    out=$1
    shift
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --quiet --output-file "requirements/$out.txt"
}
same="--constraint requirements/dev-clickhouse.txt"
pin dev-clickhouse --extra dev-clickhouse "$@"
# shellcheck disable=SC2086  # two words are meant
{
    pin dev --extra dev $same
    pin demo --extra edge --extra cloud --extra build $same
    pin cloud --extra cloud $same
    pin edge --extra edge $same
}
if grep -nE '://' requirements/*.txt; then
    echo "requirements: an address got into a lock file; remove it" >&2
    exit 1
fi
