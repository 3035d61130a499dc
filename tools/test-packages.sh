#!/bin/sh
# The Debian packages the tests need beside the Python ones.
#   xvfb          a screen without a screen, for the tests that open the player's real window
#   chromium      the browser that the journeys through the web pages drive
#   libvlc5, vlc-plugin-base      libVLC, the player's second way to play films (no vlc program)
#   fontconfig, fonts-dejavu-core  fonts beside our own, for texts in other scripts
#   strace        writes down what a program does to its disk, for the power cuts
#   iproute2      networks in namespaces, for the tests of the diagnostics
#   dbus-daemon   a bus of the tests' own, for the NetworkManager that tests talk to
#   dnsmasq-base  what NetworkManager runs for a hotspot, with our drop-in
#   forensics-samples-files   films, photos and documents of real phones, cameras and office programs (30 MB)
#   systemd       systemd-analyze, which verifies the units; nothing of it is started
#   libfribidi0   the order of letters written from right to left (Pillow loads it when it is there)
#   postgresql    the programs; the tests start servers of their own (tests/servers) and need no cluster of Debian's
#   redis-server  the same
#   nginx         the same: the proxy of deploy/nginx before a cloud
#   mtools, dosfstools, e2fsprogs, fdisk, squashfs-tools, zstd, grub-common, grub-efi-amd64-bin, busybox   what the image's builder makes its file systems with
set -eu
cd "$(dirname "$0")"
packages="xvfb strace chromium libvlc5 vlc-plugin-base fontconfig fonts-dejavu-core iproute2 dbus-daemon dnsmasq-base libfribidi0 systemd forensics-samples-files"
packages="$packages mtools dosfstools e2fsprogs fdisk squashfs-tools zstd grub-common grub-efi-amd64-bin busybox"
servers="postgresql redis-server nginx"

# shellcheck disable=SC2086  # lists of names are meant
command -v redis-server > /dev/null && [ -x /usr/sbin/nginx ] && ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 \
    && exec ./apt-install.sh $packages

root=
[ "$(id -u)" = 0 ] || root=sudo
# shellcheck disable=SC2086
[ -z "$root" ] || command -v sudo > /dev/null || exec ./apt-install.sh $packages $servers # says what to do

# While they are installed nothing is started and no cluster is made: this machine may have other plans for them.
cluster=/etc/postgresql-common/createcluster.d/vizora-tests.conf
policy=/usr/sbin/policy-rc.d
cleanup() { $root rm -f "$cluster" ${policy_is_ours:+"$policy"}; }
trap cleanup EXIT
$root mkdir -p "$(dirname "$cluster")"
echo "create_main_cluster = false" | $root tee "$cluster" > /dev/null
if [ ! -e "$policy" ]; then
    policy_is_ours=yes
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" > /dev/null
    $root chmod 755 "$policy"
fi
# shellcheck disable=SC2086
./apt-install.sh $packages $servers
