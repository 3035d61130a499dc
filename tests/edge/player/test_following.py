import base64
import json
import shutil
from datetime import timedelta

import msgspec
import pytest

from edge.player.cards.cards import Message, Pairing
from edge.player.following import Follower
from edge.status import DoorStatus
from tests.edge.player.rig import START, Library, uid
from vizora.identifiers import KeyId
from vizora.manifest import codec, signature, stored
from vizora.manifest.model import ContentType, Key, Manifest

SECRETS = {KeyId("first"): bytes(range(32)), KeyId("second"): bytes(range(1, 33))}


def key(key_id: KeyId) -> Key:
    return Key(key_id=key_id, public_key=base64.b64encode(signature.public_key(SECRETS[key_id])).decode())


FIRST, SECOND = KeyId("first"), KeyId("second")


def pair(library: Library, *keys: KeyId, device_id: str = uid(1)) -> None:
    library.paths.identity.mkdir(parents=True, exist_ok=True)
    trusted = msgspec.to_builtins([key(k) for k in keys])
    credentials = {"deviceId": device_id, "nickname": "Lobby", "manifestKeys": trusted}
    library.paths.credentials.write_text(json.dumps(credentials))


def deliver(library: Library, manifest: Manifest, key_id: KeyId = FIRST) -> None:
    body = codec.encode(manifest)
    new = library.paths.current_manifest.with_name("new")
    new.write_bytes(stored.pack(signature.sign(body, key_id, SECRETS[key_id]), body))
    new.replace(library.paths.current_manifest)


def follower(library: Library) -> Follower:
    return Follower(library.paths, lambda: START)


def some(library: Library, version: int = 1, keys: tuple[Key, ...] = ()) -> Manifest:
    still = library.add(3, ContentType.IMAGE, b"picture")
    return msgspec.structs.replace(library.manifest((still, 1000), version=version), keys=keys)


@pytest.mark.parametrize(("minutes", "shows"), [(30, True), (-1, False)])
def test_the_open_diagnostics_page_is_known_until_its_time_is_over(library: Library, minutes: int, shows: bool) -> None:
    door = DoorStatus(START, "12345678", ("http://192.0.2.1:8088",), START + timedelta(minutes=minutes))
    library.paths.run.mkdir(parents=True, exist_ok=True)
    library.paths.door_status.write_bytes(msgspec.json.encode(door))

    assert follower(library).look().door == (door if shows else None)


def test_a_signed_manifest_is_followed(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library))
    outlook = follower(library).look()

    assert outlook.problem is None
    assert outlook.sequencer is not None
    assert outlook.missing == {}
    assert outlook.card(START) is None


def test_the_same_file_gives_the_same_sequencer(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library))
    looking = follower(library)

    assert looking.look().sequencer is looking.look().sequencer


def test_the_same_manifest_written_again_changes_nothing(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library))
    looking = follower(library)
    first = looking.look()
    deliver(library, some(library))

    assert looking.look().sequencer is first.sequencer


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data[:-20] + b"x" + data[-19:], "signature"),
        (lambda data: data[: len(data) // 2], ""),
        (lambda _: b"", ""),
        (lambda data: data.partition(b"\n\n")[2], "carries no signature"),
    ],
)
def test_a_damaged_manifest_keeps_what_is_playing_and_says_so(library: Library, spoil: object, says: str) -> None:
    assert callable(spoil)
    pair(library, FIRST)
    deliver(library, some(library))
    looking = follower(library)
    first = looking.look()
    deliver(library, some(library, version=2))
    library.paths.current_manifest.write_bytes(spoil(library.paths.current_manifest.read_bytes()))
    second = looking.look()

    assert second.sequencer is first.sequencer
    assert second.problem is not None
    assert says in second.problem.sentence


def test_an_older_version_is_refused(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library, version=5))
    looking = follower(library)
    first = looking.look()
    deliver(library, some(library, version=4))
    second = looking.look()

    assert (second.sequencer is first.sequencer, second.problem is not None) == (True, True)


def test_another_screens_manifest_is_refused(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, msgspec.structs.replace(some(library), device_id=uid(99)))
    outlook = follower(library).look()

    assert outlook.sequencer is None
    assert outlook.problem is not None


def test_a_screen_paired_anew_shows_nothing_of_the_old_one(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library, version=9))
    looking = follower(library)
    before = looking.look().sequencer
    pair(library, FIRST, device_id=uid(99))
    between = looking.look().sequencer
    deliver(library, msgspec.structs.replace(some(library, version=1), device_id=uid(99)))
    after = looking.look().sequencer

    assert before is not None
    assert between is None
    assert after is not None


def test_a_key_rotation_outlives_a_restart(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library, keys=(key(FIRST), key(SECOND))))
    follower(library).look()
    deliver(library, some(library, version=2, keys=(key(SECOND),)), SECOND)
    follower(library).look()
    after_restart = follower(library).look()

    assert after_restart.problem is None
    assert after_restart.sequencer is not None


