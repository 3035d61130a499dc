"""RFC 8725, JSON Web Token Best Current Practices: every forged token gets the same 401, on every kind of route."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cloud.accounts import tokens as tokens_module
from cloud.accounts.tokens import Claims, Tokens
from cloud.clock import EPOCH
from cloud.config import CloudConfig
from tests.cloud.asgi import ask
from tests.cloud.house import House
from tests.fakes.clock import FakeClock

SECRET, DEVICE_SECRET = "0f3a9c51d27be4860f3a9c51d27be486", "9b1e77c4a05d3f829b1e77c4a05d3f82"


@dataclass(frozen=True, slots=True)
class World:
    house: House
    user: dict[str, Any]
    """The claims of a good token of a person; its session is in the database."""
    device: dict[str, Any]
    user_token: str
    device_token: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("jwt")
    config = CloudConfig(data_dir=folder / "var", jwt_secret=SECRET, device_jwt_secret=DEVICE_SECRET)
    with House(config, FakeClock()) as house:
        admin = house.register()
        screen = house.pair(admin)
        user_token = admin.client.headers["authorization"].removeprefix("Bearer ")
        yield World(house, claims(user_token), claims(screen.token), user_token, screen.token)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(
    payload: dict[str, Any] | bytes,
    header: dict[str, Any] | bytes | None = None,
    secret: str = SECRET,
    digest: str = "sha256",
) -> str:
    """By hand, so that nothing stops us from saying what we like."""
    start = f"{part(header if header is not None else {'alg': 'HS256', 'typ': 'vz-user+jwt'})}.{part(payload)}"
    return f"{start}.{part(hmac.digest(secret.encode(), start.encode(), digest))}"


def with_header(world: World, **changes: Any) -> str:
    return signed(world.user, {"alg": "HS256", "typ": "vz-user+jwt"} | changes)


def with_claims(world: World, **changes: Any) -> str:
    whole = world.user | changes
    return signed({name: value for name, value in whole.items() if value is not None})


def by_key(world: World, algorithm: str) -> str:
    """Signed with a key of the attacker's own, which the token brings along."""
    key: Any = ed25519.Ed25519PrivateKey.generate() if algorithm == "EdDSA" else rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return jwt.encode(world.user, private, algorithm=algorithm, headers={"typ": "vz-user+jwt", "x5c": [public]})


def doubled(world: World, name: str, value: Any) -> str:
    """The claim twice; which one counts must not matter."""
    text = json.dumps(world.user)
    return signed(f'{text[:-1]}, "{name}": {json.dumps(value)}, "{name}": {json.dumps(value)}}}'.encode())


