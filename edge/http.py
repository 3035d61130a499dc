"""HTTP for the device: every call has a connect, a read and a total timeout, and a limit of what it takes in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions
from requests.auth import AuthBase

from edge.deadline import Deadline, DeadlineAdapter
from vizora.errors import NetworkError

CHUNK = 65_536
FOLLOWED = 307
"""The one redirect that keeps the question as it is; networks with a sign-in page use others."""


class Fault(StrEnum):
    """Why a call brought no answer of the cloud."""

    NAME = "name"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    PORTAL = "portal"
    CUT = "cut"
    TOO_BIG = "too big"
    SERVER = "server"


class UnreachableError(NetworkError):
    """No answer, or none of the cloud's; trying again later is right."""

    def __init__(self, fault: Fault, text: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.fault = fault
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Limits:
    connect_s: float = 10.0
    read_s: float = 20.0
    """The longest silence."""
    total_s: float = 45.0
    most_bytes: int = 1_048_576


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes = field(repr=False)


class BodyStream:
    """A body under way: the headers are in, the rest comes by `chunks`."""

    def __init__(self, response: requests.Response, host: str, deadline: Deadline) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._raw: Any = response.raw
        self._host = host
        self._deadline = deadline

    def chunks(self) -> Iterator[bytes]:
        """Bytes as they come, at most 64 kB each, not decompressed. Raises UnreachableError when the line is cut."""
        while chunk := self._read():
            yield chunk

    def lift_deadline(self) -> None:
        """The caller sees to it that the body comes fast enough."""
        self._deadline.lift()

    def _read(self) -> bytes:
        with _told(self._host, self._deadline):
            chunk: bytes = self._raw.read1(CHUNK, decode_content=False)
        _in_time(self._deadline, self._host)
        return chunk


class _Bearer(AuthBase):
    """For the cloud's own host alone: where it sends us, we go without."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Nobody(AuthBase):
    """Keeps requests from looking for somebody's password in a .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def call(
    method: str,
    url: str,
    *,
    token: str | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
) -> Answer:
    """One small call with the whole answer in memory; a redirect is no answer of ours.

    Raises UnreachableError for no answer in time, a cut one, one over `limits.most_bytes`, a redirect, 429 and 5xx.
    """
    with stream(method, url, token=token, body=body, headers=headers, limits=limits, redirects=False) as answer:
        taken = bytearray()
        for chunk in answer.chunks():
            taken += chunk
            if len(taken) > limits.most_bytes:
                raise UnreachableError(Fault.TOO_BIG, f"the answer of {url} is over {limits.most_bytes} bytes")
        return Answer(answer.status, answer.headers, bytes(taken))


@contextmanager
def stream(
    method: str,
    url: str,
    *,
    token: str | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    redirects: bool = True,
) -> Iterator[BodyStream]:
    """A call whose body is read while it comes. Raises as `call` does, without the limit of size.

    With `redirects` one 307 is followed, as to an object store's presigned address: without the token, which is for
    the cloud alone, and without `If-Range`, because a store names its files by other tags than the cloud does.
    """
    sent = {"Accept-Encoding": "identity", "Connection": "close", **(headers or {})}
    if body is not None:
        sent.setdefault("Content-Type", "application/json")
    with Deadline(limits.total_s) as deadline:
        with _request(deadline, method, url, token, body, sent, limits) as response:
            with _told(urlsplit(url).netloc, deadline):
                target = elsewhere(response, url) if redirects else None
            if target is None:
                yield _body(response, url, deadline)
                return
        sent.pop("If-Range", None)
        with _request(deadline, method, target, None, body, sent, limits) as response:
            yield _body(response, target, deadline)


