"""Everything that must not sign anybody in. The first test is the twin of them all: without an attack it works."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.oidc.core import CodeIDToken
from joserfc import jwt

from cloud.config import CloudConfig
from cloud.sso import id_token
from cloud.sso.journey import LIFETIME
from tests.cloud.house import House
from tests.cloud.sso.visitor import Visitor, know
from tests.fakes.clock import FakeClock
from tests.fakes.openid_provider import Claims, OpenIdProvider, new_key, signed


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all attacks: none of them may leave anything behind."""
    with House(CloudConfig(data_dir=tmp_path_factory.mktemp("attacks") / "var"), FakeClock()) as house:
        provider = OpenIdProvider(house.clock)
        know(house, provider)
        assert Visitor(house, provider).arrive(organizationName="Acme").status_code == 200
        yield house


@pytest.fixture
def provider(house: House) -> OpenIdProvider:
    provider = OpenIdProvider(house.clock)
    know(house, provider)
    house.clock.pass_time(60)
    return provider


@pytest.fixture
def known(house: House, provider: OpenIdProvider) -> Visitor:
    """Somebody who has an account, in a browser that is not signed in."""
    return Visitor(house, provider)


def test_without_an_attack_they_are_signed_in(known: Visitor) -> None:
    assert known.arrive().status_code == 200
    assert known.me()["email"] == "ada@acme.example"


def part(value: bytes | Claims) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(claims: Claims) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def shared(secret: str) -> Callable[[Claims], str]:
    """Signed with a shared secret; with the public key for one it is the classic of all attacks."""

    def sign(claims: Claims) -> str:
        text = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims)}"
        return f"{text}.{part(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"

    return sign


def with_key_in_header(claims: Claims) -> str:
    key = new_key("k1")
    return jwt.encode({"alg": "RS256", "kid": "k1", "jwk": key.as_dict(private=False)}, claims, key)


def tampered(provider: OpenIdProvider) -> Callable[[Claims], str]:
    def sign(claims: Claims) -> str:
        head, _, signature = signed(claims, provider.key).split(".")
        return f"{head}.{part({**claims, 'sub': 'u-2'})}.{signature}"

    return sign


TOKENS: dict[str, Callable[[OpenIdProvider], Callable[[Claims], str]]] = {
    "alg none": lambda _: unsigned,
    "HS256 with the public key": lambda provider: shared(provider.key.as_pem(private=False).decode()),
    "HS256 with the client's secret": lambda provider: shared(provider.client_secret),
    "signed by somebody else": lambda _: lambda claims: signed(claims, new_key("k1")),
    "signed by somebody else, who brings the key along": lambda _: with_key_in_header,
    "changed after signing": tampered,
    "no token at all": lambda _: lambda _: "",
    "no JWT": lambda _: lambda _: "a.b.c",
    "endless": lambda _: lambda _: "a" * 300_000,
}
CLAIMS: dict[str, Claims] = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another program"},
    "another audience too": {"aud": ["vizora", "another program"], "azp": "vizora"},
    "no audience": {"aud": None},
    "authorized party is another": {"azp": "another program"},
    "wrong issuer": {"iss": "https://evil.example"},
    "issuer with a slash more": {"iss": "https://id.example/"},
    "no issuer": {"iss": None},
    "expired": {"iat": -700, "exp": -400},
    "no expiry": {"exp": None},
    "from the future": {"iat": 7200, "exp": 7500},
    "not yet": {"nbf": 7200},
    "issued long ago": {"iat": -86400},
    "no subject": {"sub": None},
    "a number as subject": {"sub": 1},
    "an empty subject": {"sub": ""},
    "wrong hash of the access token": {"at_hash": "AAAA"},
}


def changed(provider: OpenIdProvider, changes: Claims) -> None:
    """None takes a claim away; times are seconds from now."""

    def change(claims: Claims) -> Claims:
        now = claims["iat"]
        relative = {name: now + value for name, value in changes.items() if name in ("iat", "exp", "nbf") and value}
        return {name: value for name, value in {**claims, **changes, **relative}.items() if value is not None}

    provider.claims = change


