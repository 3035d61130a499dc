"""Which systemd units start, laid down as links: a read-only system can't run `systemctl enable` at its first boot."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from image.tree import Node, link

FOLDER = "etc/systemd/system"
MASKED = (
    # Their work would be done anew at every start, because /etc and /var are laid out in memory. Measured: 85 s.
    "ldconfig.service",
    "systemd-hwdb-update.service",
    "systemd-journal-catalog-update.service",
    "systemd-update-done.service",
    "systemd-journal-flush.service",
    "systemd-pcrmachine.service",
    "systemd-pcrphase.service",
    "systemd-pcrphase-sysinit.service",
    "systemd-tpm2-setup.service",
    "systemd-tpm2-setup-early.service",
    "systemd-binfmt.service",
    "proc-sys-fs-binfmt_misc.automount",
    # Upkeep of a system that is changed where it runs.
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    # The screen is the player's; nobody logs in.
    "getty@tty1.service",
    # A screen without a network starts as fast as one with it.
    "NetworkManager-wait-online.service",
)
GENERATORS = (
    *("systemd-ssh-generator", "systemd-gpt-auto-generator", "systemd-tpm2-generator"),  # what they look for isn't here
    "systemd-getty-generator",  # it would ask for a login on each serial line
)
"""Masked too."""
_SECTION = re.compile(r"^\[(\w+)\]$")


def masks() -> dict[str, Node]:
    masked = [f"{FOLDER}/{name}" for name in MASKED]
    return {name: link("/dev/null") for name in masked + [f"etc/systemd/system-generators/{g}" for g in GENERATORS]}


def enabled(units: Mapping[str, str], preset: str) -> dict[str, Node]:
    """Links for those units (by name, with their text) that the preset enables; the first line that fits counts."""
    links: dict[str, Node] = {}
    for name, text in units.items():
        if not _is_enabled(name, preset):
            continue
        for key, value in _install(text):
            for other in value.split():
                if key in ("WantedBy", "RequiredBy"):
                    kind = "wants" if key == "WantedBy" else "requires"
                    links[f"{FOLDER}/{other}.{kind}/{name}"] = link(f"/usr/lib/systemd/system/{name}")
                elif key == "Alias":
                    links[f"{FOLDER}/{other}"] = link(f"/usr/lib/systemd/system/{name}")
    return links


def _is_enabled(name: str, preset: str) -> bool:
    for line in preset.splitlines():
        verb, _, pattern = line.partition(" ")
        if verb in ("enable", "disable") and fnmatchcase(name, pattern.strip()):
            return verb == "enable"
    return False


def _install(text: str) -> Iterable[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        head = _SECTION.match(line)
        if head is not None:
            section = head[1]
        elif section == "Install" and "=" in line:
            key, _, value = line.partition("=")
            yield key.strip(), value.strip()
