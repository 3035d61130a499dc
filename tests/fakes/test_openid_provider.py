"""The fake provider keeps to the protocol: else a client that passes with it would prove nothing."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.testclient import TestClient

from tests.fakes.clock import FakeClock
from tests.fakes.openid_provider import OpenIdProvider, new_key

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "https://us.example/back"


@pytest.fixture
def provider() -> OpenIdProvider:
    return OpenIdProvider(FakeClock())


def authorize(provider: OpenIdProvider, **changes: str) -> dict[str, str]:
    asked = {
        "client_id": "vizora", "response_type": "code", "scope": "openid email", "redirect_uri": BACK, "state": "s",
        "nonce": "n", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    answer = TestClient(provider.app, follow_redirects=False).get("/authorize", params=asked)
    assert answer.headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def exchange(provider: OpenIdProvider, code: str, **changes: str) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    client = TestClient(provider.app)
    return client.post("/token", data={**form, **changes}, auth=("vizora", quote_plus(provider.client_secret)))


def test_a_code_becomes_a_token_that_its_published_keys_confirm(provider: OpenIdProvider) -> None:
    said = authorize(provider)
    answer = exchange(provider, said["code"]).json()
    keys = KeySet.import_key_set(TestClient(provider.app).get("/keys").json())
    claims = jwt.decode(answer["id_token"], keys, algorithms=["RS256"]).claims

    assert (said["state"], said["iss"]) == ("s", provider.issuer)
    assert (claims["sub"], claims["aud"], claims["nonce"]) == ("u-1", "vizora", "n")
    assert "d" not in TestClient(provider.app).get("/keys").json()["keys"][0], "the private part stays here"


def test_a_code_is_good_once(provider: OpenIdProvider) -> None:
    code = authorize(provider)["code"]

    assert [exchange(provider, code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize("changes", [{"code_verifier": "w" * 50}, {"redirect_uri": "https://them.example/"}])
def test_a_stolen_code_is_good_for_nothing(provider: OpenIdProvider, changes: dict[str, str]) -> None:
    assert exchange(provider, authorize(provider)["code"], **changes).json() == {"error": "invalid_grant"}


def test_another_program_gets_nothing(provider: OpenIdProvider) -> None:
    code = authorize(provider)["code"]
    answer = TestClient(provider.app).post("/token", data={"code": code}, auth=("vizora", "wrong"))

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_who_declines_is_sent_back_without_a_code(provider: OpenIdProvider) -> None:
    provider.person = {}

    assert authorize(provider)["error"] == "access_denied"


def test_discovery_names_it_as_it_is_called(provider: OpenIdProvider) -> None:
    provider.key = new_key("k2")
    told = TestClient(provider.app).get("/.well-known/openid-configuration").json()

    assert told["issuer"] == provider.issuer
    assert TestClient(provider.app).get("/keys").json()["keys"][0]["kid"] == "k2"
