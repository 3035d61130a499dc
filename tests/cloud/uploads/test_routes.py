import hashlib
import os
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cloud.clock import SystemClock
from cloud.content.parts import ContentParts
from cloud.content.staging import UPLOAD_LIMIT
from cloud.content.storage import file_key
from cloud.db import tables
from cloud.uploads.pieces import Pieces
from cloud.uploads.routes import sweep
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.cloud.uploads.sender import CHUNK_TYPE, PICTURE, Sender, stored
from tests.fakes.clock import FakeClock


def today(studio: Studio) -> Sender:
    """From now on the test's clock agrees with the store's, which says when a piece was written."""
    studio.house.clock.set_wall(SystemClock().now())
    return Sender(studio.house.sign_in(studio.person.email))


def audited(studio: Studio) -> list[str]:
    logs = tables.audit_logs
    rows = studio.house.do(
        studio.person.organization_id, lambda unit: unit.rows(unit.select(logs).order_by(logs.c.created_at, logs.c.id))
    )
    return sorted(row["action"] for row in rows)


def test_the_server_says_what_it_can(sender: Sender) -> None:
    answer = sender.request("OPTIONS")

    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(UPLOAD_LIMIT)


def test_a_file_sent_in_pieces_appears_as_content(sender: Sender, studio: Studio) -> None:
    place = sender.place(len(PICTURE), filename="Harbour.png", description="At dawn", tags="sea, ships")
    first = sender.append(place, 0, PICTURE[:50])
    last = sender.append(place, 50, PICTURE[50:])
    studio.settle()

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "50")
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PICTURE)))
    shown = studio.show(last.headers["Vizora-Content-Id"])
    assert (shown["title"], shown["tags"], shown["uploadStatus"]) == ("Harbour", ["sea", "ships"], "ready")
    assert shown["originalSha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert audited(studio) == ["content.create", "organization.create", "upload.create"]
    assert studio.stored() == 2  # the file and its thumbnail: nothing else is left


def test_what_it_became_can_still_be_asked_for(sender: Sender) -> None:
    place = sender.place(len(PICTURE))
    last = sender.append(place, 0, PICTURE)
    asked = sender.request("HEAD", place)

    assert asked.headers["Upload-Offset"] == asked.headers["Upload-Length"] == str(len(PICTURE))
    assert asked.headers["Vizora-Content-Id"] == last.headers["Vizora-Content-Id"]
    assert sender.append(place, 0, PICTURE).status_code == 409


def test_bytes_are_only_taken_where_they_belong(sender: Sender) -> None:
    place = sender.place(100)
    sender.append(place, 0, PICTURE[:10])
    wrong = [sender.append(place, offset, PICTURE[:10]) for offset in (0, 9, 11, 100)]

    assert [answer.status_code for answer in wrong] == [409] * 4
    assert wrong[0].headers["Upload-Offset"] == "10"
    assert sender.offset(place) == 10


def test_more_than_was_announced_is_refused_and_what_fits_stays_usable(sender: Sender) -> None:
    place = sender.place(20)

    assert sender.append(place, 0, PICTURE[:21]).status_code == 413
    assert sender.offset(place) == 0


def test_an_upload_can_be_ended(sender: Sender, studio: Studio) -> None:
    place = sender.place(100)
    sender.append(place, 0, PICTURE[:10])

    assert sender.request("DELETE", place).status_code == 204
    assert [sender.request(method, place).status_code for method in ("HEAD", "DELETE")] == [404, 404]
    assert stored(studio) == []


def test_an_upload_ends_by_itself_after_a_day(studio: Studio, clock: FakeClock) -> None:
    sender = today(studio)
    place = sender.place(100)
    sender.append(place, 0, PICTURE[:10])
    clock.pass_time(timedelta(days=1).total_seconds() + 60)

    assert sender.request("HEAD", place).status_code == 404
    assert len(stored(studio)) == 1
    assert studio.house.on_loop(lambda: sweep(studio.house.cloud)) == 2  # the upload, and then its piece
    assert stored(studio) == []


def test_a_piece_that_nobody_claims_is_swept_up_and_one_under_way_is_not(studio: Studio, clock: FakeClock) -> None:
    sender = today(studio)
    place = sender.place(100)
    sender.append(place, 0, PICTURE[:10])
    (mine,) = stored(studio)
    stray = file_key("0" * 64, "00000000-0000-4000-8000-000000000000")
    studio.house.cloud.part(Pieces).storage.put_bytes(stray, b"stored, and then the server was killed")
    young = studio.house.on_loop(lambda: sweep(studio.house.cloud))
    clock.pass_time(timedelta(minutes=62).total_seconds())

    assert (young, studio.house.on_loop(lambda: sweep(studio.house.cloud))) == (0, 1)
    assert stored(studio) == [mine]
    assert sender.append(place, 10, PICTURE[10:100]).status_code == 204


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "CONTENT_003"),
        (b"MZ" + b"x" * 5000, 415, "CONTENT_003"),
        (PICTURE + b"PK\x05\x06" + bytes(18), 415, "CONTENT_003"),
    ],
)
def test_what_multipart_refuses_is_refused_here_and_leaves_nothing(
    sender: Sender, studio: Studio, data: bytes, status: int, code: str
) -> None:
    multipart = studio.send(data)
    place = sender.place(len(data))
    answer = sender.append(place, 0, data)

    assert (answer.status_code, answer.json()["code"]) == (multipart.status_code, multipart.json()["code"])
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert sender.request("HEAD", place).status_code == 404
    assert studio.stored() == 0


