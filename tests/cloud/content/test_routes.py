import hashlib
from datetime import timedelta

import pytest

from cloud.content.faults import StorageBroken
from cloud.content.jobs import sweep
from cloud.content.storage import file_key
from cloud.db import tables
from tests.cloud.content import media
from tests.cloud.content.studio import Studio
from tests.cloud.house import House


@pytest.mark.parametrize(
    ("header", "status", "start", "end"),
    [({}, 200, 0, None), ({"Range": "bytes=10-19"}, 206, 10, 20), ({"Range": "bytes=-5"}, 206, -5, None)],
)
def test_a_file_is_handed_out_whole_or_in_ranges(
    studio: Studio, header: dict[str, str], status: int, start: int, end: int | None
) -> None:
    data = media.still("PNG")
    url = studio.ready(data)["fileUrl"]

    answer = studio.person.client.get(url, headers=header)

    assert (answer.status_code, answer.content) == (status, data[start:end])
    assert answer.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == len(data[start:end])


def test_conditions_are_kept(studio: Studio) -> None:
    data = media.still("PNG")
    url = studio.ready(data)["fileUrl"]
    etag = studio.person.client.head(url).headers["etag"]

    def status(**headers: str) -> int:
        return int(
            studio.person.client.get(url, headers={k.replace("_", "-"): v for k, v in headers.items()}).status_code
        )

    assert status(If_None_Match=etag) == 304
    assert status(If_None_Match='"other"') == 200
    assert status(Range="bytes=0-1", If_Range=etag) == 206
    assert status(Range="bytes=0-1", If_Range='"older"') == 200
    assert status(Range=f"bytes={len(data)}-") == 416


def test_a_file_can_never_act_as_one_of_our_pages(studio: Studio) -> None:
    content = studio.ready(media.still("PNG"), title='Grüße "x"')

    for url in (content["fileUrl"], content["thumbnailUrl"]):
        headers = studio.person.get(url).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_screen_gets_only_what_its_manifest_names(studio: Studio, house: House) -> None:
    named, other = studio.ready(media.still("PNG")), studio.ready(media.still("JPEG"))
    screen = house.pair(studio.person)
    playlist = studio.person.post("/api/playlists", {"name": "P", "items": [{"contentId": named["id"]}]}).json()["id"]
    house.schedule(studio.person, playlist)
    screen.manifest()

    ranged = screen.get(f"/api/device/assets/{named['sha256']}", Range="bytes=5-")

    assert (ranged.status_code, ranged.content) == (206, media.still("PNG")[5:])
    assert ranged.headers["etag"] == f'"{named["sha256"]}"'
    unknown = screen.get(f"/api/device/assets/{'0' * 64}")
    hidden = screen.get(f"/api/device/assets/{other['sha256']}")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert studio.person.get(f"/api/device/assets/{named['sha256']}").status_code == 401


def test_someone_else_s_content_looks_as_if_it_were_not_there(studio: Studio, house: House) -> None:
    content = studio.ready(media.still("PNG"))
    stranger = house.register("Rival")
    own = studio.ready(media.still("GIF"))["id"]

    for path in ("", "/file", "/thumbnail"):
        foreign = stranger.get(f"/api/content/{content['id']}{path}")
        missing = stranger.get(f"/api/content/{own[:-1]}0{path}")
        assert (foreign.status_code, foreign.content) == (404, missing.content)
        assert foreign.json()["code"] == "CONTENT_001"
    assert stranger.call("DELETE", f"/api/content/{content['id']}?force=true").status_code == 404
    assert stranger.get("/api/content").json()["items"] == []


def test_a_list_is_narrowed_by_type_tag_status_and_words(studio: Studio) -> None:
    studio.ready(media.still("PNG"), title="Sommer in Österreich", tags="north")
    studio.ready(media.video(), title="Film 100%", tags="south")
    studio.ready(media.still("PNG")[:3000], title="Broken")

    def titles(query: str) -> list[str]:
        return sorted(item["title"] for item in studio.person.get(f"/api/content?{query}").json()["items"])

    assert titles("") == ["Broken", "Film 100%", "Sommer in Österreich"]
    assert titles("type=video") == ["Film 100%"]
    assert titles("tag=north") == ["Sommer in Österreich"]
    assert titles("status=failed") == ["Broken"]
    assert titles("q=SOMMER IN öST") == ["Sommer in Österreich"]
    assert titles("q=%25") == ["Film 100%"]
    assert studio.person.get("/api/content?type=sound").status_code == 400
    assert studio.person.get("/api/content?status=odd").status_code == 400


