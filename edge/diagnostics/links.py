"""The network as this machine's kernel tells it: interfaces, the way out, name servers."""

import fcntl
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import requests.utils

from edge.clock import Clock
from edge.diagnostics import arp
from edge.diagnostics.facts import Link, Network
from edge.http import is_loopback

IPV4_ROUTES = Path("/proc/self/net/route")
IPV6_ROUTES = Path("/proc/self/net/ipv6_route")
IPV6_ADDRESSES = Path("/proc/self/net/if_inet6")
RESOLV_CONF = Path("/etc/resolv.conf")

_FLAGS, _ADDRESS, _MTU, _WIRELESS = 0x8913, 0x8915, 0x8921, 0x8B01  # SIOCGIFFLAGS, -ADDR, -MTU, SIOCGIWNAME
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_GATEWAY_FLAG = 0x2
ANY_IPV6 = "0" * 32


def network(cloud_url: str, clock: Clock, resolv_conf: Path = RESOLV_CONF) -> Network:
    """Looks at the links, asks the next hop for its hardware address and whether ours is used twice: up to 3 s."""
    found = links()
    way_out = gateway()
    name = way_out[0] if way_out else None
    address = next((link.addresses[0] for link in found if link.name == name and link.addresses), None)
    is_ipv4 = address is not None and ":" not in address
    return Network(
        links=found,
        gateway=way_out[1] if way_out else None,
        gateway_answers=arp.answers(way_out[1], clock.sleep) if way_out else None,
        resolvers=resolvers(resolv_conf),
        proxy=proxy_for(cloud_url),
        duplicate=address
        if name and address and is_ipv4 and arp.is_used_twice(name, address, clock.monotonic)
        else None,
    )


def links() -> tuple[Link, ...]:
    """Every interface that is up, apart from the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as asking:
        return tuple(link for _, name in socket.if_nameindex() if (link := _link(asking, name)) is not None)


def addresses() -> tuple[str, ...]:
    """Every address of ours that another machine may use."""
    return tuple(address for link in links() for address in link.addresses)


def _link(asking: socket.socket, name: str) -> Link | None:
    raw = _ask(asking, _FLAGS, name)
    flags = struct.unpack_from("H", raw, 16)[0] if raw else 0
    if flags & _LOOPBACK or not flags & _UP:
        return None
    mtu = _ask(asking, _MTU, name)
    return Link(
        name=name,
        is_wireless=_ask(asking, _WIRELESS, name) is not None,
        has_carrier=bool(flags & _RUNNING),
        addresses=(*_ipv4(asking, name), *_ipv6(name)),
        mtu=struct.unpack_from("i", mtu, 16)[0] if mtu else 0,
    )


def _ipv4(asking: socket.socket, name: str) -> Iterator[str]:
    raw = _ask(asking, _ADDRESS, name)
    if raw is not None:
        address = socket.inet_ntoa(raw[20:24])
        if not ip_address(address).is_link_local:
            yield address


def _ipv6(name: str) -> Iterator[str]:
    with suppress(OSError):
        for line in IPV6_ADDRESSES.read_text().splitlines():
            digits, *_, owner = line.split()
            address = IPv6Address(bytes.fromhex(digits))
            if owner == name and not address.is_link_local:
                yield str(address)


def _ask(asking: socket.socket, request: int, name: str) -> bytes | None:
    """One ioctl about an interface; None when it has no answer."""
    try:
        return fcntl.ioctl(asking, request, struct.pack("256s", name.encode()[:15]))
    except OSError:
        return None


def gateway() -> tuple[str, str] | None:
    """The interface and address of the default route, IPv4 first."""
    with suppress(OSError, ValueError, IndexError):
        for line in IPV4_ROUTES.read_text().splitlines()[1:]:
            name, target, hop, flags, *_ = line.split()
            if target == "00000000" and int(flags, 16) & _GATEWAY_FLAG:
                return name, socket.inet_ntoa(struct.pack("=I", int(hop, 16)))
    with suppress(OSError, ValueError, IndexError):
        for line in IPV6_ROUTES.read_text().splitlines():
            target, length, _, _, hop, *_, name = line.split()
            if target == ANY_IPV6 and length == "00" and hop != ANY_IPV6:
                return name, str(IPv6Address(bytes.fromhex(hop)))
    return None


def resolvers(path: Path) -> tuple[str, ...]:
    try:
        lines = [line.split() for line in path.read_text(errors="replace").splitlines()]
    except OSError:
        return ()
    return tuple(words[1] for words in lines if len(words) > 1 and words[0] == "nameserver")


def proxy_url(cloud_url: str) -> str | None:
    """The proxy the cache uses for the cloud, as the environment names it; none to this very machine."""
    if is_loopback(cloud_url):
        return None
    return requests.utils.get_environ_proxies(cloud_url).get(urlsplit(cloud_url).scheme)


def proxy_for(cloud_url: str) -> str | None:
    """Host and port alone: the rest may be a password."""
    proxy = proxy_url(cloud_url)
    return None if proxy is None else urlsplit(proxy if "://" in proxy else f"//{proxy}").netloc.rpartition("@")[2]
