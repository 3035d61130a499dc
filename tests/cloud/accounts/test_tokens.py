from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from cloud.accounts.tokens import Claims, Tokens
from cloud.problems import Problem

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = "0f3a9c51d27be4860f3a9c51d27be486"
CLAIMS = Claims("token", "subject", "organization", NOW + timedelta(days=1))


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(SECRET, kind="vz-device+jwt", audience="vizora-device")


def test_what_is_issued_can_be_read(tokens: Tokens) -> None:
    assert tokens.read(tokens.issue(CLAIMS, NOW), NOW) == CLAIMS


def payload(**changes: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    whole = {
        "iss": "vizora", "aud": "vizora-device", "sub": "s", "org": "o", "jti": "j", "iat": at, "exp": at + 60,
    } | changes  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "someone"}, {"iss": None}, {"aud": "vizora-api"}, {"aud": None}, {"sub": None}, {"jti": None},
        {"org": None}, {"exp": None}, {"iat": None}, {"exp": int(NOW.timestamp())}, {"exp": "soon"},
        {"exp": 10**30}, {"iat": int(NOW.timestamp()) + 3600}, {"nbf": int(NOW.timestamp()) + 3600}, {"jti": 7},
        {"org": ["o"]}, {"nbf": "later"},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_claims_are_refused(tokens: Tokens, changes: dict[str, Any]) -> None:
    token = jwt.encode(payload(**changes), SECRET, algorithm="HS256", headers={"typ": "vz-device+jwt"})

    with pytest.raises(Problem) as refusal:
        tokens.read(token, NOW)

    assert (refusal.value.status, refusal.value.code) == (401, "AUTH_002")


@pytest.mark.parametrize(
    ("secret", "algorithm", "headers"),
    [
        ("", "none", {}),
        (SECRET + "x", "HS256", {}),
        (SECRET, "HS256", {"typ": "JWT"}),
        (SECRET, "HS256", {"typ": "vz-user+jwt"}),
        (SECRET, "HS256", {"kid": "../../etc/passwd"}),
        (SECRET, "HS256", {"jku": "https://evil.example/keys"}),
        (SECRET * 2, "HS512", {}),
    ],
)
def test_wrong_signatures_and_headers_are_refused(
    tokens: Tokens, secret: str, algorithm: str, headers: dict[str, str]
) -> None:
    token = jwt.encode(payload(), secret, algorithm=algorithm, headers={"typ": "vz-device+jwt"} | headers)

    with pytest.raises(Problem):
        tokens.read(token, NOW)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 1_000_000, "\x00", "é.é.é"])
def test_what_is_no_token_is_refused(tokens: Tokens, token: str) -> None:
    with pytest.raises(Problem):
        tokens.read(token, NOW)
