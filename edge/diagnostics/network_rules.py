"""From the cable to the cloud: the first link of the chain that is broken, and only that one.

The clock stands in the middle of it: without a network it can't be set, with a wrong one TLS fails.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from edge.diagnostics.causes import Cause, Finding, fault
from edge.diagnostics.clock_rules import certificate, clock
from edge.diagnostics.facts import End, Facts, Network, WayIn, host, name
from edge.status import CacheState

WIFI = {"VZ-103": Cause.WIFI_PASSWORD, "VZ-115": Cause.WIFI_NOT_JOINED}
PLUG = "Plug the cable in at both ends, or set up Wi-Fi; look for the light beside the socket."
NETWORK_ADVICE = "Ask whoever runs this network."


def network(facts: Facts) -> Iterator[Finding]:
    """At most one finding: what comes after a broken link can't be judged. The certificate comes after the clock."""
    for rule in (_wifi, _link, _duplicate, _route, _name, _connection, clock, certificate, _answer, _by_hearsay):
        found = next(iter(rule(facts)), None)
        if found is not None:
            yield found
            return


def _wifi(facts: Facts) -> Iterator[Finding]:
    """What the network service met when it joined a Wi-Fi: it alone knows."""
    told = facts.way_in
    if told is None or told.is_online or told.problem is None or _is_reached(facts):
        return
    cause = WIFI.get(told.problem.code)
    if cause is not None:
        yield fault(cause, told.problem.sentence, _by_phone(told, "Set its Wi-Fi up anew."), told.problem.code)


def _by_phone(told: WayIn | None, otherwise: str) -> str:
    if told is None or told.hotspot is None:
        return otherwise
    return f"Join the Wi-Fi “{told.hotspot}” with a phone, as the screen shows, and choose the network there."


def _link(facts: Facts) -> Iterator[Finding]:
    """The links are looked at together with the test; where that got through, whatever carried it was one."""
    found = facts.network
    if facts.probe is None or _is_reached(facts):
        return
    carrying = [link for link in found.links if link.has_carrier]
    wireless = any(link.is_wireless for link in found.links)
    if not carrying:
        wifi = ", and no Wi-Fi is connected" if wireless else ""
        yield fault(
            Cause.NO_LINK,
            f"No network: no cable is plugged in{wifi}.",
            _by_phone(facts.way_in, PLUG),
            "VZ-101",
        )
    elif not any(link.addresses for link in carrying):
        yield fault(
            Cause.NO_ADDRESS,
            f"The network on {carrying[0].name} gave this device no address (DHCP).",
            "Restart the router, or look whether it has addresses left.",
            "VZ-102",
        )


def _duplicate(facts: Facts) -> Iterator[Finding]:
    if facts.network.duplicate:
        yield fault(
            Cause.DUPLICATE_ADDRESS,
            f"Another device uses this screen's address {facts.network.duplicate} as well.",
            "Give one of the two another address, or let the router give them (DHCP).",
        )


def _route(facts: Facts) -> Iterator[Finding]:
    end = facts.probe.end if facts.probe else None
    if end is End.REACHED or _is_local(facts) or end in (End.PROXY_DOWN, End.PROXY_PASSWORD):
        return
    if facts.network.links and facts.network.gateway is None and end is not None:
        yield fault(
            Cause.NO_ROUTE,
            "There is no way out of this network: it named no router (gateway).",
            "Look at the router's DHCP settings, or set the gateway by hand.",
        )
    elif facts.network.gateway_answers is False:
        yield fault(
            Cause.GATEWAY_SILENT,
            f"The router {facts.network.gateway} does not answer.",
            "Restart the router; check the cable between it and this device.",
        )
    elif end is End.NO_ROUTE:
        yield fault(
            Cause.NO_ROUTE, f"There is no way to {host(facts)} from this network ({_detail(facts)}).", NETWORK_ADVICE
        )


