"""The connectivity test: the way a call of the cache takes, step by step, to see at which one it ends.

It asks the cloud for a manifest without a token: every cloud refuses that, in JSON, and nothing secret goes out.
What it learns from an unproven far side (its time, its certificate's dates) only words a finding.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from edge.diagnostics.facts import End, Probe

PATIENCE_S = 6.0
"""For each step."""
SMALL_SEGMENT = 536
"""The TCP segment every network has to carry (RFC 9293 section 3.7.1)."""
ENOUGH = 4096
QUESTION = "/api/device/manifest"
LARGE = "/openapi.json"
"""Something of more than one packet, for a cloud without TLS, whose handshake is large by itself."""
SIGN_IN = 511
OF_A_PROXY = (403, 407)

_DATES = {9, 10}
_NAMES = {62, 64}
"""X509_V_ERR_CERT_NOT_YET_VALID and -HAS_EXPIRED; -HOSTNAME_MISMATCH and -IP_ADDRESS_MISMATCH."""

Resolve = Callable[[str, int], list[Any]]


class Ended(Exception):
    """The test ends here."""

    def __init__(self, end: End, detail: str = "") -> None:
        super().__init__(detail)
        self.end = end
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Way:
    """Where the cloud is, and how one gets there."""

    host: str
    port: int
    path: str
    is_tls: bool
    proxy: tuple[str, int] | None
    context: ssl.SSLContext
    patience_s: float
    small: bool = False

    @property
    def first_hop(self) -> tuple[str, int]:
        return self.proxy or (self.host, self.port)


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
    way = _way(cloud_url, proxy, context, patience_s)
    found = Probe(End.REACHED)
    try:
        found = msgspec.structs.replace(found, addresses=tuple(_resolve(way)))
        found = msgspec.structs.replace(found, cloud_time=_ask(way, found.addresses))
    except Ended as ended:
        found = _looked_into(way, msgspec.structs.replace(found, end=ended.end, detail=ended.detail))
    return msgspec.structs.replace(found, took_ms=round(1000 * (monotonic() - began)))


def _way(cloud_url: str, proxy: str | None, context: ssl.SSLContext, patience_s: float) -> Way:
    url = urlsplit(cloud_url)
    is_tls = url.scheme == "https"
    through = urlsplit(proxy if "://" in proxy else f"//{proxy}") if proxy else None
    return Way(
        host=url.hostname or "",
        port=url.port or (443 if is_tls else 80),
        path=url.path.rstrip("/"),
        is_tls=is_tls,
        proxy=(through.hostname, through.port or 3128) if through and through.hostname else None,
        context=context,
        patience_s=patience_s,
    )


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


def _resolve(way: Way) -> list[str]:
    """The addresses behind the first hop's name. In a thread: the C library's patience is far longer than ours."""
    host, port = way.first_hop
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            answer.append(error)

    asking = threading.Thread(target=ask, name="resolving", daemon=True)
    asking.start()
    asking.join(way.patience_s * 2)
    if not answer:
        raise Ended(End.RESOLVER_SILENT, "no answer in time")
    if isinstance(answer[0], OSError):
        is_known = answer[0].errno in (socket.EAI_NONAME, socket.EAI_NODATA)
        raise Ended(End.NAME_UNKNOWN if is_known else End.RESOLVER_SILENT, answer[0].strerror or "")
    return list(dict.fromkeys(entry[4][0] for entry in answer[0]))


def _ask(way: Way, addresses: tuple[str, ...]) -> datetime | None:
    """The cloud's answer, judged; its time. Raises Ended."""
    with _connected(way, addresses) as line:
        try:
            with _secured(way, line) as secure:
                answer = _question(way, secure, QUESTION)
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
    with _connected(way, addresses) as line:
        try:
            _question(way, line, LARGE).read(ENOUGH)
        except TimeoutError as error:
            raise Ended(End.STALLED) from error
        except (OSError, http.client.HTTPException):
            return


def _connected(way: Way, addresses: tuple[str, ...]) -> socket.socket:
    """To the first address that takes us. Raises Ended with the most telling of the refusals."""
    ends: list[Ended] = []
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        line = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        line.settimeout(way.patience_s)
        try:
            if way.small:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
            line.connect((address, way.first_hop[1]))
            return line
        except ConnectionRefusedError as error:
            ends.append(Ended(End.REFUSED, str(error)))
        except TimeoutError:
            ends.append(Ended(End.SILENT))
        except OSError as error:
            ends.append(Ended(End.NO_ROUTE, error.strerror or str(error)))
        line.close()
    best = min(ends, key=lambda ended: (End.REFUSED, End.SILENT, End.NO_ROUTE).index(ended.end))
    raise Ended(End.PROXY_DOWN, best.detail) if way.proxy else best


def _secured(way: Way, line: socket.socket, context: ssl.SSLContext | None = None) -> socket.socket:
    """The line with TLS on it, through the proxy's tunnel if there is one. Raises Ended, OSError."""
    if way.proxy is not None and way.is_tls:
        _tunnel(way, line)
    if not way.is_tls:
        return line
    try:
        return (context or way.context).wrap_socket(line, server_hostname=way.host)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in _DATES:
            raise Ended(End.CERTIFICATE_DATES, error.verify_message) from error
        end = End.CERTIFICATE_NAME if error.verify_code in _NAMES else End.CERTIFICATE_ISSUER
        raise Ended(end, error.verify_message) from error
    except ssl.SSLEOFError as error:
        raise Ended(End.CUT, "while TLS began") from error
    except ssl.SSLError as error:
        raise Ended(End.NO_TLS, error.reason or str(error)) from error


def _tunnel(way: Way, line: socket.socket) -> None:
    line.sendall(f"CONNECT {way.host}:{way.port} HTTP/1.1\r\nHost: {way.host}:{way.port}\r\n\r\n".encode())
    answer = http.client.HTTPResponse(line, method="CONNECT")
    answer.begin()
    if answer.status in OF_A_PROXY:
        raise Ended(End.PROXY_PASSWORD, str(answer.status))
    if answer.status != 200:
        raise Ended(End.PROXY_DOWN, str(answer.status))


def _question(way: Way, line: socket.socket, path: str) -> http.client.HTTPResponse:
    target = f"{way.path}{path}"
    if way.proxy is not None and not way.is_tls:
        target = f"http://{way.host}:{way.port}{target}"
    host = f"[{way.host}]" if ":" in way.host else way.host
    head = (f"GET {target} HTTP/1.1", f"Host: {host}:{way.port}", "Accept: application/json", "Connection: close")
    line.sendall("\r\n".join((*head, "", "")).encode())
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer


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
    with _connected(way, found.addresses) as line, _secured(way, line, blind) as secure:
        assert isinstance(secure, ssl.SSLSocket)
        certificate = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        found = msgspec.structs.replace(
            found,
            certificate_from=certificate.not_valid_before_utc,
            certificate_until=certificate.not_valid_after_utc,
        )
        with suppress(OSError, http.client.HTTPException):
            return msgspec.structs.replace(found, cloud_time=_date(_question(way, secure, QUESTION)))
    return found


def _date(answer: http.client.HTTPResponse) -> datetime | None:
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(answer.getheader("Date", "")).astimezone(UTC)
    return None
