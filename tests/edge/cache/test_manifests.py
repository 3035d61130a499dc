import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cache.databases import open_db
from edge.cache.device_calls import Signed
from edge.cache.facts import Facts
from edge.cache.manifests import FACT, Manifests, Trust
from edge.cache.schema import events_migrations
from edge.identity import Credentials
from tests.fakes.device_cloud import DEVICE_ID, SigningKey, manifest
from vizora.errors import TrustError
from vizora.identifiers import DeviceId, KeyId
from vizora.manifest.codec import decode
from vizora.manifest.model import Key
from vizora.manifest.stored import unpack
from vizora.manifest.trust import Accepted

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
K1, K2 = SigningKey("k1", b"one"), SigningKey("k2", b"two")


def credentials(paired_at: datetime = NOW, device_id: str = DEVICE_ID, key: SigningKey = K1) -> Credentials:
    return Credentials(
        cloud_url="http://c",
        socket_url="ws://c",
        device_id=DeviceId(device_id),
        device_token="t",
        manifest_keys=(msgspec.convert(key.public, Key),),
        paired_at=paired_at,
    )


class Shelf:
    """A device's folder that may be restarted, paired anew and damaged."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "manifest" / "current"
        self.opened = open_db(folder / "events.db", events_migrations, synchronous="FULL")
        self.facts = Facts(self.opened.db)
        self.credentials = credentials()
        self.restart()

    def restart(self, paired: Credentials | None = None) -> None:
        self.credentials = paired or self.credentials
        self.manifests = Manifests(self.facts, self.path, self.credentials)

    def take(self, version: int, key: SigningKey = K1, switch: bool = True, handovers: str = "", **fields: Any) -> None:
        body = json.dumps(manifest(version, {}, **fields)).encode()
        self.manifests.take(Signed(body, key.sign(body), f'"{version}"', handovers), NOW)
        if switch:
            self.manifests.switch()

    def lose_what_plays(self) -> None:
        for path in (self.path, self.path.with_name("spare")):
            path.unlink()

    def versions(self) -> tuple[int | None, int | None]:
        """Current, wanted."""
        current, wanted = self.manifests.current, self.manifests.wanted
        return (current.version if current else None, wanted.version if wanted else None)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.opened.db.close()


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


def test_keys_rotate_and_the_old_one_is_refused(shelf: Shelf) -> None:
    shelf.take(1, keys=[K2.public])
    shelf.restart()
    assert shelf.versions() == (1, None)  # signed by the retired key, known by its digest

    with pytest.raises(TrustError):
        shelf.take(2, key=K1)
    shelf.take(2, key=K2)
    assert shelf.versions() == (2, None)


K3 = SigningKey("k3", b"three")
CHAIN = f"{K1.hand_over(K2)}, {K2.hand_over(K3)}"
FAR_AHEAD = 2**53 - 1


def test_a_screen_that_was_away_while_the_key_was_replaced_twice_follows(shelf: Shelf) -> None:
    shelf.take(1)

    shelf.take(2, key=K3, keys=[K3.public], handovers=CHAIN)
    shelf.restart()

    assert shelf.versions() == (2, None)
    for thief in (K1, K2):
        with pytest.raises(TrustError):
            shelf.take(3, key=thief, keys=[thief.public], handovers=CHAIN)


@pytest.mark.parametrize("said", ["ä", "\x01", "x" * 5000])
def test_strange_handovers_are_refused_and_nothing_falls_over(shelf: Shelf, said: str) -> None:
    shelf.take(1)

    with pytest.raises(TrustError):
        shelf.take(2, handovers=said)

    assert shelf.versions() == (1, None)


def test_a_screen_that_lost_all_but_its_identity_follows_too(shelf: Shelf) -> None:
    shelf.take(2, key=K2, keys=[K2.public], handovers=CHAIN)
    shelf.lose_what_plays()
    shelf.opened.db.execute("DELETE FROM facts")
    shelf.restart()

    with pytest.raises(TrustError):
        shelf.take(3, key=K2, keys=[K2.public])  # the broken twin: a cloud that does not send the handover
    shelf.take(3, key=K2, keys=[K2.public], handovers=CHAIN)

    assert shelf.versions() == (3, None)


@pytest.mark.parametrize("restarts", ["as it is", "without events.db"])
def test_a_version_far_ahead_that_a_thief_signed_goes_with_the_stolen_key(shelf: Shelf, restarts: str) -> None:
    shelf.take(7)
    shelf.take(FAR_AHEAD, keys=[K1.public])
    if restarts == "without events.db":
        shelf.opened.db.execute("DELETE FROM facts")
    shelf.restart()

    with pytest.raises(TrustError):
        shelf.take(8)
    shelf.take(8, key=K2, keys=[K2.public], handovers=CHAIN)
    shelf.restart()

    assert shelf.versions() == (8, None)
    with pytest.raises(TrustError):
        shelf.take(FAR_AHEAD, keys=[K1.public])
    with pytest.raises(TrustError):
        shelf.take(7, key=K2, keys=[K2.public], handovers=CHAIN)
    shelf.take(9, key=K2, keys=[K2.public], handovers=CHAIN)


def test_what_was_accepted_by_a_handover_but_not_noted_before_the_power_went_is_taken_up(shelf: Shelf) -> None:
    shelf.take(1)
    before = shelf.facts.get(FACT, Trust)
    shelf.take(2, key=K2, keys=[K2.public], handovers=CHAIN, switch=False)
    shelf.facts.put(FACT, before)

    shelf.restart()

    assert shelf.versions() == (1, 2)


def test_until_the_new_programme_is_whole_the_player_is_told_the_old_ones_key_too(shelf: Shelf) -> None:
    shelf.take(2, key=K2, keys=[K2.public], handovers=CHAIN)
    shelf.take(3, key=K3, keys=[K3.public], handovers=CHAIN, switch=False)

    told = json.loads(shelf.path.with_name("keys.json").read_bytes())

    assert told["keys"] == [K3.public, K2.public]


def test_keys_of_a_manifest_that_never_played_are_told_to_the_player_and_outlive_a_restart(shelf: Shelf) -> None:
    shelf.take(1, keys=[K2.public], switch=False)
    shelf.restart()

    told = json.loads(shelf.path.with_name("keys.json").read_bytes())
    shelf.take(2, key=K2)

    assert told == {"deviceId": DEVICE_ID, "keys": [K2.public]}
    assert shelf.versions() == (2, None)


def test_pairing_anew_brings_its_own_keys_and_keeps_the_version(shelf: Shelf) -> None:
    shelf.take(5, keys=[K2.public])
    shelf.restart(credentials(paired_at=datetime(2026, 12, 2, tzinfo=UTC), key=K1))

    assert shelf.versions() == (5, None)
    with pytest.raises(TrustError):
        shelf.take(4)
    shelf.take(6)
    assert shelf.versions() == (6, None)


def test_as_another_device_it_starts_anew_while_the_old_content_plays_on(shelf: Shelf) -> None:
    shelf.take(2**40)
    shelf.restart(credentials(paired_at=datetime(2026, 12, 2, tzinfo=UTC), device_id="other"))
    assert shelf.versions() == (2**40, None)

    shelf.take(1, deviceId="other")

    assert shelf.versions() == (1, None)


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
