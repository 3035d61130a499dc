"""A setup file without what is secret in it, byte for byte as long: it is written over the old one in place.

On FAT a new file would leave the old bytes lying on the card. What is kept is on a list; everything else goes.
"""

import re

PLAIN = {
    "cloud_url", "hostname", "timezone", "ssid", "country", "hidden",
    "network", "version", "renderer", "wifis", "ethernets", "access-points", "auth", "key-management", "dhcp4", "dhcp6",
    "optional", "regulatory-domain",
}  # fmt: skip
"""Settings whose values may stay on the card."""
_LINE = re.compile(rb"""^(\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)\s*[=:])(.*)$""", re.DOTALL)
_HEADING = re.compile(rb"^\s*\[[\w-]+\]\s*$|^\s*$|^#cloud-config\s*$|^---\s*$")


def redacted(content: bytes) -> bytes:
    """The same length; every byte of a secret is `*`."""
    return b"\n".join(_line(line) for line in content.split(b"\n"))


def _line(line: bytes) -> bytes:
    if _HEADING.match(line):
        return line
    found = _LINE.match(line)
    if found is None:
        return _starred(line)
    key = found[1].rstrip(b"=: ").strip(b" \t\"'").decode("utf-8", "replace")
    if key in PLAIN or not found[2].strip():
        return line
    return found[1] + _starred(found[2])


def _starred(text: bytes) -> bytes:
    return re.sub(rb"[^\s]", b"*", text)
