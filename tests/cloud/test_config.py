from datetime import timedelta
from pathlib import Path

import pytest

from cloud.config import load
from cloud.settings import Registration, WrongSettingsError

SECRET = "0f3a9c51d27be4860f3a9c51d27be486aa"
OTHER = "1e2d3c4b5a69788796a5b4c3d2e1f00fbb"
POSTGRES = {"POSTGRES_URL": "postgresql://u:p@db/vizora", "JWT_SECRET": SECRET, "DEVICE_JWT_SECRET": OTHER}


def test_nothing_has_to_be_set() -> None:
    config = load({})

    assert config.embedded
    assert (config.data_dir, config.port, config.public_url) == (Path("var"), 3000, "http://127.0.0.1:3000")
    assert (config.jwt_lifetime, config.registration) == (timedelta(days=7), Registration.OPEN)


def test_what_the_command_line_says_wins(tmp_path: Path) -> None:
    config = load({"API_PORT": "4000", "VIZORA_DATA_DIR": "/elsewhere"}, port=5000, data_dir=tmp_path)

    assert (config.port, config.data_dir, config.public_url) == (5000, tmp_path, "http://127.0.0.1:5000")


def test_registration_is_open_only_where_nobody_else_can_reach() -> None:
    assert load({}, host="0.0.0.0").registration is Registration.TOKEN
    assert load({"VIZORA_PUBLIC_URL": "https://signage.example.org"}).registration is Registration.TOKEN
    assert load({"VIZORA_PUBLIC_URL": "http://localhost:3000"}).registration is Registration.OPEN
    assert load({"VIZORA_REGISTRATION": "closed"}).registration is Registration.CLOSED


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("API_PORT", "http", "65535"),
        ("API_PORT", "-1", "65535"),
        ("API_PORT", "70000", "65535"),
        ("REALTIME_PORT", "3000.5", "65535"),
        ("VIZORA_PUBLIC_URL", "signage.example.org", "https://"),
        ("VIZORA_PUBLIC_URL", "https://example.org/signage", "a host of its own"),
        ("VIZORA_TRUSTED_PROXIES", "10.0.0.0/8,proxy.example", "10.0.0.5,192.168.7.0/24"),
        ("VIZORA_TRUSTED_PROXIES", "*", "10.0.0.5,192.168.7.0/24"),
        ("VIZORA_PUBLIC_ULR", "https://signage.example.org", "VIZORA_PUBLIC_URL"),
        ("POSTGRES_URI", "postgresql://u:p@db/vizora", "POSTGRES_URL"),
        ("JWT_SECRETS_FILE", "/run/secrets/jwt", "JWT_SECRET_FILE"),
        ("VIZORA_PUBLIC_URL", "ftp://x", "https://"),
        ("VIZORA_PUBLIC_URL", "http://[", "https://"),
        ("POSTGRES_URL", "mysql://u:p@h/d", "postgresql://"),
        ("JWT_EXPIRES_IN", "a week", "7d"),
        ("JWT_EXPIRES_IN", "0d", "7d"),
        ("JWT_SECRET", "short", "32"),
        ("JWT_SECRET", "changeme-changeme-changeme-changeme", "32"),
        ("DEVICE_JWT_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "32"),
        ("CORS_ORIGIN", "https://a.example, *", "https://a.example"),
        ("VIZORA_REGISTRATION", "maybe", "open, token or closed"),
        ("CLICKHOUSE_URL", "localhost:8123", "https://"),
        ("STRIPE_SECRET_KEY", "pk_test_1", "sk_"),
        ("STRIPE_SECRET_KEY", "sk_test_1", "both or neither"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1", "both or neither"),
        ("OIDC_ISSUER", "https://id.example", "all of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, or none"),
        ("OIDC_ISSUER", "http://id.example", "as in https://login.example.org/realm"),
        ("OIDC_ISSUER", "https://id.example/?tenant=1", "as in https://login.example.org/realm"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(WrongSettingsError) as fault:
        load({name: value})

    assert name in str(fault.value)
    assert allowed in str(fault.value)


@pytest.mark.parametrize("name", ["VIZORA_STATE_DIR", "VIZORA_CLOUD_URL", "PGHOST", "OTHER_DATABASE_URL", "API_TOKEN"])
def test_what_others_are_called_is_nobodys_fault(name: str) -> None:
    load({name: "x"})


def test_a_setting_that_is_set_is_not_what_another_one_meant() -> None:
    load({**POSTGRES, "POSTGRES_URLS": "kept by another program"})


def test_proxies_are_believed_on_this_machine_or_as_they_are_named() -> None:
    assert load({}).trusted_proxies == ("127.0.0.1", "::1")
    assert load({"VIZORA_TRUSTED_PROXIES": "10.0.0.5, 192.168.7.0/24"}).trusted_proxies == (
        "10.0.0.5",
        "192.168.7.0/24",
    )


def test_all_wrong_values_are_named_at_once() -> None:
    with pytest.raises(WrongSettingsError) as fault:
        load({"API_PORT": "x", "JWT_EXPIRES_IN": "x", "VIZORA_REGISTRATION": "x"})

    assert len(str(fault.value).splitlines()) == 4


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(WrongSettingsError) as fault:
        load({"JWT_SECRET": "tooshort", "POSTGRES_URL": "mysql://u:hunter2@h/d"})

    assert "tooshort" not in str(fault.value)
    assert "hunter2" not in str(fault.value)


@pytest.mark.parametrize("missing", ["JWT_SECRET", "DEVICE_JWT_SECRET"])
def test_a_real_database_wants_real_secrets(missing: str) -> None:
    with pytest.raises(WrongSettingsError, match=f"{missing} is not set"):
        load({name: value for name, value in POSTGRES.items() if name != missing})

    assert not load(POSTGRES).embedded


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")

    assert load({"JWT_SECRET_FILE": str(file)}).jwt_secret == SECRET


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingsError, match="JWT_SECRET_FILE"):
        load({"JWT_SECRET_FILE": str(tmp_path / "nothing")})


def test_a_value_and_a_file_at_once_are_too_much(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingsError, match="both set"):
        load({"JWT_SECRET": SECRET, "JWT_SECRET_FILE": str(tmp_path)})
