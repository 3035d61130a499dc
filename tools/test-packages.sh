#!/bin/sh
# The Debian packages the tests need beside the Python ones.
#   xvfb      a screen without a screen, for the tests that open the player's real window
#   chromium  the browser that the journeys through the web pages drive
set -eu
exec "$(dirname "$0")/apt-install.sh" xvfb chromium
