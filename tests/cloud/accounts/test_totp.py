import base64
from functools import partial
from typing import Any

import pyotp
import pytest

from cloud.accounts import totp
from cloud.db import tables
from tests.cloud.house import PASSWORD, House, Person, at_once
from tests.fakes.clock import FakeClock

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"),
        (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130"),
    ],
)  # fmt: skip
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238 appendix B, SHA-1, its last six digits."""
    assert totp.step_of(RFC_SECRET, code, seconds) == seconds // 30


@pytest.mark.parametrize(("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(off: int, right: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(1_000_000 * 30 + off)

    assert (totp.step_of(RFC_SECRET, code, 1_000_000 * 30) is not None) is right


@pytest.mark.parametrize("code", ["", "abcdef", "28708", "2870822", "２８７０８２", "\x00"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert totp.step_of(RFC_SECRET, code, 59) is None


def enrol(house: House) -> tuple[Person, str, list[str]]:
    admin = house.register()
    secret = admin.post("/api/auth/totp", {"password": PASSWORD}).json()["secret"]
    confirmed = admin.post("/api/auth/totp/confirm", {"code": code_of(house, secret)})
    assert confirmed.status_code == 200, confirmed.text
    house.clock.pass_time(60)
    return admin, secret, confirmed.json()["recoveryCodes"]


def code_of(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(house.clock.now().timestamp()))


def login(house: House, admin: Person, code: str | None = None) -> Any:
    body = {"email": admin.email, "password": PASSWORD} | ({} if code is None else {"totp": code})
    answer = house.client.post("/api/auth/login", json=body)
    house.client.cookies.clear()
    return answer


def test_signing_in_needs_the_code_once_it_was_confirmed(house: House) -> None:
    admin, secret, _ = enrol(house)
    without = login(house, admin)

    assert (without.status_code, without.json()["details"]) == (401, {"totpRequired": True})
    assert login(house, admin, code_of(house, secret)).status_code == 200
    assert admin.get("/api/auth/me").json()["user"]["totpEnabled"] is True


def test_an_enrolment_that_was_not_confirmed_locks_nobody_out(house: House) -> None:
    admin = house.register()
    started = admin.post("/api/auth/totp", {"password": PASSWORD})

    assert started.json()["uri"].startswith("otpauth://totp/Vizora:")
    assert started.json()["qrCode"].startswith("data:image/svg+xml;base64,")
    assert admin.post("/api/auth/totp/confirm", {"code": "000000"}).status_code == 400
    assert login(house, admin).status_code == 200


def test_a_code_works_once(house: House) -> None:
    admin, secret, _ = enrol(house)
    code = code_of(house, secret)

    assert [login(house, admin, code).status_code for _ in range(2)] == [200, 401]


def test_of_many_at_once_one_code_signs_in(house: House) -> None:
    admin, secret, _ = enrol(house)
    code = code_of(house, secret)

    assert at_once(*[partial(login, house, admin, code)] * 5) == [200, 401, 401, 401, 401]


def test_a_recovery_code_works_once_and_whatever_its_looks(house: House) -> None:
    admin, _, codes = enrol(house)
    plain = codes[0].replace("-", "").lower()

    assert len(set(codes)) == 10
    assert [login(house, admin, plain).status_code for _ in range(2)] == [200, 401]
    assert login(house, admin, codes[1]).status_code == 200


def test_guessing_codes_is_slowed_down(house: House) -> None:
    admin, secret, _ = enrol(house)
    statuses = [login(house, admin, "000000").status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]
    assert login(house, admin, code_of(house, secret)).status_code == 429


def test_a_right_code_does_not_help_with_a_wrong_password(house: House) -> None:
    admin, secret, _ = enrol(house)
    body = {"email": admin.email, "password": "not the password", "totp": code_of(house, secret)}
    answer = house.client.post("/api/auth/login", json=body)

    assert "details" not in answer.json()
    assert login(house, admin, code_of(house, secret)).status_code == 200


def test_switching_it_off_needs_the_password(house: House) -> None:
    admin, _, _ = enrol(house)
    wrong = admin.post("/api/auth/totp/disable", {"password": "not the password"}).status_code
    still = login(house, admin).status_code
    right = admin.post("/api/auth/totp/disable", {"password": PASSWORD}).status_code

    assert (wrong, still, right, login(house, admin).status_code) == (403, 401, 204, 200)


def test_a_second_enrolment_does_not_replace_the_first(house: House) -> None:
    admin, _, _ = enrol(house)

    assert admin.post("/api/auth/totp", {"password": PASSWORD}).status_code == 409


def test_an_admin_helps_somebody_who_lost_everything(house: House, clock: FakeClock) -> None:
    admin, _, _ = enrol(house)

    assert admin.call("PATCH", f"/api/users/{admin.id}", {"totpEnabled": True}).status_code == 400
    assert admin.call("PATCH", f"/api/users/{admin.id}", {"totpEnabled": False}).status_code == 200
    assert login(house, admin).status_code == 200


def test_the_secret_is_shown_once_and_nowhere_else(house: House) -> None:
    admin, secret, codes = enrol(house)
    texts = [admin.get(path).text for path in ("/api/auth/me", "/api/users", "/api/audit-logs")]
    rows = house.do(admin.organization_id, lambda unit: unit.rows(unit.select(tables.recovery_codes)))

    assert not any(word in text for text in [*texts, str(rows)] for word in (secret, *codes))
