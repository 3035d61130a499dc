"""The cloud's public API as the demo uses it: the calls any admin's program would make (CONTRACT section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from vizora.errors import NetworkError, PublisherError

TIMEOUT = (3.05, 30.0)
"""Seconds to connect, and between two bytes."""
UPLOAD_TIMEOUT = (3.05, 120.0)


class Refused(PublisherError):
    """The cloud answered with a problem (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


@dataclass(slots=True)
class CloudApi:
    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def is_up(self) -> bool:
        try:
            return self.session.get(f"{self.url}/healthz", timeout=(0.5, 2.0)).ok
        except requests.RequestException:
            return False

    def register(self, email: str, password: str, organization: str) -> None:
        body = {
            "email": email,
            "password": password,
            "firstName": "Demo",
            "lastName": "Admin",
            "organizationName": organization,
        }
        self._use(self._call("POST", "/api/auth/register", json=body))

    def login(self, email: str, password: str) -> None:
        self._use(self._call("POST", "/api/auth/login", json={"email": email, "password": password}))

    def pair(self, code: str, claim_key: str | None, nickname: str) -> dict[str, Any]:
        body = {"code": code, "claimKey": claim_key, "nickname": nickname}
        return self._call("POST", "/api/devices/pair", json={k: v for k, v in body.items() if v is not None})

    def upload(self, file: Path, title: str) -> dict[str, Any]:
        with file.open("rb") as stream:
            files = {"file": (file.name, stream)}
            return self._call("POST", "/api/content", data={"title": title}, files=files, timeout=UPLOAD_TIMEOUT)

    def content(self, content_id: str) -> dict[str, Any]:
        return self._call("GET", f"/api/content/{content_id}")

    def list(self, path: str) -> Iterator[dict[str, Any]]:
        """Every object of a listing, page after page."""
        cursor: str | None = None
        while True:
            page = self._call("GET", path, params={"limit": 200, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page.get("nextCursor")
            if not cursor:
                return

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, json=body)

    def replace(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("PUT", path, json=body)

    def remove(self, path: str) -> None:
        self._call("DELETE", path)

    def _use(self, answer: dict[str, Any]) -> None:
        self.session.headers["Authorization"] = f"Bearer {answer['token']}"

    def _call(
        self, method: str, path: str, *, timeout: tuple[float, float] = TIMEOUT, **request: Any
    ) -> dict[str, Any]:
        try:
            answer = self.session.request(method, self.url + path, timeout=timeout, allow_redirects=False, **request)
        except requests.RequestException as fault:
            raise NetworkError(f"{self.url}: {fault}") from fault
        try:
            body = answer.json() if answer.content else {}
        except ValueError:
            body = {}
        if not answer.ok:
            wrong = "; ".join(f"{e.get('field')}: {e.get('message')}" for e in body.get("errors", []))
            detail = wrong or body.get("detail") or body.get("title") or f"HTTP {answer.status_code}"
            raise Refused(answer.status_code, body.get("code", f"HTTP_{answer.status_code}"), detail)
        return dict(body)