NOW = int((FakeClock().now() - EPOCH).total_seconds())
FORGED: dict[str, Callable[[World], str]] = {
    "alg none": lambda w: f"{part({'alg': 'none', 'typ': 'vz-user+jwt'})}.{part(w.user)}.",
    "alg None": lambda w: f"{part({'alg': 'None', 'typ': 'vz-user+jwt'})}.{part(w.user)}.",
    "alg nOnE with a signature": lambda w: with_header(w, alg="nOnE"),
    "no alg": lambda w: signed(w.user, {"typ": "vz-user+jwt"}),
    "alg empty": lambda w: with_header(w, alg=""),
    "alg a number": lambda w: with_header(w, alg=256),
    "alg a list": lambda w: with_header(w, alg=["HS256"]),
    "alg in lower case": lambda w: with_header(w, alg="hs256"),
    "HS512 with the right secret": lambda w: signed(w.user, {"alg": "HS512", "typ": "vz-user+jwt"}, digest="sha512"),
    "HS384 with the right secret": lambda w: signed(w.user, {"alg": "HS384", "typ": "vz-user+jwt"}, digest="sha384"),
    "RS256 by a key of its own": lambda w: by_key(w, "RS256"),
    "PS256 by a key of its own": lambda w: by_key(w, "PS256"),
    "EdDSA by a key of its own": lambda w: by_key(w, "EdDSA"),
    "HS256 with another secret": lambda w: signed(w.user, secret="f" * 32),
    "HS256 with the empty secret": lambda w: signed(w.user, secret=""),
    "HS256 with the screens' secret": lambda w: signed(w.user, secret=DEVICE_SECRET),
    "no signature": lambda w: w.user_token.rpartition(".")[0] + ".",
    "the signature cut": lambda w: w.user_token[:-4],
    "the signature of another token": lambda w: w.user_token.rpartition(".")[0] + "." + w.device_token.split(".")[2],
    "the payload of another token": lambda w: ".".join(
        (w.user_token.split(".")[0], w.device_token.split(".")[1], w.user_token.split(".")[2])
    ),
    "no typ": lambda w: signed(w.user, {"alg": "HS256"}),
    "typ JWT": lambda w: with_header(w, typ="JWT"),
    "typ of screens": lambda w: with_header(w, typ="vz-device+jwt"),
    "typ of screens, with their secret": lambda w: signed(
        w.user, {"alg": "HS256", "typ": "vz-device+jwt"}, DEVICE_SECRET
    ),
    "kid": lambda w: with_header(w, kid="../../../dev/null"),
    "kid with SQL": lambda w: with_header(w, kid="' UNION SELECT 'x"),
    "jku": lambda w: with_header(w, jku="https://evil.example/keys.json"),
    "jwk": lambda w: with_header(w, jwk={"kty": "oct", "k": part(b"x" * 32)}),
    "x5u": lambda w: with_header(w, x5u="https://evil.example/cert.pem"),
    "x5c": lambda w: with_header(w, x5c=["MII"]),
    "crit": lambda w: with_header(w, crit=["exp"]),
    "b64 false": lambda w: with_header(w, b64=False),
    "zip": lambda w: with_header(w, zip="DEF"),
    "cty JWT, as if nested": lambda w: with_header(w, cty="JWT"),
    "aud of screens": lambda w: with_claims(w, aud="vizora-device"),
    "aud of somebody": lambda w: with_claims(w, aud="https://example.com"),
    "no aud": lambda w: with_claims(w, aud=None),
    "iss of somebody": lambda w: with_claims(w, iss="https://evil.example"),
    "no iss": lambda w: with_claims(w, iss=None),
    "no exp": lambda w: with_claims(w, exp=None),
    "exp past": lambda w: with_claims(w, exp=NOW - 1),
    "exp now": lambda w: with_claims(w, exp=NOW),
    "exp as text": lambda w: with_claims(w, exp=str(NOW + 60)),
    "exp with a fraction": lambda w: with_claims(w, exp=NOW + 60.5),
    "exp true": lambda w: with_claims(w, exp=True),
    "exp without end": lambda w: signed(
        json.dumps(w.user | {"exp": 1}).replace('"exp": 1', '"exp": Infinity').encode()
    ),
    "exp beyond all calendars": lambda w: with_claims(w, exp=10**40),
    "exp negative": lambda w: with_claims(w, exp=-1),
    "nbf future": lambda w: with_claims(w, nbf=NOW + 3600),
    "iat future": lambda w: with_claims(w, iat=NOW + 3600),
    "no iat": lambda w: with_claims(w, iat=None),
    "no jti": lambda w: with_claims(w, jti=None),
    "jti of nobody": lambda w: with_claims(w, jti="00000000-0000-4000-8000-000000000000"),
    "jti of the screen": lambda w: with_claims(w, jti=w.device["jti"]),
    "jti a list": lambda w: with_claims(w, jti=[w.user["jti"]]),
    "no sub": lambda w: with_claims(w, sub=None),
    "sub a number": lambda w: with_claims(w, sub=7),
    "org an object": lambda w: with_claims(w, org={"id": w.user["org"]}),
    "exp twice": lambda w: doubled(w, "exp", NOW - 1),
    "aud twice": lambda w: doubled(w, "aud", "vizora-device"),
    "a payload that is no object": lambda w: signed(b"[1, 2]"),
    "a payload that is no JSON": lambda w: signed(b"\xff\xfe"),
    "a payload of depth": lambda w: signed(b"[" * 2000),
    "a header that is no object": lambda w: signed(w.user, b'"HS256"'),
    "five parts, as if encrypted": lambda w: w.user_token + ".e30.e30",
    "two parts": lambda w: w.user_token.rpartition(".")[0],
    "a token of a megabyte": lambda w: with_claims(w, more="x" * 1_000_000),
    "empty": lambda w: "",
    "only dots": lambda w: "..",
    "with a line break": lambda w: w.user_token[:20] + "\n" + w.user_token[20:],
    "with a space inside": lambda w: w.user_token.replace(".", " ."),
    "base64 with its padding": lambda w: ".".join(one + "=" for one in w.user_token.split(".")),
    "the screen's token": lambda w: w.device_token,
}


def test_there_are_enough_of_them() -> None:
    assert len(FORGED) >= 40


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_opens_nothing(world: World, name: str) -> None:
    token = FORGED[name](world)
    answers = [
        world.house.on_loop(lambda p=path: ask(world.house.app, "GET", p, headers={"authorization": f"Bearer {token}"}))  # type: ignore[misc]
        for path in ("/api/auth/me", "/api/device/manifest")
    ]
    if name == "the screen's token":
        answers.pop()
    nothing = world.house.on_loop(lambda: ask(world.house.app, "GET", "/api/auth/me"))

    assert {(answer.status, answer.body) for answer in answers} == {(401, nothing.body)}
    assert nothing.json["code"] == "AUTH_002"


@pytest.mark.parametrize(("path", "which"), [("/api/auth/me", "user_token"), ("/api/device/manifest", "device_token")])
def test_the_real_ones_open_their_own_door_and_not_the_other(world: World, path: str, which: str) -> None:
    for name in ("user_token", "device_token"):
        answer = world.house.on_loop(lambda n=name: ask(world.house.app, "GET", path, token=getattr(world, n)))  # type: ignore[misc]

        assert answer.status == (200 if name == which else 401)


def test_a_leaked_secret_alone_forges_nobody(world: World) -> None:
    """Rightly signed for the right subject; but no such session was ever begun."""
    other = Claims(
        "11111111-1111-4111-8111-111111111111", world.user["sub"], world.user["org"], EPOCH.replace(year=2100)
    )
    token = Tokens(SECRET, kind="vz-user+jwt", audience="vizora-api").issue(other, FakeClock().now())

    assert world.house.on_loop(lambda: ask(world.house.app, "GET", "/api/auth/me", token=token)).status == 401


@pytest.mark.parametrize("name", ["typ JWT", "kid", "jku", "exp past", "nbf future", "exp with a fraction"])
def test_a_library_alone_would_let_some_in(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with our own checks taken out, the same forgeries are believed."""

    def trusting(payload: dict[str, Any], now: object) -> Claims:
        return Claims(payload["jti"], payload["sub"], payload["org"], EPOCH.replace(year=2100))

    monkeypatch.setattr(tokens_module, "_claims", trusting)
    monkeypatch.setattr(tokens_module, "set", lambda _: frozenset(), raising=False)
    reader = Tokens(SECRET, kind="JWT" if name == "typ JWT" else "vz-user+jwt", audience="vizora-api")

    assert reader.read(FORGED[name](world), FakeClock().now()).subject == world.user["sub"]