@contextmanager
def _request(
    deadline: Deadline,
    method: str,
    url: str,
    token: str | None,
    body: bytes | None,
    headers: Mapping[str, str],
    limits: Limits,
) -> Iterator[requests.Response]:
    with requests.Session() as session:
        session.trust_env = not is_loopback(url)
        session.mount("http://", DeadlineAdapter(deadline))
        session.mount("https://", DeadlineAdapter(deadline))
        with _told(urlsplit(url).netloc, deadline):
            response = session.request(
                method,
                url,
                data=body,
                headers=headers,
                auth=_Bearer(token) if token else _Nobody(),
                timeout=(limits.connect_s, limits.read_s),
                allow_redirects=False,
                stream=True,
            )
        with response:
            yield response


def _body(response: requests.Response, url: str, deadline: Deadline) -> BodyStream:
    host = urlsplit(url).netloc
    _in_time(deadline, host)
    _check(response, host)
    return BodyStream(response, host, deadline)


def elsewhere(response: requests.Response, url: str) -> str | None:
    """Where a 307 sends us; None for any other answer, and for one that leads from TLS to plain text."""
    location = response.headers.get("Location", "")
    if response.status_code != FOLLOWED or not location:
        return None
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    is_safe = new.scheme in ("http", "https") and bool(new.hostname) and (old.scheme, new.scheme) != ("https", "http")
    return target if is_safe else None


def is_loopback(url: str) -> bool:
    """Whether the cloud is on this very machine; then no proxy stands between."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _check(response: requests.Response, host: str) -> None:
    status = response.status_code
    if 300 <= status < 400 and status != 304:
        raise UnreachableError(
            Fault.PORTAL, f"{host} sends us elsewhere ({status}), as networks with a sign-in page do"
        )
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnreachableError(Fault.SERVER, f"{host} packs its answer though we asked for it plain")
    if status == 429 or status >= 500:
        after = response.headers.get("Retry-After", "")
        text = f"{host} answers with an error ({status})" if status != 429 else f"{host} asks us to slow down"
        raise UnreachableError(Fault.SERVER, text, retry_after_s=float(after) if after.isdecimal() else None)


@contextmanager
def _told(host: str, deadline: Deadline) -> Iterator[None]:
    """Turns what requests and urllib3 raise into UnreachableError."""
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        fault = Fault.TIMEOUT if deadline.passed else _fault(error)
        raise UnreachableError(fault, f"{host}: {_WORDS[fault]}") from error


def _in_time(deadline: Deadline, host: str) -> None:
    """A connection we cut looks like a proper end to whoever was reading."""
    if deadline.passed:
        raise UnreachableError(Fault.TIMEOUT, f"{host}: {_WORDS[Fault.TIMEOUT]}")


_WORDS = {
    Fault.NAME: "its name isn't known to the network's name service",
    Fault.REFUSED: "it refuses the connection",
    Fault.TIMEOUT: "it gives no answer in time",
    Fault.TLS: "its certificate isn't valid",
    Fault.PORTAL: "something else answers in its place",
    Fault.CUT: "the connection broke off",
}


def _fault(error: BaseException) -> Fault:
    """The innermost cause decides: requests and urllib3 wrap it several times."""
    seen: set[int] = set()
    causes: list[BaseException] = [error]
    faults: set[Fault] = set()
    while causes:
        cause = causes.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        faults |= {fault for kind, fault in _KINDS if isinstance(cause, kind)}
        inner = [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
        causes += [c for c in inner if isinstance(c, BaseException)]
    return next((fault for _, fault in _KINDS if fault in faults), Fault.CUT)


_KINDS: tuple[tuple[type[BaseException], Fault], ...] = (
    (urllib3.exceptions.NameResolutionError, Fault.NAME),
    (requests.exceptions.SSLError, Fault.TLS),
    (urllib3.exceptions.SSLError, Fault.TLS),
    (ConnectionRefusedError, Fault.REFUSED),
    (requests.exceptions.Timeout, Fault.TIMEOUT),
    (urllib3.exceptions.TimeoutError, Fault.TIMEOUT),
    (TimeoutError, Fault.TIMEOUT),
)
