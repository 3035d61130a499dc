from functools import partial
from typing import Any

import pytest

from cloud.db import tables
from tests.cloud.house import PASSWORD, House, Person, at_once
from tests.fakes.clock import FakeClock

SAM = "sam@acme.example"


def invite(admin: Person, email: str = SAM, role: str = "manager") -> Any:
    return admin.post("/api/users/invitations", {"email": email, "role": role})


def accept(house: House, token: str, **changes: str) -> Any:
    body = {"token": token, "password": PASSWORD, "firstName": "Sam", "lastName": "Smith"} | changes
    answer = house.client.post("/api/auth/invitation", json=body)
    house.client.cookies.clear()
    return answer


def test_an_invited_person_joins_with_the_role_that_was_meant(house: House) -> None:
    admin = house.register()
    invited = invite(admin)
    joined = accept(house, house.letters.token)

    assert (invited.status_code, invited.json()["role"]) == (201, "manager")
    assert joined.status_code == 201
    assert joined.json()["user"]["role"] == "manager"
    assert joined.json()["organization"]["id"] == admin.organization_id
    assert house.bearing(joined.json()["token"]).get("/api/auth/me").status_code == 200
    assert admin.get("/api/users/invitations").json()["items"] == []


def test_the_link_is_shown_to_the_admin_only_when_no_mail_server_brings_it(house: House) -> None:
    admin = house.register()
    by_mail = invite(admin).json()
    house.letters.delivers = False
    by_hand = invite(admin).json()

    assert "link" not in by_mail
    assert by_hand["link"].endswith(f"/invitation#token={house.letters.token}")


def test_a_link_works_once(house: House) -> None:
    invite(house.register())
    token = house.letters.token

    assert [accept(house, token).status_code for _ in range(2)] == [201, 400]


def test_of_many_at_once_one_joins(house: House) -> None:
    invite(house.register())
    token = house.letters.token

    assert at_once(*[partial(accept, house, token)] * 6) == [201, 400, 400, 400, 400, 400]


@pytest.mark.parametrize(("days", "status"), [(6.99, 201), (7, 400)])
def test_a_link_lives_for_a_week(house: House, clock: FakeClock, days: float, status: int) -> None:
    invite(house.register())
    clock.pass_time(days * 86_400)

    assert accept(house, house.letters.token).status_code == status


def test_inviting_again_ends_the_first_link(house: House) -> None:
    admin = house.register()
    invite(admin)
    first = house.letters.token
    invite(admin)

    assert accept(house, first).status_code == 400
    assert len(admin.get("/api/users/invitations").json()["items"]) == 1


def test_a_withdrawn_link_is_over(house: House) -> None:
    admin = house.register()
    id_ = invite(admin).json()["id"]

    assert admin.call("DELETE", f"/api/users/invitations/{id_}").status_code == 204
    assert accept(house, house.letters.token).status_code == 400


def test_an_address_of_another_organization_is_not_told_to_who_invites(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    answers = [invite(admin, other.email), invite(admin, "nobody@other.example")]
    keys = [sorted(answer.json()) for answer in answers]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert keys[0] == keys[1]
    house.letters.letters.pop()
    assert accept(house, house.letters.token).status_code == 409
    assert other.get("/api/auth/me").json()["organization"]["id"] == other.organization_id


def test_somebody_of_ours_is_not_invited_again(house: House) -> None:
    admin = house.register()

    assert invite(admin, admin.email.upper()).status_code == 409


def test_the_one_who_is_invited_can_not_choose_role_or_address(house: House) -> None:
    invite(house.register(), role="viewer")

    for field, value in (("role", "admin"), ("email", "x@y.example"), ("organizationId", "x")):
        assert accept(house, house.letters.token, **{field: value}).status_code == 400


def test_the_database_holds_no_link(house: House) -> None:
    admin = house.register()
    invite(admin)
    rows = house.do(admin.organization_id, lambda unit: unit.rows(unit.select(tables.invitations)))

    assert house.letters.token not in str(rows)
