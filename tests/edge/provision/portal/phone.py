"""`python -m tests.edge.provision.portal.phone WHAT …`: a phone in the hotspot, as a program on a host of its own.

`name NAME` asks the hotspot's name service; `get URL` fetches a page without following; `set-up NETWORK PASSWORD`
goes through the forms. Prints JSON.
"""

import json
import re
import socket
import struct
import sys
from typing import Any
from urllib.parse import urlsplit

import requests

SCREEN = "10.42.0.1"
PATIENCE_S = 20.0


def name(asked: str) -> str | None:
    """The address DNS gives for it (RFC 1035), over UDP from the screen."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in asked.split("."))
    question = struct.pack(">HHHHHH", 4711, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(PATIENCE_S)
        line.sendto(question, (SCREEN, 53))
        answer = line.recv(512)
    (answers,) = struct.unpack_from(">H", answer, 6)
    return socket.inet_ntoa(answer[-4:]) if answers else None


def get(url: str) -> dict[str, Any]:
    """As a phone does: the name is asked for, then the address it gave is."""
    parts = urlsplit(url)
    address = name(parts.netloc) if not parts.netloc.startswith("10.") else parts.netloc
    answer = requests.get(
        f"http://{address}{parts.path}",
        headers={"Host": parts.netloc},
        allow_redirects=False,
        timeout=PATIENCE_S,
    )
    return {"status": answer.status_code, "to": answer.headers.get("Location"), "text": answer.text[:20_000]}


def set_up(network: str, password: str) -> dict[str, Any]:
    with requests.Session() as phone:
        page = phone.get(f"http://{SCREEN}/", timeout=PATIENCE_S).text
        if "Where is this screen?" in page:
            page = phone.post(
                f"http://{SCREEN}/country", data={"csrf": token(page), "country": "CH"}, timeout=PATIENCE_S
            ).text
        key = re.search(rf'/join\?network=(\w+)">\s*<strong>{re.escape(network)}<', page)
        assert key is not None, page
        form = phone.get(f"http://{SCREEN}/join", params={"network": key[1]}, timeout=PATIENCE_S).text
        answer = phone.post(
            f"http://{SCREEN}/join",
            data={"csrf": token(form), "network": key[1], "password": password},
            timeout=PATIENCE_S,
        )
    return {"status": answer.status_code, "text": answer.text, "list": page}


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


if __name__ == "__main__":
    done = {"name": name, "get": get, "set-up": set_up}[sys.argv[1]](*sys.argv[2:])  # type: ignore[operator]
    sys.stdout.write(json.dumps(done) + "\n")
