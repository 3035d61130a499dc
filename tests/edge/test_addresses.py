from ipaddress import ip_address

import pytest

from edge.addresses import allowance, is_public, literal

INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:c0a8:101::1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_only_reachable_from_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("listed", "host", "address", "port", "permitted"),
    [
        ("", "shop.example", "1.1.1.1", 443, True),
        ("", "shop.example", "10.0.0.1", 443, False),
        ("10.0.0.0/8", "shop.example", "10.0.0.1", 443, True),
        ("10.0.0.0/8", "shop.example", "11.0.0.1", 443, True),
        ("10.0.0.0/8", "shop.example", "192.168.0.1", 443, False),
        ("192.168.1.5:8080", "192.168.1.5", "192.168.1.5", 8080, True),
        ("192.168.1.5:8080", "192.168.1.5", "192.168.1.5", 80, False),
        ("TV.local, 10.9.0.0/16", "tv.local", "192.168.1.9", 80, True),
        ("tv.local", "other.local", "192.168.1.9", 80, False),
        ("fd12::/16", "x", "fd12::9", 80, True),
        ("[fd12::9]:8080", "x", "fd12::9", 8080, True),
        ("[fd12::9]:8080", "x", "fd12::9", 80, False),
    ],
)
def test_the_operator_may_allow_more(listed: str, host: str, address: str, port: int, permitted: bool) -> None:
    assert allowance(listed).permits(host, ip_address(address), port) is permitted


@pytest.mark.parametrize(
    "text", ["http://tv.local", "10.0.0.0/33", "tv local", "10.0.0.1:99999", "*.local", "300.1.1.1"]
)
def test_what_is_no_list_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: "):
        allowance(text)


def test_an_address_in_brackets_is_one() -> None:
    assert literal("[::1]") == ip_address("::1")
    assert literal("localhost") is None