def _name(facts: Facts) -> Iterator[Finding]:
    probe = facts.probe
    if probe is None:
        return
    if probe.end is End.RESOLVER_SILENT:
        yield fault(
            Cause.RESOLVER_SILENT,
            f"No name service (DNS) answers: {_resolvers(facts.network)}.",
            "Restart the router, or set another name server; some networks allow only their own.",
            "VZ-105",
        )
    elif probe.end is End.NAME_UNKNOWN:
        yield fault(
            Cause.NAME_UNKNOWN,
            f"The network's name service (DNS) doesn't know {name(facts)}.",
            "Check the cloud's address in the settings; some networks block names they don't know.",
            "VZ-105",
        )


def _connection(facts: Facts) -> Iterator[Finding]:
    probe = facts.probe
    if probe is None:
        return
    shown, proxy = host(facts), facts.network.proxy
    match probe.end:
        case End.PROXY_DOWN:
            yield fault(
                Cause.PROXY_DOWN,
                f"The proxy {proxy} doesn't answer.",
                "Check the proxy's address in the settings, or ask whoever runs it.",
                "VZ-107",
            )
        case End.PROXY_PASSWORD:
            yield fault(
                Cause.PROXY_PASSWORD,
                f"The proxy {proxy} wants a name and password, or doesn't allow the cloud.",
                "Ask whoever runs the proxy to let this screen through.",
                "VZ-107",
            )
        case End.REFUSED:
            yield fault(
                Cause.CLOUD_REFUSES,
                f"The machine behind {shown} is there, and refuses the connection.",
                "The cloud is not running there, or a firewall rejects it; check the address and port.",
                "VZ-107",
            )
        case End.SILENT | End.STALLED:
            yield fault(
                Cause.CLOUD_SILENT,
                f"{shown} gives no answer in time.",
                "A firewall may drop it: ask for outgoing connections to that host and port.",
                "VZ-107",
            )
        case End.SMALL_PACKETS_ONLY:
            yield fault(
                Cause.SMALL_PACKETS_ONLY,
                f"Only small packets come through from {shown} (MTU): large ones vanish on the way.",
                "Lower the MTU of this device's network to 1280, or let ICMP through at the firewall.",
                "VZ-107",
            )
        case End.CUT:
            yield fault(Cause.CONNECTION_CUT, f"The connection to {shown} broke off.", NETWORK_ADVICE, "VZ-107")


def _answer(facts: Facts) -> Iterator[Finding]:
    probe = facts.probe
    if probe is not None and probe.end is End.PORTAL:
        yield fault(
            Cause.SIGN_IN_PAGE,
            f"This network wants a sign-in page (captive portal), or something else answers for {host(facts)}.",
            "Sign the device in by its hardware address, or use another network.",
            "VZ-104",
        )
    elif probe is not None and probe.end is End.SERVER_ERROR:
        yield fault(
            Cause.CLOUD_FAILING,
            f"The cloud at {host(facts)} is there, and fails ({probe.detail}).",
            "Nothing to do here: it is the cloud's operator's. The screen tries again by itself.",
            "VZ-107",
        )


def _by_hearsay(facts: Facts) -> Iterator[Finding]:
    """Without a test of our own: what the cache met when it last tried."""
    cache = facts.cache_status
    if facts.probe is None and cache is not None and cache.state is CacheState.OFFLINE and cache.problem is not None:
        yield fault(
            Cause.CLOUD_UNREACHABLE,
            cache.problem.sentence,
            "Run the connectivity test: it tells where it breaks.",
            cache.problem.code,
        )


def _is_reached(facts: Facts) -> bool:
    return _is_local(facts) or (facts.probe is not None and facts.probe.end is End.REACHED)


def _is_local(facts: Facts) -> bool:
    """The cloud is on this machine, as in the demo: no network is needed."""
    return urlsplit(facts.cloud_url).hostname in ("127.0.0.1", "localhost", "::1")


def _detail(facts: Facts) -> str:
    return facts.probe.detail if facts.probe else ""


def _resolvers(network: Network) -> str:
    return ", ".join(network.resolvers) if network.resolvers else "none is set"
