import json

import pytest

from edge.diagnostics.redaction import REMOVED, redact, redact_tree


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /x Authorization: Bearer abc.def-123", "abc.def-123"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl ends", "eyJzdWIiOiIxIn0"),
        ("wpa_supplicant: psk=hunter2hunter2", "hunter2hunter2"),
        ('wifi-security.psk: "correct horse"', "correct horse"),
        ("HTTPS_PROXY=http://user:swordfish@proxy:3128", "swordfish"),
        ("GET https://store.example/a.png?X-Amz-Signature=0a1b2c 200", "0a1b2c"),
        ("wss://cloud.example/realtime/device?token=zzz9", "zzz9"),
        ("https://cloud.example/pair#code=ABC234&claimKey=00ff00ff", "00ff00ff"),
        ("Set-Cookie: session=0123abcd; HttpOnly", "0123abcd"),
        ("password='open sesame'", "open sesame"),
        ('{"deviceToken": "long-token"}', "long-token"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "AAAA"),
        ("-----BEGIN PRIVATE KEY-----\nBBBB cut off", "BBBB"),
        ("api_key = k-123456", "k-123456"),
        ("passphrase: a-long-one", "a-long-one"),
    ],
)
def test_what_looks_like_a_secret_goes(text: str, secret: str) -> None:
    clean = redact(text)

    assert secret not in clean
    assert REMOVED in clean


def test_what_this_device_holds_goes_wherever_it_stands() -> None:
    assert (
        redact("it said s3cr3t-value, twice: s3cr3t-value", ["s3cr3t-value"]) == f"it said {REMOVED}, twice: {REMOVED}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "cache: manifest 42 plays",
        "No name service (DNS) answers: 192.0.2.1.",
        "https://cloud.example/api/device/manifest gives no answer",
        "2026-11-26T09:00:00+0000 screen vizora-player[312]: 1920x1080",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_documents_keep_their_shape() -> None:
    tree = {
        "deviceToken": "abc",
        "problem": {"code": "VZ-107", "sentence": "Not reachable."},
        "keys": [{"keyId": "k1", "publicKey": "base64=="}],
        "assets": {"a": {"url": "https://board.example/?token=abc", "size": 7}},
        "n": None,
    }

    clean = redact_tree(tree)

    assert clean == {
        "deviceToken": REMOVED,
        "problem": {"code": "VZ-107", "sentence": "Not reachable."},
        "keys": [{"keyId": "k1", "publicKey": "base64=="}],
        "assets": {"a": {"url": f"https://board.example/?{REMOVED}", "size": 7}},
        "n": None,
    }
    assert json.loads(json.dumps(clean)) == clean