@pytest.mark.parametrize("attack", TOKENS)
def test_a_token_that_proves_nothing_signs_nobody_in(known: Visitor, provider: OpenIdProvider, attack: str) -> None:
    """Not even when the provider says that it signs like that."""
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    provider.sign = TOKENS[attack](provider)
    refused(known, known.arrive(), 503 if attack == "endless" else 403)


@pytest.mark.parametrize("attack", CLAIMS)
def test_a_token_that_says_something_wrong_signs_nobody_in(
    known: Visitor, provider: OpenIdProvider, attack: str
) -> None:
    changed(provider, CLAIMS[attack])
    refused(known, known.arrive(), 403)


@pytest.mark.parametrize("attack", ["wrong nonce", "authorized party is another", "not yet"])
def test_without_the_rules_for_claims_the_attack_would_work(
    known: Visitor, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    """The twin."""
    monkeypatch.setattr(CodeIDToken, "validate", lambda *_, **__: None)
    changed(provider, CLAIMS[attack])

    with pytest.raises(AssertionError):
        refused(known, known.arrive(), 403)


def test_with_an_algorithm_more_the_attack_would_work(
    known: Visitor, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the tokens: `none` is refused because it is not in our list, whatever the provider's says."""
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "RS256"]}
    provider.sign = unsigned
    monkeypatch.setattr(id_token, "ALGORITHMS", ("none", "RS256"))
    monkeypatch.setattr("cloud.sso.id_token.jwt.decode", without_signature)

    with pytest.raises(AssertionError):
        refused(known, known.arrive(), 403)


def without_signature(token: str, _: Any, *, registry: Any) -> jwt.Token:
    """A library as there were some: what says `none` and is allowed is taken as it is."""
    head, body, _ = token.split(".")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "===")) for part in (head, body))
    if header["alg"] not in registry.allowed:
        raise ValueError("not allowed")
    return jwt.Token(header, claims)


def back(known: Visitor, **changes: str | None) -> str:
    """The provider's answer, changed on its way."""
    parts = urlsplit(known.confirm(known.begin()))
    said = {**dict(parse_qsl(parts.query)), **changes}
    return f"{parts.path}?{urlencode({name: value for name, value in said.items() if value is not None})}"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"state": "another"}, 400),
        ({"state": None}, 400),
        ({"state": "x" * 5000}, 400),
        ({"code": "another"}, 403),
        ({"code": None}, 403),
        ({"code": None, "error": "access_denied"}, 403),
        ({"iss": "https://evil.example"}, 403),
        ({"iss": None}, 403),
    ],
    ids=str,
)
def test_an_answer_that_was_changed_on_its_way_signs_nobody_in(
    known: Visitor, changes: dict[str, str | None], status: int
) -> None:
    refused(known, known.browser.get(back(known, **changes)), status)


def test_an_answer_is_good_once(known: Visitor, provider: OpenIdProvider) -> None:
    """Even where the provider would take a code twice."""
    provider.take_code = provider.codes.get
    address = back(known)
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in known.browser.cookies.items())}
    assert known.browser.get(address).status_code == 200
    known.browser.cookies.clear()

    refused(known, known.browser.get(address, headers=cookie), 400)


def test_an_answer_is_good_in_the_browser_it_began_in_only(
    known: Visitor, house: House, provider: OpenIdProvider
) -> None:
    """Else an attacker could sign somebody in as themselves, and wait for what is uploaded there."""
    victim = Visitor(house, provider)
    victim.begin()

    refused(victim, victim.browser.get(back(known)), 400)


def test_an_answer_that_comes_too_late_signs_nobody_in(known: Visitor, house: House) -> None:
    address = back(known)
    house.clock.pass_time(LIFETIME.total_seconds())

    refused(known, known.browser.get(address), 400)


def test_a_code_of_another_sign_in_does_not_fit(known: Visitor, house: House, provider: OpenIdProvider) -> None:
    """A code that was stolen and put into one's own answer: its verifier is another (PKCE)."""
    stolen = dict(parse_qsl(urlsplit(Visitor(house, provider).confirm(known.begin())).query))["code"]

    refused(known, known.browser.get(back(known, code=stolen)), 403)


def refused(who: Visitor, answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert "Back to signing in" in answer.text
    assert not [name for name in who.browser.cookies if name.endswith("vizora")]
    assert who.me() is None
