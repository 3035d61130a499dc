import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud.content import rows
from cloud.content.checks import NOT_CHECKED, Checks, order_what_nobody_ordered
from cloud.content.form import Form
from cloud.content.media_type import MediaType
from cloud.content.probe.prober import Prober
from cloud.content.staging import Staging
from cloud.content.upload import fields_of
from cloud.db import tables
from cloud.jobs.job import PAUSES
from cloud.problems import Problem
from tests.cloud.content import media
from tests.cloud.content.studio import Studio
from tests.cloud.house import House


def body_of(data: bytes, *, chunk: int = 65_536) -> Iterator[bytes]:
    """A form in chunks, without a Content-Length."""
    yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    for at in range(0, len(data), chunk):
        yield data[at : at + chunk]
    yield b"\r\n--edge--\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=edge"}


@pytest.mark.parametrize("kind", list(MediaType))
def test_an_upload_is_taken_at_once_checked_and_then_ready(studio: Studio, kind: MediaType) -> None:
    data = media.samples()[kind]

    sent = studio.send(data, "misleading.exe", title="A title", tags="north, sale")
    studio.settle()

    taken, ready = sent.json(), studio.show(sent.json()["id"])
    assert sent.status_code == 201
    assert taken["uploadStatus"] == "processing"
    assert taken["originalSha256"] == hashlib.sha256(data).hexdigest()
    assert ((taken["sha256"], taken["size"]) == (taken["originalSha256"], len(data))) is (kind is not MediaType.PDF)
    assert (taken["type"], taken["mimeType"]) == (kind.content_type, kind)
    assert (ready["uploadStatus"], ready["uploadError"]) == ("ready", None)
    assert ready["width"] > 0
    assert ready["tags"] == ["north", "sale"]
    assert hashlib.sha256(studio.person.get(ready["fileUrl"]).content).hexdigest() == taken["sha256"]
    assert studio.person.get(ready["thumbnailUrl"]).headers["content-type"] == "image/webp"


def test_video_tells_its_length_and_a_pdf_its_pages(studio: Studio) -> None:
    assert studio.ready(media.video())["durationMs"] == 2000
    assert studio.ready(media.document())["pages"] == 3


def test_a_damaged_file_fails_with_a_sentence_and_without_a_thumbnail(studio: Studio) -> None:
    shown = studio.ready(media.still("JPEG")[:2000])

    assert shown["uploadStatus"] == "failed"
    assert "cut off or damaged" in shown["uploadError"]
    assert shown["uploadFault"]["code"] == "undecodable"
    assert shown["uploadFault"]["parts"]["type"] == "image/jpeg"
    assert shown["thumbnailUrl"] is None


