#!/bin/sh
# Makes .venv with pinned requirements: `setup.sh demo` what runs, `setup.sh dev` also what tests and checks,
# `setup.sh dev-clickhouse` also ClickHouse's engine. Safe to run again.
set -eu
kind=${1:-dev}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "setup: $*"; }
fail() { say "$*" >&2; exit 1; }

python=
for candidate in "${VIZORA_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] && command -v "$candidate" > /dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "no Python 3.11 or newer found; install one (Debian: apt-get install python3 python3-venv) or name it in VIZORA_PYTHON"

# Debian ships Python without ensurepip; a venv made without it has no pip.
if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
    say "installing python3-venv"
    tools/apt-install.sh python3-venv || fail "python3-venv is missing; as root: apt-get install python3-venv"
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2> /dev/null; then
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

# A person sees pip's own progress, a log only what we say.
quiet=--quiet
[ -t 1 ] && quiet=
case $kind in
    demo) size="some 370 MB on disk" ;;
    dev) size="some 830 MB on disk" ;;
    dev-clickhouse) size="another 440 MB: ClickHouse's engine for the tests" ;;
    *) fail "no requirements called '$kind'; there are demo, dev and dev-clickhouse" ;;
esac
say "installing the pinned packages ($size, once)"
# shellcheck disable=SC2086  # empty means no argument
.venv/bin/python -m pip install $quiet --disable-pip-version-check --require-hashes -r "requirements/$kind.txt"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch ".venv/$kind"
say "ready: .venv/bin/vizora"
