#!/bin/sh
# Pins what pyproject.toml allows, with hashes and without registry addresses. Needs uv: `pip install uv`.
set -eu
cd "$(dirname "$0")/.."
for extra in edge cloud dev dev-clickhouse; do
    uv pip compile pyproject.toml --extra "$extra" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --quiet --output-file "requirements/$extra.txt" "$@"
done
if grep -nE '://' requirements/*.txt; then
    echo "requirements: an address got into a lock file; remove it" >&2
    exit 1
fi
