"""Who has which address on the wire (RFC 826, RFC 5227), as far as we may ask."""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ARP_TABLE = Path("/proc/self/net/arp")
COMPLETE = 0x2
DISCARD_PORT = 9
ETHERTYPE_ARP = 0x0806
REQUEST, REPLY = 1, 2
PATIENCE_S = 1.0
LOOKS = 15
LOOK_S = 0.1


def answers(hop: str, sleep: Callable[[float], None]) -> bool | None:
    """Whether the next hop tells its hardware address; None where that can't be seen (IPv6, no Ethernet)."""
    if ":" in hop:
        return None
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nudge:
        nudge.sendto(b"", (hop, DISCARD_PORT))
    known: bool | None = None
    for _ in range(LOOKS):
        known = _is_known(hop)
        if known:
            return True
        sleep(LOOK_S)
    return known


def is_used_twice(name: str, address: str, monotonic: Callable[[], float]) -> bool | None:
    """Whether another machine on the wire answers for `address`; None when we may not ask (it takes CAP_NET_RAW)."""
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE_ARP)) as wire:
            wire.bind((name, ETHERTYPE_ARP))
            ours: bytes = wire.getsockname()[4]
            if len(ours) != 6:
                return None
            wire.send(_probe(ours, address))
            return _is_answered(wire, ours, socket.inet_aton(address), monotonic)
    except OSError:
        return None


def _probe(ours: bytes, address: str) -> bytes:
    """A request in nobody's name, so that no table on the wire is spoilt (RFC 5227 section 1.1)."""
    ethernet = b"\xff" * 6 + ours + struct.pack("!H", ETHERTYPE_ARP)
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, REQUEST)
    return ethernet + head + ours + b"\0" * 4 + b"\0" * 6 + socket.inet_aton(address)


def _is_answered(wire: socket.socket, ours: bytes, address: bytes, monotonic: Callable[[], float]) -> bool:
    end = monotonic() + PATIENCE_S
    while (left := end - monotonic()) > 0:
        wire.settimeout(left)
        try:
            frame = wire.recv(128)
        except TimeoutError:
            return False
        operation = struct.unpack_from("!H", frame, 20)[0] if len(frame) >= 42 else 0
        if operation == REPLY and frame[28:32] == address and frame[22:28] != ours:
            return True
    return False


def _is_known(hop: str) -> bool | None:
    with suppress(OSError, ValueError, IndexError):
        for line in ARP_TABLE.read_text().splitlines()[1:]:
            address, _, flags, *_ = line.split()
            if address == hop:
                return bool(int(flags, 16) & COMPLETE)
    return None