def test_a_change_needs_the_version_it_was_made_from(studio: Studio) -> None:
    path = f"/api/content/{studio.ready(media.still('PNG'))['id']}"
    etag = studio.person.get(path).headers["etag"]

    first = studio.person.call("PATCH", path, {"title": "New", "tags": ["z"]}, **{"If-Match": etag})
    lost = studio.person.call("PATCH", path, {"title": "Lost"}, **{"If-Match": etag})

    assert (first.status_code, first.json()["title"], first.json()["tags"]) == (200, "New", ["z"])
    assert lost.status_code == 412
    assert studio.person.get(path).headers["etag"] == first.headers["etag"]


def test_an_address_is_changed_only_where_there_is_one(studio: Studio) -> None:
    picture = studio.ready(media.still("PNG"))["id"]
    page = studio.person.post("/api/content", {"type": "webpage", "url": "https://example.org"}).json()["id"]

    def change(content_id: str, **fields: str) -> int:
        return int(studio.person.call("PATCH", f"/api/content/{content_id}", fields).status_code)

    assert change(picture, url="https://example.org/2") == 400
    assert change(picture, text="x") == 400
    assert change(page, url="nowhere") == 400
    assert change(page, url="https://example.org/2") == 200


def test_content_in_use_is_deleted_only_by_force(studio: Studio) -> None:
    content = studio.ready(media.still("PNG"))["id"]
    items = [{"contentId": content}, {"contentId": content}]
    made = studio.person.post("/api/playlists", {"name": "Lobby", "items": items})
    playlist, known = made.json()["id"], made.headers["etag"]

    refused = studio.person.call("DELETE", f"/api/content/{content}")
    forced = studio.person.call("DELETE", f"/api/content/{content}?force=true")

    assert refused.status_code == 409
    assert [one["id"] for one in refused.json()["details"]["uses"]] == [playlist]
    assert forced.status_code == 204
    after = studio.person.get(f"/api/playlists/{playlist}")
    assert (after.json()["items"], after.headers["etag"] == known) == ([], False)
    assert studio.person.get(f"/api/content/{content}").status_code == 404
    assert studio.stored() == 0


def test_a_viewer_looks_and_changes_nothing(studio: Studio, house: House) -> None:
    content = studio.ready(media.still("PNG"))["id"]
    house.do(
        studio.person.organization_id,
        lambda unit: unit.connection.execute(tables.users.update().values(role="viewer")),
    )
    house.cloud.remembered.forget(studio.person.id)

    assert studio.person.get(f"/api/content/{content}").status_code == 200
    assert studio.send(media.still("PNG")).status_code == 403
    assert studio.person.call("DELETE", f"/api/content/{content}").status_code == 403
    assert studio.person.call("PATCH", f"/api/content/{content}", {"title": "x"}).status_code == 403


def test_the_sweep_takes_old_orphans_and_leaves_what_may_still_be_claimed(studio: Studio, house: House) -> None:
    content = studio.ready(media.still("PNG"))
    orphan = file_key("0" * 64, "00000000-0000-4000-8000-000000000000")
    studio.parts.storage.put_bytes(orphan, b"from an upload that was killed")
    stored = studio.parts.storage.stat(orphan)
    assert stored is not None

    house.clock.set_wall(stored.modified + timedelta(minutes=30))
    assert house.on_loop(lambda: sweep(house.cloud, studio.parts)) == 0
    house.clock.set_wall(stored.modified + timedelta(minutes=61))
    assert house.on_loop(lambda: sweep(house.cloud, studio.parts)) == 1

    assert studio.parts.storage.stat(orphan) is None
    assert house.sign_in(studio.person.email).get(content["fileUrl"]).content == media.still("PNG")


def test_what_the_store_does_not_give_up_is_deleted_all_the_same_and_left_to_the_sweep(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = studio.ready(media.still("PNG"))["id"]

    def broken(_: str) -> None:
        raise StorageBroken("The S3 store does not answer")

    with monkeypatch.context() as away:
        away.setattr(studio.parts.storage, "delete", broken)
        deleted = studio.person.call("DELETE", f"/api/content/{content}")

    assert (deleted.status_code, studio.person.get(f"/api/content/{content}").status_code) == (204, 404)
    assert studio.stored() == 2
