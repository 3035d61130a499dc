"""The device's calls to the cloud after pairing (CONTRACT section 3, Device side)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

import msgspec

from edge.http import Answer, BodyStream, Fault, Limits, UnreachableError, call, stream
from vizora.device_api import HANDOVER_HEADER, SIGNATURE_HEADER, LogLine, LogReport, PlaysAccepted, UpdateOffer
from vizora.errors import VizoraError
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Value

MANIFEST_LIMITS = Limits(total_s=60.0, most_bytes=MAX_BYTES)
USUAL_LIMITS = Limits()
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"[0-9A-Za-z.+~_-]{1,60}")
REVOKED_CODES = ("AUTH_001", "AUTH_002")


class Revoked(VizoraError):
    """The cloud no longer knows this screen; pairing anew is the way back."""


class RefusedReport(VizoraError):
    """The cloud will never take this report as it is."""


@dataclass(frozen=True, slots=True)
class Signed:
    body: bytes
    signature: str
    etag: str
    handovers: str = ""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Of an answer that has a signature."""
        headers = answer.headers
        return cls(answer.body, headers[SIGNATURE_HEADER], headers.get("ETag", ""), headers.get(HANDOVER_HEADER, ""))


@dataclass(frozen=True, slots=True)
class Unchanged:
    pass


@dataclass(frozen=True, slots=True)
class Nothing:
    """The cloud is there and has nothing for this screen yet."""


class _Refusal(Value, frozen=True):
    code: str = ""
    detail: str = ""


class _NewToken(Value, frozen=True):
    device_token: str


class DeviceCalls:
    """Every call raises UnreachableError or Revoked beside what it says itself."""

    def __init__(self, cloud_url: str, token: Callable[[], str]) -> None:
        self._url = f"{cloud_url}/api/device"
        self._token = token

    def manifest(self, etag: str | None) -> Signed | Unchanged | Nothing:
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._call("GET", "/manifest", headers=headers, limits=MANIFEST_LIMITS)
        match answer.status:
            case 304:
                return Unchanged()
            case 200 if SIGNATURE_HEADER in answer.headers:
                return Signed.of(answer)
            case 404 if _refusal(answer) is not None:
                return Nothing()
            case 200:
                raise UnreachableError(Fault.PORTAL, "a manifest without a signature is not the cloud's answer")
        raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} instead of the manifest")

    def asset(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[BodyStream]:
        return stream("GET", f"{self._url}/assets/{sha256}", token=self._token(), headers=headers)

    def update(self, *, asked: bool) -> UpdateOffer | None:
        """The system to install now, if there is one. `asked`: somebody wants it before its turn."""
        answer = self._call("GET", f"/update{'?asked=true' if asked else ''}")
        if answer.status == 204:
            return None
        try:
            if answer.status == 200:
                return _sound(msgspec.json.decode(answer.body, type=UpdateOffer))
        except ValueError as error:
            raise UnreachableError(Fault.PORTAL, "the answer about updates is not the cloud's") from error
        raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} about updates")

    def bundle(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[BodyStream]:
        return stream("GET", f"{self._url}/updates/{sha256}", token=self._token(), headers=headers)

    def plays(self, report: bytes) -> int | None:
        """The highest `n` that is counted now. Raises RefusedReport when sending it again is no use."""
        answer = self._call("POST", "/plays", body=report)
        if answer.status in (400, 413, 422):
            raise RefusedReport(f"{answer.status}: {(_refusal(answer) or _Refusal()).detail}")
        try:
            if answer.status in (200, 201, 202):
                return msgspec.json.decode(answer.body, type=PlaysAccepted).accepted_through
        except ValueError as error:
            raise UnreachableError(Fault.PORTAL, "the answer to plays is not the cloud's") from error
        raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} to plays")

    def screenshot(self, image: bytes) -> None:
        answer = self._call("POST", "/screenshot", body=image, headers={"Content-Type": "image/png"})
        if answer.status >= 300:
            raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} to the screenshot")

    def logs(self, lines: tuple[LogLine, ...]) -> None:
        answer = self._call("POST", "/logs", body=msgspec.json.encode(LogReport(lines)))
        if answer.status >= 300:
            raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} to the log")

    def renew(self) -> str:
        """A new device token."""
        answer = self._call("POST", "/token")
        try:
            if answer.status == 200:
                return msgspec.json.decode(answer.body, type=_NewToken).device_token
        except ValueError as error:
            raise UnreachableError(Fault.PORTAL, "the answer to a renewal is not the cloud's") from error
        raise UnreachableError(Fault.SERVER, f"the cloud answers {answer.status} to a renewal")

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        limits: Limits = USUAL_LIMITS,
    ) -> Answer:
        answer = call(method, self._url + path, token=self._token(), body=body, headers=headers, limits=limits)
        refusal = _refusal(answer)
        if answer.status in (401, 403) and refusal is not None and refusal.code in REVOKED_CODES:
            raise Revoked(f"the cloud refuses this screen ({answer.status} {refusal.code})")
        if answer.status == 401:
            raise UnreachableError(Fault.PORTAL, "something that is not the cloud asks for a sign-in")
        return answer


def _sound(offer: UpdateOffer) -> UpdateOffer:
    """Raises ValueError: the hash becomes a file's name."""
    if not (_SHA256.fullmatch(offer.sha256) and _VERSION.fullmatch(offer.version) and offer.size > 0):
        raise ValueError(f"no offer: {offer}")
    return offer


def _refusal(answer: Answer) -> _Refusal | None:
    """The problem document of an error; None when it isn't one, and so not the cloud's."""
    try:
        return msgspec.json.decode(answer.body, type=_Refusal)
    except ValueError:
        return None
