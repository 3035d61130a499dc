"""Addresses of networks: inside texts that people read, and of those who call."""

import re
from ipaddress import IPv6Address, ip_address

_ADDRESS = re.compile(r"(\w+://)(?:[^/\s?#]*@)?([^\s?#]*)(?:[?#]\S*)?")


def without_secrets(text: str) -> str:
    """Of each address neither name and password nor query: `rtsp://name:password@camera/1` is `rtsp://camera/1`."""
    return _ADDRESS.sub(r"\1\2", text)


def network(ip: str) -> str:
    """One line's addresses as one: of IPv6 everybody has 2^64, so its /64 counts."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return ip
