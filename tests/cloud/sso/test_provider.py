"""What is asked of the provider, how often, and what happens when it is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from cloud.sso.address import IssuerAddress
from cloud.sso.bounded import MOST_BYTES, Bounded, TooMuch
from cloud.sso.identity import Refused, Unreachable
from cloud.sso.provider import ASK_ANEW_S, BREATHER_S, FRESH_S, USABLE_S, Provider
from tests.cloud.house import House
from tests.cloud.sso.visitor import Visitor, address_of
from tests.fakes.clock import FakeClock
from tests.fakes.openid_provider import OpenIdProvider, new_key

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


def asked(provider: OpenIdProvider) -> int:
    """How often it was asked what it is."""
    return provider.asked.count(DISCOVERY)


def test_a_cloud_whose_provider_is_away_starts_and_says_so(visitor: Visitor, provider: OpenIdProvider) -> None:
    provider.is_up = False
    answer, page = visitor.browser.post("/api/auth/oidc", json={}), visitor.browser.get("/sign-in/oidc")

    assert visitor.browser.get("/readyz").status_code == 200
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "SERVER_003", "10")
    assert (page.status_code, "id.example does not answer" in page.text) == (503, True)


def test_it_is_asked_again_after_a_breather(house: House, visitor: Visitor, provider: OpenIdProvider) -> None:
    provider.is_up = False
    for _ in range(5):
        assert visitor.browser.post("/api/auth/oidc", json={}).status_code == 503
    assert asked(provider) == 1
    provider.is_up = True
    house.clock.pass_time(BREATHER_S)

    assert visitor.begin()


def test_what_it_says_is_kept_for_an_hour_and_serves_a_day_when_it_is_away(
    house: House, visitor: Visitor, provider: OpenIdProvider
) -> None:
    visitor.begin()
    house.clock.pass_time(FRESH_S - 1)
    visitor.begin()
    assert asked(provider) == 1
    provider.is_up = False
    house.clock.pass_time(1)
    visitor.begin()
    assert asked(provider) == 2
    house.clock.pass_time(USABLE_S)

    assert visitor.browser.post("/api/auth/oidc", json={}).status_code == 503


def test_a_new_key_is_fetched_when_it_is_met_and_not_more_often_than_needed(
    house: House, visitor: Visitor, provider: OpenIdProvider
) -> None:
    assert visitor.arrive(organizationName="Acme").status_code == 200
    house.clock.pass_time(ASK_ANEW_S)
    provider.key = new_key("k2")
    assert visitor.arrive().status_code == 200
    before = provider.asked.count(KEYS)
    provider.sign = lambda _: "a.b.c"
    for _ in range(5):
        assert visitor.arrive().status_code == 403

    assert provider.asked.count(KEYS) == before == 2


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://id.example/"},
        {"issuer": None},
        {"authorization_endpoint": "http://id.example/authorize"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": "https://user:secret@id.example/keys"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"jwks_uri": "https://id.example/nothing"},
        {"padding": "x" * MOST_BYTES},
    ],
    ids=lambda lie: str(lie)[:60],
)
def test_a_provider_that_is_not_what_it_should_be_is_not_believed(
    visitor: Visitor, provider: OpenIdProvider, lie: dict[str, Any]
) -> None:
    provider.metadata = lie

    assert visitor.browser.post("/api/auth/oidc", json={}).status_code == 503


@pytest.mark.parametrize(
    "keys", [{"keys": []}, {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}, {"keys": [{"kty": "RSA"}]}, {}]
)
def test_keys_that_sign_nothing_are_none(visitor: Visitor, provider: OpenIdProvider, keys: Any) -> None:
    provider.public_keys = lambda: {"keys": keys}  # type: ignore[method-assign]

    assert visitor.browser.post("/api/auth/oidc", json={}).status_code == 503


def test_one_asks_while_the_others_wait(provider: OpenIdProvider, clock: FakeClock) -> None:
    client = Provider(address_of(provider), clock, "https://us.example/back", httpx2.ASGITransport(provider.app))

    async def crowd() -> list[str]:
        return await asyncio.gather(
            *(client.authorization_url(state="s", nonce="n", verifier="v" * 50) for _ in range(20))
        )

    assert len(set(asyncio.run(crowd()))) == 1
    assert asked(provider) == 1


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"]])
def test_it_is_told_who_asks_the_way_it_wants(visitor: Visitor, provider: OpenIdProvider, methods: list[str]) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": methods}

    assert visitor.arrive(organizationName="Acme").status_code == 200


def test_a_wrong_client_secret_is_refused_by_it(provider: OpenIdProvider, clock: FakeClock) -> None:
    address = IssuerAddress(provider.issuer, provider.client_id, "wrong")
    client = Provider(address, clock, "https://us.example/back", httpx2.ASGITransport(provider.app))

    with pytest.raises(Refused, match="invalid_client"):
        asyncio.run(client.identify(code="c", verifier="v" * 50, nonce="n", issuer=provider.issuer))


class Stream(httpx2.AsyncByteStream):
    def __init__(self, parts: Callable[[], AsyncIterator[bytes]]) -> None:
        self._parts = parts

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._parts()


class Far(httpx2.AsyncBaseTransport):
    def __init__(self, parts: Callable[[], AsyncIterator[bytes]]) -> None:
        self._parts = parts

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Stream(self._parts), request=request)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 1000


async def silent() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.Event().wait()


@pytest.mark.parametrize(("far", "fault"), [(endless, "bytes"), (silent, "longer than")])
def test_a_server_that_never_ends_is_left(far: Callable[[], AsyncIterator[bytes]], fault: str) -> None:
    async def ask() -> None:
        async with httpx2.AsyncClient(transport=Bounded(Far(far), total_s=0.05)) as client:
            await client.get("https://id.example/")

    with pytest.raises(TooMuch, match=fault):
        asyncio.run(ask())


def test_without_anything_to_go_by_it_is_unreachable(provider: OpenIdProvider, clock: FakeClock) -> None:
    provider.is_up = False
    client = Provider(address_of(provider), clock, "https://us.example/back", httpx2.ASGITransport(provider.app))

    with pytest.raises(Unreachable):
        asyncio.run(client.end_session_url("https://us.example/"))
