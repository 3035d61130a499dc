"""Which manifests are believed, and what becomes of damaged ones."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.cache.device_calls import Signed
from edge.cache.manifests import FACT
from tests.edge.cache.shelf import K1, NOW, Shelf
from tests.fakes.device_cloud import DEVICE_ID, SigningKey, manifest
from vizora.errors import TrustError
from vizora.identifiers import KeyId
from vizora.manifest.codec import decode
from vizora.manifest.stored import unpack
from vizora.manifest.trust import Accepted


def test_an_accepted_one_waits_until_it_is_switched_to(shelf: Shelf) -> None:
    shelf.take(1)
    shelf.take(2, switch=False)
    assert shelf.versions() == (1, 2)
    assert json.loads(unpack(shelf.path.read_bytes())[1])["version"] == 1

    shelf.manifests.switch()

    assert shelf.versions() == (2, None)
    signature, body = unpack(shelf.path.read_bytes())
    assert (json.loads(body)["version"], signature) == (2, K1.sign(body))


def test_a_restart_knows_both(shelf: Shelf) -> None:
    shelf.take(1)
    shelf.take(2, switch=False)

    shelf.restart()

    assert shelf.versions() == (1, 2)
    assert shelf.manifests.etag == '"2"'
    shelf.manifests.switch()
    shelf.restart()
    assert shelf.versions() == (2, None)


def flip_a_bit(body: bytes, signature: str) -> tuple[bytes, str]:
    return body.replace(b'"version": 6', b'"version": 7'), signature


def other_screen(body: bytes, signature: str) -> tuple[bytes, str]:
    changed = body.replace(DEVICE_ID.encode(), b"another-screen")
    return changed, K1.sign(changed)


def older(body: bytes, signature: str) -> tuple[bytes, str]:
    changed = body.replace(b'"version": 6', b'"version": 4')
    return changed, K1.sign(changed)


def same_version_other_bytes(body: bytes, signature: str) -> tuple[bytes, str]:
    changed = body.replace(b'"version": 6', b'"version": 5') + b" "
    return changed, K1.sign(changed)


def unknown_key(body: bytes, signature: str) -> tuple[bytes, str]:
    return body, SigningKey("k1", b"thief").sign(body)


def no_signature(body: bytes, signature: str) -> tuple[bytes, str]:
    return body, ""


def no_manifest(body: bytes, signature: str) -> tuple[bytes, str]:
    return b"<html>", K1.sign(b"<html>")


Change = Callable[[bytes, str], tuple[bytes, str]]


@pytest.mark.parametrize(
    "change",
    [flip_a_bit, other_screen, older, same_version_other_bytes, unknown_key, no_signature, no_manifest],
)
def test_what_may_not_be_believed_is_refused_and_nothing_changes(shelf: Shelf, change: Change) -> None:
    shelf.take(5)
    before = shelf.path.read_bytes()
    body = json.dumps(manifest(6, {})).encode()

    with pytest.raises(TrustError):
        shelf.manifests.take(Signed(*change(body, K1.sign(body)), ""), NOW)

    assert shelf.path.read_bytes() == before
    assert (shelf.versions(), shelf.manifests.highest_version) == ((5, None), 5)
    shelf.restart()
    assert shelf.versions() == (5, None)


@pytest.mark.parametrize("change", [flip_a_bit, other_screen, older, unknown_key])
def test_without_the_rules_it_would_be_believed(shelf: Shelf, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: bytes that can be read are believed."""

    def believing(body: bytes, signature: str, **_: object) -> Accepted:
        return Accepted(decode(body), KeyId("k1"), (), "digest", False)

    monkeypatch.setattr("edge.cache.manifests.accept", believing)
    shelf.take(5)
    body = json.dumps(manifest(6, {})).encode()
    changed, signature = change(body, K1.sign(body))

    shelf.manifests.take(Signed(changed, signature, ""), NOW)
    shelf.manifests.switch()

    assert shelf.path.read_bytes().endswith(changed)


