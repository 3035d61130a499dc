"""Whether a time server answers (RFC 5905). Its time is not used: the system's own service does that."""

import re
import socket
from pathlib import Path

PORT = 123
PATIENCE_S = 3.0
TRIES = 2
CLIENT_REQUEST = b"\x23" + b"\0" * 47  # version 4, mode client
SERVER_MODE = 4
SETTINGS = ("etc/systemd/timesyncd.conf.d", "run/systemd/timesyncd.conf.d", "usr/lib/systemd/timesyncd.conf.d")
DEBIANS = "0.debian.pool.ntp.org"


def configured_server(root: Path) -> str | None:
    """The first time server that systemd-timesyncd is told to ask; None where it is not used."""
    if not (root / "usr/lib/systemd/systemd-timesyncd").exists():
        return None
    files = [
        root / "etc/systemd/timesyncd.conf",
        *(f for folder in SETTINGS for f in sorted((root / folder).glob("*.conf"))),
    ]
    for key in ("NTP", "FallbackNTP"):
        for file in files:
            found = re.search(rf"^{key}=\s*(\S+)", _text(file), flags=re.MULTILINE)
            if found:
                return found[1]
    return DEBIANS


def answers(server: str, port: int = PORT, patience_s: float = PATIENCE_S) -> bool | None:
    """None when the server's name is not known: then it is not time that is blocked."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(server, port, type=socket.SOCK_DGRAM)[0]
    except OSError:
        return None
    with socket.socket(family, kind) as asking:
        asking.settimeout(patience_s)
        for _ in range(TRIES):
            try:
                asking.connect(address)
                asking.send(CLIENT_REQUEST)
                answer = asking.recv(128)
            except OSError:
                continue
            if len(answer) >= 48 and answer[0] & 0x7 == SERVER_MODE:
                return True
    return False


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
