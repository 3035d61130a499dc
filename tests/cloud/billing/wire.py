"""Stripe's side of the line, without a line."""

import json
from collections.abc import Mapping
from typing import Any

import stripe


class Wire(stripe.HTTPClient):
    """What Stripe's server would answer; remembers what it was asked."""

    name = "wire"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, str]] = []
        self.status = 200

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        self.asked.append((method, url, str(post_data or "")))
        return json.dumps(self._answer(url)), self.status, {}

    def _answer(self, url: str) -> dict[str, Any]:
        if self.status != 200:
            return {"error": {"message": "out of order", "type": "api_error"}}
        if "/prices" in url:
            return {
                "object": "list",
                "data": [{"object": "price", "id": "price_1"}],
                "has_more": False,
                "url": "/v1/prices",
            }
        kind = "checkout.session" if "/checkout/" in url else "billing_portal.session"
        return {"object": kind, "id": "x_1", "url": f"https://pay.example/{kind}"}

    def close(self) -> None:
        pass
