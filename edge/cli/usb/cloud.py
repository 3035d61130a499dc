"""The cloud's API as whoever carries content to screens uses it, with a token for programs (CONTRACT section 3)."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from edge.cache.device_calls import MANIFEST_LIMITS, USUAL_LIMITS, Signed
from edge.http import Answer, BodyStream, Fault, Limits, UnreachableError, call, stream
from vizora.device_api import SIGNATURE_HEADER
from vizora.errors import OperatorError
from vizora.identifiers import ContentId, DeviceId
from vizora.manifest.model import Value

LISTED_AT_ONCE = 200
_T = TypeVar("_T")


class Screen(Value, frozen=True):
    id: DeviceId
    nickname: str = ""


class _Page(Value, frozen=True):
    items: tuple[Screen, ...]
    next_cursor: str | None = None


class _Refusal(Value, frozen=True):
    code: str = ""
    detail: str = ""


class CarryingCalls:
    """Every call raises UnreachableError, and OperatorError where the cloud says no."""

    def __init__(self, cloud_url: str, token: str) -> None:
        self._url = f"{cloud_url}/api"
        self._token = token

    def screens(self) -> tuple[Screen, ...]:
        found: list[Screen] = []
        cursor: str | None = None
        while True:
            asked = {"limit": str(LISTED_AT_ONCE), **({"cursor": cursor} if cursor else {})}
            page = _read(self._get(f"/devices?{urlencode(asked)}"), _Page)
            found += page.items
            cursor = page.next_cursor
            if not cursor:
                return tuple(found)

    def manifest(self, screen: Screen) -> Signed:
        answer = self._get(f"/devices/{quote(screen.id, safe='')}/manifest", MANIFEST_LIMITS)
        if SIGNATURE_HEADER not in answer.headers:
            raise UnreachableError(Fault.PORTAL, "a manifest without a signature is not the cloud's answer")
        return Signed.of(answer)

    def file(self, content_id: ContentId, headers: dict[str, str]) -> AbstractContextManager[BodyStream]:
        address = f"{self._url}/content/{quote(content_id, safe='')}/file"
        return stream("GET", address, token=self._token, headers=headers)

    def _get(self, path: str, limits: Limits = USUAL_LIMITS) -> Answer:
        answer = call("GET", self._url + path, token=self._token, limits=limits)
        if answer.status != 200:
            raise OperatorError(_refused(answer))
        return answer


@dataclass(frozen=True, slots=True)
class Originals:
    """The files of manifests, from the content they belong to."""

    calls: CarryingCalls
    content: Mapping[str, ContentId]
    """By SHA-256."""

    def asset(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[BodyStream]:
        return self.calls.file(self.content[sha256], headers)


def chosen(wanted: Iterable[str], screens: tuple[Screen, ...]) -> tuple[Screen, ...]:
    """The screens that are meant, by id or name. Raises OperatorError for the ones that aren't there or not clear."""
    return tuple(dict.fromkeys(_chosen(one, screens) for one in wanted))


def _chosen(wanted: str, screens: tuple[Screen, ...]) -> Screen:
    named = [screen for screen in screens if screen.id == wanted]
    named = named or [screen for screen in screens if screen.nickname.casefold() == wanted.casefold()]
    match named:
        case [screen]:
            return screen
        case []:
            names = ", ".join(sorted(repr(screen.nickname) for screen in screens)[:10]) or "there are none"
            raise OperatorError(f"no screen is called {wanted!r}; allowed: an id or a name ({names})")
    ids = ", ".join(screen.id for screen in named)
    raise OperatorError(f"{len(named)} screens are called {wanted!r}; say which by id: {ids}")


def _refused(answer: Answer) -> str:
    try:
        told = msgspec.json.decode(answer.body, type=_Refusal)
    except ValueError:
        return f"the cloud answers {answer.status}; is that its address?"
    if answer.status == 401:
        return "the cloud does not know the token in VIZORA_API_TOKEN, or it has ended"
    if answer.status == 403:
        return "the token in VIZORA_API_TOKEN may not do this: a manager's or an admin's is needed"
    return f"the cloud refuses ({answer.status} {told.code}): {told.detail}"


def _read(answer: Answer, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except ValueError as error:
        raise UnreachableError(Fault.PORTAL, "the answer is not the cloud's") from error


def content_of(manifest_assets: Mapping[ContentId, Any]) -> dict[str, ContentId]:
    """By SHA-256, one content that has this file."""
    return {asset.sha256: content_id for content_id, asset in manifest_assets.items() if asset.sha256 is not None}
