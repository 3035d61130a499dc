"""The connectivity test: the way a call of the cache takes, step by step, to see at which one it ends.

It asks the cloud for a manifest without a token: every cloud refuses that, in JSON, and nothing secret goes out.
What it learns from an unproven far side (its time, its certificate's dates) only words a finding.
"""

import http.client
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
from cryptography import x509

from edge.diagnostics.facts import End, Probe
from edge.diagnostics.way import OF_A_PROXY, Ended, Way, connected, question, resolve, secured, way_to

PATIENCE_S = 6.0
"""For each step."""
ENOUGH = 4096
QUESTION = "/api/device/manifest"
LARGE = "/openapi.json"
"""Something of more than one packet, for a cloud without TLS, whose handshake is large by itself."""
SIGN_IN = 511


def probe(
    cloud_url: str,
    *,
    proxy: str | None,
    context: ssl.SSLContext,
    monotonic: Callable[[], float],
    patience_s: float = PATIENCE_S,
) -> Probe:
    """Takes at most some six times `patience_s`. Raises nothing for what a network may do."""
    began = monotonic()
    way = way_to(cloud_url, proxy, context, patience_s)
    found = Probe(End.REACHED)
    try:
        found = msgspec.structs.replace(found, addresses=tuple(resolve(way)))
        found = msgspec.structs.replace(found, cloud_time=_ask(way, found.addresses))
    except Ended as ended:
        found = _looked_into(way, msgspec.structs.replace(found, end=ended.end, detail=ended.detail))
    return msgspec.structs.replace(found, took_ms=round(1000 * (monotonic() - began)))


def _looked_into(way: Way, found: Probe) -> Probe:
    """A second look where one more question tells the cause."""
    if found.end is End.STALLED:
        with suppress(Ended):
            _ask(replace(way, small=True), found.addresses)
            return msgspec.structs.replace(found, end=End.SMALL_PACKETS_ONLY)
    if found.end is End.CERTIFICATE_DATES:
        with suppress(Ended, OSError, ValueError, http.client.HTTPException):
            return _of_the_certificate(way, found)
    return found


def _ask(way: Way, addresses: tuple[str, ...]) -> datetime | None:
    """The cloud's answer, judged; its time. Raises Ended."""
    with connected(way, addresses) as line:
        try:
            with secured(way, line) as secure:
                answer = question(way, secure, QUESTION)
                body = answer.read(ENOUGH)
        except TimeoutError as error:
            raise Ended(End.STALLED) from error
        except (OSError, http.client.HTTPException) as error:
            raise Ended(End.CUT, str(error)) from error
    _judge(way, answer.status, answer.getheader("Content-Type", "") or "", body)
    if not way.is_tls:
        _ask_for_much(way, addresses)
    return _date(answer)


def _ask_for_much(way: Way, addresses: tuple[str, ...]) -> None:
    with connected(way, addresses) as line:
        try:
            question(way, line, LARGE).read(ENOUGH)
        except TimeoutError as error:
            raise Ended(End.STALLED) from error
        except (OSError, http.client.HTTPException):
            return


def _judge(way: Way, status: int, media_type: str, body: bytes) -> None:
    """Raises Ended for every answer that is not a cloud's."""
    if way.proxy is not None and status in OF_A_PROXY and "json" not in media_type:
        raise Ended(End.PROXY_PASSWORD, str(status))
    if status == SIGN_IN:
        raise Ended(End.PORTAL, str(status))
    if status >= 500:
        raise Ended(End.SERVER_ERROR, str(status))
    if 300 <= status < 400 or "json" not in media_type or not body.lstrip().startswith(b"{"):
        raise Ended(End.PORTAL, f"{status} {media_type}")


def _of_the_certificate(way: Way, found: Probe) -> Probe:
    """What an unproven far side says of its dates and its time."""
    blind = ssl.create_default_context()
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    with connected(way, found.addresses) as line, secured(way, line, blind) as secure:
        assert isinstance(secure, ssl.SSLSocket)
        certificate = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        found = msgspec.structs.replace(
            found,
            certificate_from=certificate.not_valid_before_utc,
            certificate_until=certificate.not_valid_after_utc,
        )
        with suppress(OSError, http.client.HTTPException):
            return msgspec.structs.replace(found, cloud_time=_date(question(way, secure, QUESTION)))
    return found


def _date(answer: http.client.HTTPResponse) -> datetime | None:
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(answer.getheader("Date", "")).astimezone(UTC)
    return None