def test_the_highest_version_survives_a_restart(shelf: Shelf) -> None:
    shelf.take(9)
    shelf.lose_what_plays()
    shelf.restart()

    with pytest.raises(TrustError):
        shelf.take(8)
    shelf.take(9)
    assert shelf.versions() == (9, None)


def test_without_the_durable_fact_the_version_would_go_back(shelf: Shelf) -> None:
    """The broken twin: the same restart with the fact forgotten."""
    shelf.take(9)
    shelf.lose_what_plays()
    shelf.opened.db.execute("DELETE FROM facts WHERE name = ?", [FACT])
    shelf.restart()

    shelf.take(8)

    assert shelf.versions() == (8, None)


def test_a_lost_events_database_does_not_take_the_version_back(shelf: Shelf) -> None:
    shelf.take(9)
    shelf.opened.db.execute("DELETE FROM facts")

    shelf.restart()

    assert shelf.versions() == (9, None)
    with pytest.raises(TrustError):
        shelf.take(8)


DAMAGE: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"garbage"),
    lambda path: path.write_bytes(path.read_bytes().replace(b"Berlin", b"Paris!")),
    lambda path: path.unlink(),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_manifest_that_was_damaged_while_the_screen_was_off_plays_from_its_second_copy(
    shelf: Shelf, damage: Callable[[Path], object]
) -> None:
    shelf.take(3)
    shelf.take(4, switch=False)
    data = shelf.path.read_bytes()
    damage(shelf.path)

    shelf.restart()

    assert shelf.versions() == (3, 4)
    assert shelf.path.read_bytes() == data


def test_a_spoilt_second_copy_is_in_nobodys_way(shelf: Shelf) -> None:
    shelf.take(3)
    shelf.path.with_name("spare").write_bytes(b"garbage")

    shelf.restart()

    assert shelf.versions() == (3, None)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_in_both_copies_it_is_fetched_anew(shelf: Shelf, damage: Callable[[Path], object]) -> None:
    """The twin of the one above: it is the second copy that plays."""
    shelf.take(3)
    data = shelf.path.read_bytes()
    for path in (shelf.path, shelf.path.with_name("spare")):
        damage(path)

    shelf.restart()
    assert shelf.versions() == (None, None)
    assert shelf.manifests.etag is None

    shelf.take(3)
    assert shelf.path.read_bytes() == data


def test_a_damaged_waiting_file_is_forgotten(shelf: Shelf) -> None:
    shelf.take(1)
    shelf.take(2, switch=False)
    shelf.path.with_name("wanted").write_bytes(b"garbage")

    shelf.restart()

    assert shelf.versions() == (1, None)
    assert shelf.manifests.etag is None
    shelf.take(2)
    assert shelf.versions() == (2, None)


def test_a_waiting_file_that_was_swapped_is_not_switched_to(shelf: Shelf) -> None:
    shelf.take(1)
    shelf.take(2, switch=False)
    shelf.path.with_name("wanted").write_bytes(shelf.path.read_bytes())

    with pytest.raises(OSError, match="is not what was written"):
        shelf.manifests.switch()
    assert json.loads(unpack(shelf.path.read_bytes())[1])["version"] == 1


def test_the_same_bytes_again_are_no_news(shelf: Shelf) -> None:
    shelf.take(1)

    shelf.take(1, switch=False)

    assert shelf.versions() == (1, None)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"rubbish")])
def test_what_plays_is_written_anew_when_the_disk_lost_it(shelf: Shelf, harm: Callable[[Path], object]) -> None:
    shelf.take(1)
    accepted = shelf.path.read_bytes()
    assert not shelf.manifests.mend()

    harm(shelf.path)

    assert shelf.manifests.mend()
    assert shelf.path.read_bytes() == accepted
    assert not shelf.manifests.mend()