def test_a_file_over_the_limit_is_refused_before_its_first_byte(sender: Sender) -> None:
    answer = sender.create(UPLOAD_LIMIT + 1)

    assert (answer.status_code, answer.json()["code"]) == (413, "CONTENT_002")
    assert sender.create(UPLOAD_LIMIT).status_code == 201


def test_uploads_under_way_count_for_the_quota(sender: Sender, studio: Studio) -> None:
    organizations = tables.organizations
    studio.house.do(
        studio.person.organization_id,
        lambda unit: unit.connection.execute(organizations.update().values(storage_quota=150)),
    )
    first, second = sender.create(100), sender.create(100)

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 403, "CONTENT_005")
    sender.request("DELETE", first.headers["Location"])
    assert sender.create(100).status_code == 201


def test_a_quota_that_shrank_meanwhile_ends_the_upload(sender: Sender, studio: Studio) -> None:
    place = sender.place(len(PICTURE))
    studio.house.do(
        studio.person.organization_id,
        lambda unit: unit.connection.execute(tables.organizations.update().values(storage_quota=1)),
    )

    assert sender.append(place, 0, PICTURE).status_code == 403
    assert studio.stored() == 0


def test_a_full_disk_is_told_before_the_first_byte(
    sender: Sender, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=4096))

    assert sender.create(100).status_code == 507


HOSTILE: list[dict[str, Any]] = [
    {"Upload_Length": value}
    for value in ("", "-1", "0x10", "1e3", "9" * 30, "٣", "1.5", "5, 6", "0", "NaN", " ", "+5", "1_000")
] + [
    {"Upload_Length": "5", "Upload_Metadata": value}
    for value in ("title !!!", "title a", " ,", "title dA==,title dA==", "title //8=", "x" * 20_000)
]


@pytest.mark.parametrize("headers", HOSTILE, ids=str)
def test_hostile_headers_are_refused_with_what_is_wrong(sender: Sender, studio: Studio, headers: Any) -> None:
    encodable = {name: value.encode() for name, value in headers.items()}
    answer = sender.request("POST", **encodable)

    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("VALIDATION_001", "CONTENT_004")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.png", "a\x00b.png", "/abs", "C:x", "😀" * 300, ""])
