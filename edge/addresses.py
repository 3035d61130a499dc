"""Which addresses a web page may reach: the public ones, and what the operator allows besides. Pure.

A page comes from a stranger, and a screen stands inside somebody's network. So nothing that is only reachable from
inside (loopback, private, link-local and metadata addresses, by whatever notation) is reachable for a page.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")
ALSO_INSIDE = (IPv4Network("192.0.0.0/24"), IPv6Network("64:ff9b:1::/48"), IPv6Network("5f00::/16"))
"""Special addresses (IANA's registries) some versions of Python take for public; a metadata service is among them."""
_ENTRY = re.compile(r"(\[[0-9A-Fa-f:.]+\](?:/\d+)?|[^:\[\]\s]+|[0-9A-Fa-f:.]+(?:/\d+)?)(?::(\d{1,5}))?")
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*")
ALLOWED = "a name, an address or a network, with a port if only that one is meant, as in 10.1.0.0/16 or tv.local:8080"


def is_public(address: Address) -> bool:
    """Whether everybody on the internet can reach it; an address that wraps another is judged by that one."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFF_FFFF)
        if wrapped is not None:
            return is_public(wrapped)
    inside = any(address in network for network in ALSO_INSIDE)
    return address.is_global and not address.is_multicast and not inside


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is allowed: a name or a network, at one port or (None) at all."""

    where: str | IPv4Network | IPv6Network
    port: int | None = None

    def permits(self, host: str, address: Address, port: int) -> bool:
        if self.port not in (None, port):
            return False
        if isinstance(self.where, str):
            return host.lower().rstrip(".") == self.where
        return address in self.where


@dataclass(frozen=True, slots=True)
class Allowance:
    entries: tuple[Entry, ...] = ()

    def permits(self, host: str, address: Address, port: int) -> bool:
        """Whether a page may connect to `address`, which `host` was just found to be."""
        return is_public(address) or self.lists(host, address, port)

    def lists(self, host: str, address: Address, port: int) -> bool:
        """Whether the operator allowed it by name."""
        return any(entry.permits(host, address, port) for entry in self.entries)


def allowance(text: str) -> Allowance:
    """What a comma list says. Raises ValueError that names the entry and what is allowed."""
    return Allowance(tuple(_entry(part.strip()) for part in text.split(",") if part.strip()))


def _entry(text: str) -> Entry:
    found = _ENTRY.fullmatch(text)
    if found is None:
        raise ValueError(f"has {text!r} in it; allowed: {ALLOWED}")
    where, port = found[1].replace("[", "").replace("]", ""), int(found[2]) if found[2] else None
    if port is not None and not 0 < port < 65_536:
        raise ValueError(f"has port {port} in it; allowed: 1 to 65535")
    try:
        return Entry(ip_network(where, strict=False), port)
    except ValueError:
        if not _NAME.fullmatch(where) or re.fullmatch(r"[\d.]+", where):
            raise ValueError(f"has {text!r} in it; allowed: {ALLOWED}") from None
    return Entry(where.lower(), port)


def literal(host: str) -> Address | None:
    """The address a host is when it is written as one."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
