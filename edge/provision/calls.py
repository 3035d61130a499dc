"""The pairing calls over HTTP (CONTRACT section 3, Screens). Whatever happens comes back as an event."""

from typing import TypeVar

import msgspec

from edge import problems
from edge.http import Answer, Fault, Limits, UnreachableError, call
from edge.provision.pairing import Claimed, CodeGiven, Denied, Event, Expired, Failed, Pending, Refused, SlowDown
from edge.status import Problem
from vizora.device_api import Paired, PairingRequest, PairingStarted, RedeemRequest, TokenRequest
from vizora.manifest.model import Value

LONG_POLL = Limits(read_s=40.0, total_s=60.0)
"""The cloud holds a poll up to 25 s."""

_V = TypeVar("_V", bound=Value)


class _Refusal(Value, frozen=True):
    """RFC 6749 section 5.2 `error` for polls, RFC 9457 for the rest; `confirmation` is the number to show."""

    error: str = ""
    code: str = ""
    detail: str = ""
    confirmation: str | None = None


class PairingCalls:
    def __init__(self, cloud_url: str) -> None:
        self._cloud_url = cloud_url

    def ask_for_code(self, request: PairingRequest) -> Event:
        try:
            answer = call("POST", f"{self._cloud_url}/api/pairing", body=msgspec.json.encode(request))
            if answer.status in (200, 201):
                return CodeGiven(_read(answer, PairingStarted))
            return Failed(_refused(answer))
        except UnreachableError as error:
            return Failed(problems.unreachable(self._cloud_url, error), error.retry_after_s)

    def poll(self, device_code: str) -> Event:
        body = msgspec.json.encode(TokenRequest(device_code))
        try:
            answer = call("POST", f"{self._cloud_url}/api/pairing/token", body=body, limits=LONG_POLL)
            if answer.status == 200:
                return Claimed(_read(answer, Paired))
            return _event(answer)
        except UnreachableError as error:
            return Failed(problems.unreachable(self._cloud_url, error), error.retry_after_s)

    def redeem(self, request: RedeemRequest) -> Event:
        """Claimed, or Refused when this code won't do, or Failed when nobody could tell."""
        try:
            answer = call("POST", f"{self._cloud_url}/api/pairing/redeem", body=msgspec.json.encode(request))
            if answer.status == 200:
                return Claimed(_read(answer, Paired))
            refusal = _refusal(answer)
            if refusal.code:
                return Refused(_code_refused(refusal), is_used_up=refusal.code == "DEVICE_001")
            return Failed(_refused(answer))
        except UnreachableError as error:
            return Failed(problems.unreachable(self._cloud_url, error), error.retry_after_s)

    def leave(self, device_token: str) -> bool:
        """Whether the cloud knows now that this screen took itself back."""
        try:
            answer = call("DELETE", f"{self._cloud_url}/api/device", token=device_token)
        except UnreachableError:
            return False
        return answer.status in (204, 401)


def _event(answer: Answer) -> Event:
    refusal = _refusal(answer)
    match refusal.error:
        case "authorization_pending":
            return Pending(refusal.confirmation)
        case "slow_down":
            return SlowDown()
        case "expired_token":
            return Expired()
        case "access_denied":
            return Denied()
        case _:
            return Expired() if refusal.code == "DEVICE_001" else Failed(_refused(answer))


def _refused(answer: Answer) -> Problem:
    refusal = _refusal(answer)
    code = "VZ-109" if refusal.code == "DEVICE_002" else "VZ-107"
    said = refusal.detail or refusal.error or "no reason given"
    return Problem(code, f"The cloud won't add this screen ({answer.status}: {said[:200]}). Trying again.")


def _code_refused(refusal: _Refusal) -> Problem:
    said = refusal.detail or refusal.code
    return Problem("VZ-108", f"The code in this screen's settings won't do ({said[:200]}). A code to type follows.")


def _refusal(answer: Answer) -> _Refusal:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal)
    except ValueError:
        return _Refusal()


def _read(answer: Answer, kind: type[_V]) -> _V:
    """Raises UnreachableError: a 200 that is not ours comes from a network's sign-in page."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except ValueError as error:
        raise UnreachableError(Fault.PORTAL, f"the answer is not the cloud's ({error})") from error
