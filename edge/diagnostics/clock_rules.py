"""The clock, what it does to certificates, and where the time comes from."""

from collections.abc import Iterator
from datetime import datetime

from edge.clock.trust import TOLERANCE_S
from edge.diagnostics.causes import Cause, Finding, fault, warning
from edge.diagnostics.facts import End, Facts, Probe, host, name
from vizora.schedule.model import ClockTrust

SETTLED_S = 900.0
"""After so long a clock that nobody confirmed is worth a word."""


def clock(facts: Facts) -> Iterator[Finding]:
    true_time = _true_time(facts)
    if true_time is not None:
        yield fault(
            Cause.CLOCK_WRONG,
            f"The clock is wrong: it shows {_minute(facts.at)}, the cloud has {_minute(true_time)} (UTC).",
            "Let time (NTP, UDP port 123) through; a device without a clock battery needs it after each start.",
            "VZ-106",
        )
    elif facts.at < facts.clock.floor:
        yield fault(
            Cause.CLOCK_WRONG,
            f"The clock is wrong: it shows {_minute(facts.at)}, and {_minute(facts.clock.floor)} (UTC) is past.",
            "Let time (NTP, UDP port 123) through; a device without a clock battery needs it after each start.",
            "VZ-106",
        )
    elif facts.probe is None and _cache_code(facts) == "VZ-106":
        assert facts.cache_status is not None
        assert facts.cache_status.problem is not None
        yield fault(Cause.CLOCK_WRONG, facts.cache_status.problem.sentence, "Let time (NTP) through.", "VZ-106")


def certificate(facts: Facts) -> Iterator[Finding]:
    probe = facts.probe
    if probe is None:
        return
    shown = host(facts)
    match probe.end:
        case End.CERTIFICATE_DATES:
            yield fault(
                Cause.CERTIFICATE_DATES,
                f"The certificate of {shown} is {_dates(probe, facts.at)}.",
                "The cloud's operator has to renew it.",
                "VZ-107",
            )
        case End.CERTIFICATE_NAME:
            yield fault(
                Cause.CERTIFICATE_NAME,
                f"The certificate that answers for {name(facts)} is for another name.",
                "Check the cloud's address in the settings; something may stand in between.",
                "VZ-107",
            )
        case End.CERTIFICATE_ISSUER:
            yield fault(
                Cause.CERTIFICATE_ISSUER,
                f"The certificate of {shown} is from an issuer this device doesn't know.",
                "A firewall that opens TLS must leave the cloud alone; a cloud of your own needs a proper certificate.",
                "VZ-107",
            )
        case End.NO_TLS:
            yield fault(
                Cause.NO_TLS,
                f"{shown} doesn't speak TLS as it should ({probe.detail}).",
                "Check https or http, and the port, in the cloud's address.",
                "VZ-107",
            )


def time_source(facts: Facts) -> Iterator[Finding]:
    found = facts.clock
    uptime = facts.machine.uptime_s
    if found.is_synchronised or facts.at < found.floor:
        return
    if found.ntp_answers is False and _is_online(facts):
        yield warning(
            Cause.NTP_BLOCKED,
            f"Time (NTP) is blocked: {found.ntp_server} does not answer on UDP port 123.",
            "Let UDP port 123 through, or name a time server this network has.",
        )
    elif found.trust is not ClockTrust.TRUSTED and uptime is not None and uptime >= SETTLED_S and _is_online(facts):
        yield warning(
            Cause.CLOCK_UNTRUSTED,
            "Nobody has confirmed the clock since the start.",
            "Let time (NTP, UDP port 123) through; dated schedules may wait until then.",
        )


def _true_time(facts: Facts) -> datetime | None:
    """The far side's time, if it is not ours and the certificate bears it out. Strangers' time doesn't count."""
    probe = facts.probe
    if probe is None or probe.cloud_time is None:
        return None
    if abs((probe.cloud_time - facts.at).total_seconds()) <= TOLERANCE_S:
        return None
    if probe.end is End.REACHED:
        return probe.cloud_time
    return probe.cloud_time if probe.end is End.CERTIFICATE_DATES and _is_valid(probe, probe.cloud_time) else None


def _is_valid(probe: Probe, at: datetime) -> bool:
    return (
        probe.certificate_from is not None
        and probe.certificate_until is not None
        and probe.certificate_from <= at <= probe.certificate_until
    )


def _dates(probe: Probe, at: datetime) -> str:
    if probe.certificate_from is not None and at < probe.certificate_from:
        return f"not valid before {_minute(probe.certificate_from)} (UTC)"
    if probe.certificate_until is not None:
        return f"expired since {_minute(probe.certificate_until)} (UTC)"
    return "not valid at this time"


def _is_online(facts: Facts) -> bool:
    return facts.probe is None or facts.probe.end is End.REACHED


def _cache_code(facts: Facts) -> str | None:
    problem = facts.cache_status.problem if facts.cache_status else None
    return problem.code if problem else None


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
