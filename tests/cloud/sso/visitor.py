"""Somebody with a browser of their own, who signs in by the provider."""

from typing import Any

import httpx2
from starlette.testclient import TestClient

from cloud.sso.address import IssuerAddress
from cloud.sso.provider import Provider
from cloud.sso.sign_on import CALLBACK, SingleSignOn
from tests.cloud.house import KEPT, House
from tests.fakes.openid_provider import OpenIdProvider


def address_of(provider: OpenIdProvider) -> IssuerAddress:
    return IssuerAddress(provider.issuer, provider.client_id, provider.client_secret)


def know(house: House, provider: OpenIdProvider) -> None:
    """From now on this cloud's provider is that one, reached without a network."""
    redirect_uri, transport = house.cloud.config.public_url + CALLBACK, httpx2.ASGITransport(provider.app)
    house.cloud.add(SingleSignOn(Provider(address_of(provider), house.clock, redirect_uri, transport)))


class Visitor:
    def __init__(self, house: House, provider: OpenIdProvider) -> None:
        self.house = house
        self.browser = TestClient(house.app, base_url="http://127.0.0.1:3000", follow_redirects=False)
        self.browser.portal = house.client.portal
        self.browser.event_hooks = KEPT
        self._provider = TestClient(provider.app, base_url=provider.issuer, follow_redirects=False)

    def begin(self, **wanted: str) -> str:
        """Where the browser is sent."""
        answer = self.browser.post("/api/auth/oidc", json=wanted)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["location"])

    def confirm(self, location: str) -> str:
        """The provider lets them go on; where it sends the browser."""
        answer = self._provider.get(location)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def arrive(self, **wanted: str) -> Any:
        """The whole way; the page it ends on."""
        return self.browser.get(self.confirm(self.begin(**wanted)))

    def me(self) -> Any:
        """Who this browser is signed in as; None when it isn't."""
        answer = self.browser.get("/api/auth/me")
        return answer.json()["user"] if answer.status_code == 200 else None
