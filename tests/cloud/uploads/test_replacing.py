"""A new version of content that comes in pieces: `replaces` in `Upload-Metadata`."""

from cloud.db import tables
from tests.cloud.content import media
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.cloud.uploads.sender import PICTURE, Sender


def changes(studio: Studio) -> list[str]:
    logs = tables.audit_logs
    rows = studio.house.do(studio.person.organization_id, lambda unit: unit.rows(unit.select(logs)))
    return sorted(row["action"] for row in rows if row["action"].startswith("content."))


def test_it_takes_the_old_one_s_place_under_the_same_id(sender: Sender, studio: Studio) -> None:
    content = studio.ready(media.still("JPEG"), title="Menu")
    place = sender.place(len(PICTURE), filename="new.png", replaces=content["id"])
    sender.append(place, 0, PICTURE[:50])
    between = studio.show(content["id"])
    last = sender.append(place, 50, PICTURE[50:])

    shown = studio.show(content["id"])
    assert between == content
    assert (last.status_code, last.headers["Vizora-Content-Id"]) == (204, content["id"])
    assert (shown["title"], shown["mimeType"], shown["uploadStatus"]) == ("Menu", "image/png", "ready")
    assert studio.person.get(f"/api/content/{content['id']}/file").content == PICTURE
    assert studio.stored() == 2  # the file and its thumbnail: nothing of the old version is left
    assert changes(studio) == ["content.create", "content.replace"]


def test_one_that_can_not_be_shown_ends_its_upload_and_leaves_the_old_one(sender: Sender, studio: Studio) -> None:
    content = studio.ready(media.still("JPEG"))
    damaged = PICTURE[: len(PICTURE) // 2]
    place = sender.place(len(damaged), replaces=content["id"])

    refused = sender.append(place, 0, damaged)

    assert (refused.status_code, refused.json()["code"]) == (422, "CONTENT_004")
    assert sender.request("HEAD", place).status_code == 404
    assert studio.show(content["id"]) == content
    assert studio.stored() == 2


def test_only_a_file_of_one_s_own_can_be_replaced(sender: Sender, studio: Studio, house: House) -> None:
    content = studio.ready(media.still("JPEG"))
    text = studio.person.post("/api/content", {"type": "text", "title": "T", "text": "T"}).json()
    stranger = Sender(house.register("Else").client)

    assert sender.create(100, replaces=text["id"]).status_code == 409
    assert sender.create(100, replaces="gone").status_code == 404
    assert stranger.create(100, replaces=content["id"]).status_code == 404


def test_what_is_deleted_meanwhile_ends_the_upload(sender: Sender, studio: Studio) -> None:
    content = studio.ready(media.still("JPEG"))
    place = sender.place(len(PICTURE), replaces=content["id"])
    studio.person.client.delete(f"/api/content/{content['id']}")

    assert sender.append(place, 0, PICTURE).status_code == 404
    assert sender.request("HEAD", place).status_code == 404
    assert studio.stored() == 0
