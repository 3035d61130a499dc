#!/bin/sh
# Installs Debian packages where they are missing: as root, or through sudo. Names what to do where it can't.
set -eu
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    root=
elif command -v sudo > /dev/null; then
    root=sudo
else
    echo "these Debian packages are missing:$missing; as root: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$root apt-get update -qq
# shellcheck disable=SC2086  # a list of names is meant
$root apt-get install -qq -y --no-install-recommends $missing > /dev/null