def test_a_version_far_ahead_is_left_behind_with_the_key_that_signed_it(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library, version=2**53 - 1, keys=(key(FIRST),)))
    following = follower(library)
    following.look()

    deliver(library, some(library, version=5, keys=(key(FIRST),)))
    while_trusted = following.look()
    keys = {"deviceId": uid(1), "keys": [key(SECOND)]}
    library.paths.trusted_keys.write_bytes(msgspec.json.encode(keys))
    deliver(library, some(library, version=6, keys=(key(SECOND),)), SECOND)
    afterwards = following.look()

    assert while_trusted.problem is not None
    assert afterwards.problem is None
    assert afterwards.sequencer is not None
    assert afterwards.sequencer.manifest.version == 6


@pytest.mark.parametrize("is_told", [True, False], ids=["told by the cache", "broken twin: not told"])
def test_a_key_that_came_with_a_manifest_that_never_played_is_known_from_the_cache(
    library: Library, is_told: bool
) -> None:
    pair(library, FIRST)
    deliver(library, some(library, version=3), SECOND)
    if is_told:
        keys = {"deviceId": uid(1), "keys": [key(SECOND)]}
        library.paths.trusted_keys.write_bytes(msgspec.json.encode(keys))

    assert (follower(library).look().problem is None) is is_told


def test_without_the_learned_keys_the_rotated_manifest_is_refused(library: Library) -> None:
    pair(library, FIRST)
    deliver(library, some(library, keys=(key(FIRST), key(SECOND))))
    follower(library).look()
    shutil.rmtree(library.paths.plays.parent)
    deliver(library, some(library, version=2), SECOND)

    assert follower(library).look().problem is not None


def test_a_damaged_file_is_missed_and_a_replaced_one_is_fresh(library: Library) -> None:
    manifest = some(library)
    library.publish(manifest)
    looking = follower(library)
    looking.look()
    (content,) = manifest.assets
    library.file_of(content).write_bytes(b"half")
    damaged = looking.look()

    assert "4 bytes instead of 7" in damaged.missing[content]
    assert damaged.fresh == {content}
    assert looking.look().fresh == frozenset()


def test_a_file_that_was_away_for_a_look_is_fresh_when_another_one_is_there(library: Library) -> None:
    manifest = some(library)
    library.publish(manifest)
    looking = follower(library)
    looking.look()
    (content,) = manifest.assets
    file = library.file_of(content)
    whole = file.read_bytes()
    file.rename(file.with_name("aside"))
    assert content in looking.look().missing

    file.write_bytes(whole)

    assert looking.look().fresh == {content}
    assert looking.look().fresh == frozenset()


def test_a_screen_without_a_browser_leaves_web_pages_out_and_says_why(library: Library) -> None:
    manifest = some(library)
    (content,) = manifest.assets
    page = msgspec.structs.replace(manifest.assets[content], type=ContentType.WEBPAGE, sha256=None, url="https://x/")
    library.publish(msgspec.structs.replace(manifest, assets={content: page}))

    without = Follower(library.paths, lambda: START, "web pages are switched off").look()

    assert without.missing == {content: "web pages are switched off"}
    assert follower(library).look().missing == {}


def _provision(library: Library, **fields: object) -> None:
    document = {"at": START.isoformat(), "cloudUrl": "https://signage.example", **fields}
    library.paths.pairing_status.write_text(json.dumps(document))


def test_an_unpaired_screen_shows_its_code(library: Library) -> None:
    _provision(
        library,
        state="waiting",
        userCode="K7MQ2X",
        verificationUri="https://signage.example/pair",
        verificationUriComplete="https://signage.example/pair?code=K7MQ2X#claimKey=1",
        expiresAt=(START + timedelta(seconds=247)).isoformat(),
        problem={"code": "VZ-107", "sentence": "The cloud does not answer."},
    )
    card = follower(library).look().card(START)

    assert isinstance(card, Pairing)
    assert (card.code, card.address, card.renews_in) == ("K7MQ2X", "signage.example/pair", "4:07")
    assert card.link.endswith("#claimKey=1")
    assert card.problem is not None


def test_an_unpaired_screen_shows_its_code_even_with_old_content(library: Library) -> None:
    library.publish(some(library))
    _provision(library, state="waiting", userCode="K7MQ2X")

    assert isinstance(follower(library).look().card(START), Pairing)


def test_a_paired_screen_says_how_far_its_content_is(library: Library) -> None:
    pair(library, FIRST)
    _provision(library, state="paired", organizationName="ACME")
    before = follower(library).look().card(START)
    wanted = {"version": 1, "assets": 5, "assetsReady": 3, "bytes": 9, "bytesReady": 4}
    library.paths.cache_status.write_text(json.dumps({"at": START.isoformat(), "state": "fetching", "wanted": wanted}))
    after = follower(library).look().card(START)

    assert isinstance(before, Message)
    assert before.title == "Added to ACME"
    assert isinstance(after, Message)
    assert "3 of 5" in after.text


@pytest.mark.parametrize("rubbish", ["", "[1]", "{", '{"state": "dancing"}', "null"])
def test_rubbish_from_other_processes_is_not_known_yet(library: Library, rubbish: str) -> None:
    library.paths.identity.mkdir(parents=True)
    for path in (library.paths.pairing_status, library.paths.cache_status, library.paths.credentials):
        path.write_text(rubbish)
    outlook = follower(library).look()

    assert (outlook.provision, outlook.cache, outlook.paired) == (None, None, False)
    assert outlook.card(START) is not None