@pytest.mark.parametrize(
    ("data", "status", "code", "says"),
    [
        (b"", 422, "CONTENT_004", "empty"),
        (b"<svg/>", 415, "CONTENT_003", "SVG"),
        (b"#EXTM3U\n" * 2000, 415, "CONTENT_003", "m3u8"),
        (b"just text, called film.mp4", 415, "CONTENT_003", "plain text"),
        (b"GIF89a/*<script>alert(1)</script>*/", 415, "CONTENT_003", "script"),
    ],
)
def test_what_can_not_be_shown_is_refused_at_once(
    studio: Studio, data: bytes, status: int, code: str, says: str
) -> None:
    answer = studio.send(data, "film.mp4")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert says in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert studio.stored() == 0
    assert studio.person.get("/api/content").json()["items"] == []


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.png", "..\\..\\x.png", "/etc/passwd", "a\x00b.png", "x" * 4000, "-rf", "%2e%2e%2f", "CON"],
)
def test_the_client_s_file_name_is_only_a_label(studio: Studio, name: str) -> None:
    shown = studio.ready(media.still("PNG"), name)

    assert "/" not in shown["fileName"]
    assert shown["title"]
    data_dir = studio.house.cloud.config.data_dir
    assert all(path.is_relative_to(data_dir) for path in _files(data_dir.parent))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Forgetful(Staging):
    """The broken twin: it forgot the limit."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        super().__init__(folder, limit=limit * 1000)


@pytest.mark.parametrize(("staging", "refused"), [(Staging, True), (Forgetful, False)])
def test_a_file_over_the_limit_is_refused_whatever_the_client_says_of_its_length(
    studio: Studio, tmp_path: Path, staging: type[Staging], refused: bool
) -> None:
    parts = studio.parts
    limited = replace(parts, staging=staging(tmp_path / "incoming", limit=200_000))
    studio.house.cloud.add(limited)
    data = media.still("PNG") + b"\0" * 200_000

    chunked = studio.person.client.post("/api/content", content=body_of(data), headers=FORM)
    stated = studio.send(data)

    for answer in (chunked, stated):
        assert (answer.status_code == 413 and answer.json()["code"] == "CONTENT_002") is refused
    assert (list((tmp_path / "incoming").glob("*")) == []) is True
    studio.settle()


def test_a_stated_length_over_the_limit_is_refused_before_anything_is_read(studio: Studio) -> None:
    def never() -> Iterator[bytes]:
        yield b""
        raise AssertionError("the body was read")

    answer = studio.person.client.post("/api/content", content=never(), headers={**FORM, "Content-Length": "200000000"})

    assert (answer.status_code, answer.json()["code"]) == (413, "CONTENT_002")


def test_a_form_that_breaks_off_leaves_nothing(studio: Studio) -> None:
    whole = b"".join(body_of(media.still("PNG")))

    answer = studio.person.client.post("/api/content", content=whole[:-20], headers=FORM)

    assert answer.status_code == 400
    assert "send it again" in answer.json()["detail"]
    assert studio.stored() == 0


@pytest.mark.parametrize(("seconds", "status"), [(0, 201), (5, 201), (600, 408)])
def test_an_upload_that_trickles_in_is_given_up(studio: Studio, seconds: int, status: int) -> None:
    def trickling() -> Iterator[bytes]:
        for part in body_of(media.still("PNG"), chunk=8192):
            yield part
            studio.house.clock.pass_time(seconds)

    answer = studio.person.client.post("/api/content", content=trickling(), headers=FORM)

    assert answer.status_code == status
    studio.settle()


def test_a_full_disk_is_told_as_such_and_nothing_is_stored(studio: Studio, tmp_path: Path) -> None:
    parts = studio.parts
    full = Staging(tmp_path / "incoming", keep_free=1 << 60)
    studio.house.cloud.add(replace(parts, staging=full))

    answer = studio.send(media.still("PNG"))

    assert (answer.status_code, answer.json()["code"]) == (507, "CONTENT_005")
    assert "disk is full" in answer.json()["detail"]
    assert studio.stored() == 0


def test_a_folder_that_can_not_be_written_is_told_as_such(studio: Studio) -> None:
    folder = studio.house.cloud.config.data_dir / "content"
    folder.mkdir(exist_ok=True)
    (folder / "incoming").rmdir() if (folder / "incoming").exists() else None
    (folder / "incoming").write_bytes(b"in the way")

    answer = studio.send(media.still("PNG"))

    assert answer.status_code == 503
    assert "make it writable" in answer.json()["detail"]


def test_uploads_at_the_same_time_never_share_the_last_bytes_of_the_quota(studio: Studio) -> None:
    data = media.still("PNG")
    organizations = tables.organizations
    studio.house.do(
        studio.person.organization_id,
        lambda unit: unit.connection.execute(organizations.update().values(storage_quota=3 * len(data) + 10)),
    )

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: studio.send(data).status_code, range(16)))

    assert sorted(answers) == [201] * 3 + [403] * 13
    studio.settle()
    assert studio.stored() == 6


def test_the_quota_is_kept_to_the_byte(studio: Studio) -> None:
    data = media.still("PNG")
    organizations = tables.organizations
    studio.house.do(
        studio.person.organization_id,
        lambda unit: unit.connection.execute(organizations.update().values(storage_quota=2 * len(data) - 1)),
    )

    first, second = studio.send(data), studio.send(data)

    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (403, "CONTENT_005")
    studio.settle()
    assert studio.stored() == 2  # the file and its thumbnail


def test_a_photo_is_stored_without_its_place_and_known_again_by_what_was_sent(studio: Studio) -> None:
    taken = media.photo(orientation=6)

    shown = studio.ready(taken)

    kept = studio.person.get(shown["fileUrl"]).content
    assert b"Spycam" not in kept
    assert shown["sha256"] == hashlib.sha256(kept).hexdigest()
    assert shown["originalSha256"] == hashlib.sha256(taken).hexdigest()
    assert (shown["width"], shown["height"]) == (90, 160)


def test_every_wrong_field_is_named_at_once(studio: Studio) -> None:
    answer = studio.send(media.still("PNG"), title="x" * 301, tags=["y" * 61, "fine"])

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["/title", "/tags/0"]
    assert studio.stored() == 0


@pytest.mark.parametrize(
    ("tags", "read"),
    [(["a", "b"], ["a", "b"]), ("a, b", ["a", "b"]), ('["a", "b, c"]', ["a", "b, c"]), ("", [])],
)
def test_tags_come_as_several_fields_with_commas_or_as_a_json_list(tags: Any, read: list[str]) -> None:
    form = Form({"tags": tags if isinstance(tags, list) else [tags]})

    assert list(fields_of(form).tags) == read


@pytest.mark.parametrize("tags", ["[", '["a", 1]', '[["a"]]'])
def test_tags_that_only_begin_like_a_list_are_a_wrong_field(tags: str) -> None:
    with pytest.raises(Problem) as refusal:
        fields_of(Form({"tags": [tags]}))

    assert [error.field for error in refusal.value.errors] == ["/tags"]


def test_a_repeated_upload_with_the_same_key_is_one_content(studio: Studio) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "k1"}}

    first = studio.send(media.still("PNG"), **key)
    again = studio.send(media.still("PNG"), **key)
    other = studio.send(media.still("GIF"), **key)
    studio.settle()

    assert first.json()["id"] == again.json()["id"]
    assert other.status_code == 422
    assert len(studio.person.get("/api/content").json()["items"]) == 1
    assert studio.stored() == 2


def test_a_web_page_and_a_text_are_content_without_a_file(studio: Studio) -> None:
    page = studio.person.post("/api/content", {"type": "webpage", "url": "https://example.org/board", "tags": ["a"]})
    text = studio.person.post("/api/content", {"type": "text", "text": "Closed\non Monday"})

    assert (page.status_code, page.json()["uploadStatus"]) == (201, "ready")
    assert page.json()["url"] == "https://example.org/board"
    assert (text.json()["title"], text.json()["text"]) == ("Closed on Monday", "Closed\non Monday")
    assert studio.person.get(f"/api/content/{text.json()['id']}/file").json()["code"] == "CONTENT_001"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://user:pw@example.org", "x", "https://a b"]
)
def test_a_web_page_is_an_address_on_the_web(studio: Studio, url: str) -> None:
    answer = studio.person.post("/api/content", {"type": "webpage", "url": url})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "/url"


def test_a_new_version_takes_the_old_one_s_place_when_it_is_proven(studio: Studio) -> None:
    content = studio.ready(media.still("JPEG"), title="Menu")
    path = f"/api/content/{content['id']}/file"

    damaged = studio.send(media.still("PNG")[:500], method="PUT", path=path)
    between = studio.show(content["id"])
    replaced = studio.send(media.still("PNG"), method="PUT", path=path)

    assert (damaged.status_code, damaged.json()["code"]) == (422, "CONTENT_004")
    assert between == content
    assert (replaced.status_code, replaced.json()["mimeType"], replaced.json()["title"]) == (200, "image/png", "Menu")
    assert studio.person.get(path).content == media.still("PNG")
    assert studio.stored() == 2


def test_what_is_processing_without_a_job_is_ordered_to_be_checked_when_it_is_swept(studio: Studio) -> None:
    """As an older version left it, or one that still runs beside this one."""
    content = studio.ready(media.still("PNG"))
    studio.house.do(
        studio.person.organization_id,
        lambda unit: unit.change(tables.content, content["id"], status=rows.PROCESSING, has_thumbnail=False),
    )
    studio.house.do("-", order_what_nobody_ordered)
    studio.settle()

    assert studio.show(content["id"])["uploadStatus"] == "ready"


def test_a_file_that_nobody_could_check_is_tried_again_and_then_said_to_be_the_server_s_fault(studio: Studio) -> None:
    broken = Checks(studio.parts.storage, Prober(module="cloud.no_such_program"))
    studio.house.cloud.add(replace(studio.parts, checks=broken))
    sent = studio.send(media.still("PNG")).json()
    seen = []
    for pause in (timedelta(0), *PAUSES):
        studio.house.clock.pass_time(pause.total_seconds())
        studio.house.cloud.queue.hint()
        studio.settle()
        seen.append(studio.show(sent["id"])["uploadStatus"])

    assert seen == ["processing"] * 4 + ["failed"] * 2
    assert studio.show(sent["id"])["uploadError"] == str(NOT_CHECKED)
    assert studio.show(sent["id"])["uploadFault"] == {"code": "not-checked", "parts": {}}
    broken._threads.shutdown()


def test_screens_and_people_hear_when_content_is_ready(studio: Studio, house: House) -> None:
    screen = house.pair(studio.person)
    sent: Any = studio.send(media.still("PNG")).json()
    playlist = studio.person.post("/api/playlists", {"name": "P", "items": [{"contentId": sent["id"]}]}).json()
    schedule = {"name": "S", "playlistId": playlist["id"], "target": {"all": True}, "recurrence": {"kind": "always"}}
    assert studio.person.post("/api/schedules", schedule).status_code == 201

    studio.settle()

    asset = screen.manifest().assets[sent["id"]]
    assert (asset.sha256, asset.width, asset.media_type) == (sent["sha256"], 160, "image/png")
    assert screen.get(f"/api/device/assets/{asset.sha256}").content == media.still("PNG")