def test_a_hostile_file_name_is_only_a_label(sender: Sender, studio: Studio, name: str) -> None:
    place = sender.place(len(PICTURE), filename=name)
    content_id = sender.append(place, 0, PICTURE).headers["Vizora-Content-Id"]
    shown = studio.show(content_id)

    assert "/" not in shown["fileName"]
    assert "\\" not in shown["fileName"]
    assert len(shown["fileName"]) <= 200


@pytest.mark.parametrize("offset", ["-1", "x", "", "9" * 30, "0, 0"])
def test_a_hostile_offset_is_refused(sender: Sender, offset: str) -> None:
    place = sender.place(100)
    answer = sender.request("PATCH", place, b"x", Upload_Offset=offset, Content_Type="application/offset+octet-stream")

    assert answer.status_code == 400
    assert sender.offset(place) == 0


def test_a_body_of_another_type_is_refused(sender: Sender) -> None:
    answer = sender.request("PATCH", sender.place(9), b"x", Upload_Offset="0", Content_Type="image/png")

    assert (answer.status_code, answer.json()["code"]) == (415, "CONTENT_003")


@pytest.mark.parametrize("version", ["0.2.2", "", "2.0.0"])
def test_another_version_of_the_protocol_is_told_ours(sender: Sender, version: str) -> None:
    answer = sender.request("POST", Tus_Resumable=version, Upload_Length="5")

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_the_same_idempotency_key_makes_one_upload(sender: Sender) -> None:
    made = [sender.request("POST", Upload_Length="5", Idempotency_Key="k") for _ in range(2)]
    other = sender.request("POST", Upload_Length="6", Idempotency_Key="k")

    assert made[0].headers["Location"] == made[1].headers["Location"]
    assert (made[1].headers["Idempotency-Replayed"], other.status_code) == ("true", 422)


def test_the_limit_is_the_one_of_the_content_room(house: House) -> None:
    assert house.cloud.part(ContentParts).staging.limit == UPLOAD_LIMIT


def test_the_end_of_an_upload_is_told_in_the_json_s_way_and_in_the_header_s(sender: Sender) -> None:
    answer = sender.create(10)

    at = datetime.fromisoformat(answer.json()["expiresAt"])
    assert answer.json()["expiresAt"].endswith("Z")
    assert parsedate_to_datetime(answer.headers["Upload-Expires"]) == at.replace(microsecond=0)


def test_a_client_that_may_only_post_says_by_a_header_what_it_means(sender: Sender, studio: Studio) -> None:
    """tus 1.0, Core Protocol: X-HTTP-Method-Override is the method. Nowhere else is it heard."""
    place, ended = sender.place(len(PICTURE)), sender.place(5)
    override = "X-HTTP-Method-Override"
    sent = sender.request(
        "POST", place, PICTURE, **{override: "PATCH", "Upload-Offset": "0", "Content-Type": CHUNK_TYPE}
    )
    looked = sender.request("POST", place, **{override: "head"})
    gone = sender.request("POST", ended, **{override: "DELETE"})

    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(PICTURE)))
    assert (looked.status_code, looked.headers["Vizora-Content-Id"]) == (200, sent.headers["Vizora-Content-Id"])
    assert (gone.status_code, sender.request("HEAD", ended).status_code) == (204, 404)
    assert sender.request("POST", place).status_code == 405
    assert audited(studio).count("upload.delete") == 1
    assert studio.person.client.post("/api/playlists", headers={override: "DELETE"}).status_code == 400


def test_a_file_in_several_uploads_is_refused_before_each_becomes_content_of_its_own(sender: Sender) -> None:
    """tus-js-client's `parallelUploads`, and its uploads of unknown length."""
    partial = sender.request("POST", Upload_Length="5", Upload_Concat="partial")
    unknown = sender.request("POST", Upload_Defer_Length="1")

    assert [fault["field"] for fault in partial.json()["errors"]] == ["Upload-Concat"]
    assert [fault["field"] for fault in unknown.json()["errors"]] == ["Upload-Defer-Length"]
    assert (partial.status_code, unknown.status_code) == (400, 400)
