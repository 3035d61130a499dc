"""The way to the cloud in steps: name, connection, proxy, TLS, question. One that fails says so by `Ended`."""

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from edge.diagnostics.facts import End

SMALL_SEGMENT = 536
"""The TCP segment every network has to carry (RFC 9293 section 3.7.1)."""
OF_A_PROXY = (403, 407)

_DATES = {9, 10}
_NAMES = {62, 64}
"""X509_V_ERR_CERT_NOT_YET_VALID and -HAS_EXPIRED; -HOSTNAME_MISMATCH and -IP_ADDRESS_MISMATCH."""


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


def way_to(cloud_url: str, proxy: str | None, context: ssl.SSLContext, patience_s: float) -> Way:
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


def resolve(way: Way) -> list[str]:
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
    if way.proxy is not None and (not answer or isinstance(answer[0], OSError)):
        raise Ended(End.PROXY_DOWN, "its name is not known")
    if not answer:
        raise Ended(End.RESOLVER_SILENT, "no answer in time")
    if isinstance(answer[0], OSError):
        is_known = answer[0].errno in (socket.EAI_NONAME, socket.EAI_NODATA)
        raise Ended(End.NAME_UNKNOWN if is_known else End.RESOLVER_SILENT, answer[0].strerror or "")
    return list(dict.fromkeys(entry[4][0] for entry in answer[0]))


def connected(way: Way, addresses: tuple[str, ...]) -> socket.socket:
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


def secured(way: Way, line: socket.socket, context: ssl.SSLContext | None = None) -> socket.socket:
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


def question(way: Way, line: socket.socket, path: str) -> http.client.HTTPResponse:
    target = f"{way.path}{path}"
    if way.proxy is not None and not way.is_tls:
        target = f"http://{way.host}:{way.port}{target}"
    host = f"[{way.host}]" if ":" in way.host else way.host
    head = (f"GET {target} HTTP/1.1", f"Host: {host}:{way.port}", "Accept: application/json", "Connection: close")
    line.sendall("\r\n".join((*head, "", "")).encode())
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer
