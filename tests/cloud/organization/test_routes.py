import pytest

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from tests.cloud.house import House, add_picture


def test_an_organization_is_shown_and_renamed(house: House) -> None:
    admin = house.register()
    changed = admin.call("PATCH", "/api/organization", {"name": " Acme & Co ", "slug": "acme-co"})

    assert changed.status_code == 200
    assert admin.get("/api/organization").json() == changed.json()
    assert (changed.json()["name"], changed.json()["slug"]) == ("Acme & Co", "acme-co")


def test_a_slug_belongs_to_one_organization(house: House) -> None:
    admin, _ = house.register(), house.register("Other")

    assert admin.call("PATCH", "/api/organization", {"slug": "other"}).status_code == 409
    assert admin.call("PATCH", "/api/organization", {"slug": "acme"}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"screenQuota": 999}, {"storageQuota": 1}, {"subscriptionTier": "pro"}, {"trialEndsAt": None}, {"id": "x"},
        {"name": ""}, {"name": "a\nb"}, {"slug": "Not A Slug"}, {"name": None},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_to_be_set_can_not_be_set(house: House, body: dict[str, object]) -> None:
    admin = house.register()
    before = admin.get("/api/organization").content

    assert admin.call("PATCH", "/api/organization", body).status_code == 400
    assert admin.get("/api/organization").content == before


def test_a_change_of_something_older_is_refused(house: House) -> None:
    admin = house.register()
    seen = admin.get("/api/organization").headers["ETag"]
    admin.call("PATCH", "/api/organization", {"name": "New"})

    assert admin.call("PATCH", "/api/organization", {"name": "X"}, **{"If-Match": seen}).status_code == 412


def test_the_usage_counts_screens_and_the_bytes_of_every_version(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    house.pair(admin)
    house.pair(other)

    def keep(unit: Unit) -> None:
        picture = add_picture(unit, "Poster")
        for version, size in enumerate((100, 250), 1):
            unit.insert(
                tables.content_files, id=new_id(), content_id=picture, version=version, sha256=f"{version:064}",
                media_type="image/png", size=size, created_at=unit.now,
            )  # fmt: skip

    house.do(admin.organization_id, keep)

    assert admin.get("/api/organization/usage").json() == {
        "screensUsed": 1, "screenQuota": 5, "storageUsed": 350, "storageQuota": 5 * 1024**3,
    }  # fmt: skip
