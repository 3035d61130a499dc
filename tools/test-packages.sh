#!/bin/sh
# The Debian packages the tests need beside the Python ones.
#   xvfb  a screen without a screen, for the tests that open the player's real window
#   libvlc5, vlc-plugin-base  libVLC and its demuxers and decoders, the player's second way to play films (no vlc program)
#   fontconfig, fonts-dejavu-core  a font with other scripts than ours, and how it is found
set -eu
exec "$(dirname "$0")/apt-install.sh" xvfb libvlc5 vlc-plugin-base fontconfig fonts-dejavu-core
