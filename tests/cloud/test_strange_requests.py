"""What no client of ours sends, to every route that reads JSON: each is told what is wrong, and nothing breaks."""

import gzip

from cloud.principals import Access
from tests.cloud.house import House
from tests.cloud.policy import ENDPOINTS, name_of

READING = [one for one in ENDPOINTS if one.body is not None]
STRANGE = {
    "empty": (b"", "application/json", 400),
    "cut": (b'{"name":', "application/json", 400),
    "not UTF-8": (b'{"name":"\xff\xfe"}', "application/json", 400),
    "nested": (b"[" * 20_000, "application/json", 400),
    "no object": (b"null", "application/json", 400),
    "too long": (b'"' + b"x" * 1_100_000 + b'"', "application/json", 413),
    "a form": (b"name=x", "application/x-www-form-urlencoded", 415),
    "a text": (b"{}", "text/plain", 415),
}


COMMANDS: list[tuple[dict[str, object], str]] = [
    ({"type": "volume"}, "/args/volume"),
    ({"type": "volume", "args": {"volume": 101}}, "/args/volume"),
    ({"type": "volume", "args": {"volume": True}}, "/args/volume"),
    ({"type": "identify", "args": {"seconds": 0}}, "/args/seconds"),
    ({"type": "explode"}, "/type"),
]
ENDS = {
    "/api/analytics/plays?to=0001-01-01T00:00:00Z": "to",
    "/api/analytics/uptime?to=0001-01-01T00:00:00Z": "to",
    "/api/devices/{id}/timeline?from=9999-12-31T23:59:59Z": "from",
    "/api/devices/{id}/explain?at=9999-12-31T23:59:59Z": "at",
    "/api/playlists?cursor=" + "W1tb" * 2_000: "cursor",
}


def test_a_body_that_can_not_be_read_is_refused_in_a_sentence(house: House) -> None:
    person = house.register()
    screen = house.pair(person)

    for endpoint in READING:
        client = screen.client if endpoint.access is Access.DEVICE else person.client
        for name, (body, media_type, status) in STRANGE.items():
            house.clock.pass_time(60)
            answer = client.request(
                endpoint.method,
                endpoint.path.replace("{id}", screen.id),
                content=body,
                headers={"Content-Type": media_type},
            )

            assert (name_of(endpoint), name, answer.status_code) == (name_of(endpoint), name, status)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["detail"]


def test_a_body_without_a_type_and_one_of_a_kind_of_json_are_read(house: House) -> None:
    client, body = house.register().client, b'{"name":"n","items":[]}'

    for headers in ({}, {"Content-Type": "application/merge-patch+json; charset=utf-8"}):
        assert client.post("/api/playlists", content=body, headers=headers).status_code == 201


def test_the_ends_of_the_calendar_and_of_patience_are_no_fault_of_ours(house: House) -> None:
    person = house.register()
    screen = house.pair(person)

    for path, field in ENDS.items():
        answer = person.get(path.replace("{id}", screen.id))

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_character_that_postgresql_does_not_keep_is_refused_everywhere(house: House) -> None:
    person = house.register()
    upload = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": "title AA=="}

    answers = [
        person.post("/api/playlists", {"name": "a\0b"}),
        person.get("/api/content?tag=%00"),
        person.client.post("/api/content", files={"file": ("a", b"x")}, data={"title": "\0"}),
        person.client.post("/api/uploads", headers=upload),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert person.get("/api/playlists/%00").status_code == 404


def test_a_command_that_a_screen_would_refuse_is_refused_at_once(house: House) -> None:
    person = house.register()
    screen = house.pair(person)

    for body, field in COMMANDS:
        one = person.post(f"/api/devices/{screen.id}/commands", body)
        many = person.post("/api/devices/commands", {"target": {"all": True}, **body})

        assert [answer.json()["errors"][0]["field"] for answer in (one, many)] == [field, field]


def test_a_body_that_is_packed_is_refused_as_such_and_not_as_bad_json(house: House) -> None:
    """RFC 9110 section 15.5.16."""
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = house.register().client.post("/api/playlists", content=gzip.compress(b'{"name":"P"}'), headers=packed)

    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
    assert "'gzip'" in answer.json()["detail"]


def test_a_byte_order_mark_does_no_harm(house: House) -> None:
    """Windows PowerShell writes one before what it calls UTF-8."""
    json_of = {"Content-Type": "application/json"}
    answer = house.register().client.post("/api/playlists", content=b'\xef\xbb\xbf{"name":"P"}', headers=json_of)

    assert (answer.status_code, answer.json()["name"]) == (201, "P")
