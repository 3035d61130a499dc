import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.vizora.manifests import manifest, utc
from vizora.errors import TrustError
from vizora.identifiers import DeviceId, KeyId
from vizora.manifest import trust
from vizora.manifest.codec import decode, encode
from vizora.manifest.handover import hand_over
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Key, Manifest
from vizora.manifest.signature import public_key, sign
from vizora.manifest.trust import Accepted, accept, is_stale

PRIVATE = {"old": bytes(32), "new": bytes(range(32)), "foreign": bytes([7] * 32)}
KEY = {name: Key(KeyId(name), base64.b64encode(public_key(raw)).decode()) for name, raw in PRIVATE.items()}
NOW = utc(2026, 1, 1, 12)


def offered(made: Manifest, by: str = "old", highest: int | None = None, **more: Any) -> Accepted:
    body = encode(made)
    return accept(
        body,
        sign(body, by, PRIVATE[by]),
        keys=more.pop("keys", [KEY["old"]]),
        device_id=more.pop("device_id", "screen-1"),
        highest_version=highest,
        now=more.pop("now", NOW),
        **more,
    )


def test_a_manifest_signed_for_this_screen_is_accepted() -> None:
    made = manifest(version=3)

    accepted = offered(made, highest=2)

    assert accepted == Accepted(made, KeyId("old"), (KEY["old"],), hashlib.sha256(encode(made)).hexdigest(), False)


def test_the_first_manifest_of_a_screen_may_have_any_version() -> None:
    assert offered(manifest(version=0), highest=None).manifest.version == 0


def test_another_screens_manifest_is_refused() -> None:
    with pytest.raises(TrustError, match="it is for the screen 'screen-1', this one is 'screen-2'"):
        offered(manifest(), device_id="screen-2")


def test_an_older_version_is_refused() -> None:
    with pytest.raises(TrustError, match="version 4 is older than 5, which this screen already has"):
        offered(manifest(version=4), highest=5)


def test_the_same_version_may_be_fetched_again() -> None:
    made = manifest(version=5)

    assert offered(made, highest=5).manifest == made
    assert offered(made, highest=5, highest_digest=offered(made).digest).manifest == made


def test_the_same_version_with_other_bytes_is_refused() -> None:
    first = offered(manifest(version=5))

    with pytest.raises(TrustError, match="version 5 came before with other bytes"):
        offered(manifest(version=5, fallback="two"), highest=5, highest_digest=first.digest)


def test_a_foreign_key_is_refused_even_under_a_trusted_name() -> None:
    body = encode(manifest())

    with pytest.raises(TrustError, match="not among those this screen trusts"):
        offered(manifest(), by="foreign")
    with pytest.raises(TrustError, match="were not signed by the key 'old'"):
        accept(
            body,
            sign(body, "old", PRIVATE["foreign"]),
            keys=[KEY["old"]],
            device_id="screen-1",
            highest_version=None,
            now=NOW,
        )


def test_a_new_key_comes_in_a_manifest_signed_by_a_trusted_one_and_the_old_one_goes_the_same_way() -> None:
    both = offered(manifest(version=1, keys=(KEY["old"], KEY["new"])), highest=0)
    only_new = offered(manifest(version=2, keys=(KEY["new"],)), by="new", keys=both.keys, highest=1)

    assert both.keys == (KEY["old"], KEY["new"])
    assert only_new.keys == (KEY["new"],)
    with pytest.raises(TrustError, match="the key 'old' is not among those this screen trusts"):
        offered(manifest(version=3), by="old", keys=only_new.keys, highest=2)


def test_a_key_cannot_vouch_for_itself() -> None:
    with pytest.raises(TrustError, match="the key 'new' is not among"):
        offered(manifest(keys=(KEY["new"],)), by="new")


def test_a_manifest_without_keys_leaves_the_trusted_ones_as_they_are() -> None:
    assert offered(manifest(), keys=[KEY["old"], KEY["new"]]).keys == (KEY["old"], KEY["new"])


def test_what_is_signed_but_unreadable_is_refused() -> None:
    body = b'{"format": 9}'

    with pytest.raises(TrustError, match=r"signed, but not readable: manifest: /format"):
        accept(body, sign(body, "old", PRIVATE["old"]), keys=[KEY["old"]], device_id="s", highest_version=None, now=NOW)


def test_endless_data_is_refused_before_its_signature_is_looked_at() -> None:
    with pytest.raises(TrustError, match="at most 16777216 are allowed"):
        accept(b" " * (MAX_BYTES + 1), "", keys=[], device_id="s", highest_version=None, now=NOW)


@pytest.mark.parametrize(
    ("now", "stale"),
    [
        (utc(1970, 1, 1), False),
        (utc(2026, 1, 1), False),
        (utc(2026, 1, 1, 23, 59, 59), False),
        (utc(2026, 1, 2), True),
        (utc(2106, 2, 7), True),
    ],
)
def test_age_only_marks_a_manifest_as_stale(now: datetime, stale: bool) -> None:
    made = manifest(issued_at=utc(2026, 1, 1), stale_after_ms=int(timedelta(days=1).total_seconds() * 1000))

    assert is_stale(made, now) is stale
    assert offered(made, now=now).stale is stale


@given(st.integers(0, 10**6), st.integers(0, 4), st.binary(max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_change_to_signed_bytes_is_ever_accepted(place: int, cut: int, put: bytes) -> None:
    body = encode(manifest())
    header = sign(body, "old", PRIVATE["old"])
    changed = bytearray(body)
    place %= len(body) + 1
    changed[place : place + cut] = put
    if bytes(changed) == body:
        reject()

    with pytest.raises(TrustError):
        accept(bytes(changed), header, keys=[KEY["old"]], device_id="screen-1", highest_version=None, now=NOW)


def any_signature(body: bytes, header: str, keys: object) -> KeyId:
    return KeyId("old")


def any_version(version: int, digest: str, highest: int | None, highest_digest: str | None) -> None:
    return None


def for_anyone(body: bytes) -> Manifest:
    return msgspec.structs.replace(decode(body), device_id=DeviceId("screen-2"))


@pytest.mark.parametrize(
    ("removed", "by_what", "offer"),
    [
        ("verify", any_signature, lambda: offered(manifest(), by="foreign")),
        ("_check_version", any_version, lambda: offered(manifest(version=1), highest=2)),
        ("_read", for_anyone, lambda: offered(manifest(), device_id="screen-2")),
    ],
)
def test_each_check_is_the_one_that_refuses(
    monkeypatch: pytest.MonkeyPatch, removed: str, by_what: object, offer: Callable[[], Accepted]
) -> None:
    with pytest.raises(TrustError):
        offer()

    monkeypatch.setattr(trust, removed, by_what)

    assert offer().key_id


HANDOVER = hand_over(PRIVATE["old"], "old", KEY["new"])
FAR_AHEAD = 2**53 - 1


def test_a_screen_that_was_away_follows_the_handover_and_the_old_key_is_refused() -> None:
    moved = offered(manifest(version=6, keys=(KEY["new"],)), by="new", highest=5, handovers=HANDOVER)

    assert moved.keys == (KEY["new"],)
    with pytest.raises(TrustError, match="the key 'old' is not among those this screen trusts"):
        offered(manifest(version=7), by="old", keys=moved.keys, highest=6, handovers=HANDOVER)


def test_a_manifest_without_keys_that_came_by_a_handover_leaves_the_new_key() -> None:
    assert offered(manifest(version=6), by="new", highest=5, handovers=HANDOVER).keys == (KEY["new"],)


def test_a_thief_of_the_old_key_can_hand_over_to_nobody_afterwards() -> None:
    forged = hand_over(PRIVATE["old"], "old", KEY["foreign"])

    with pytest.raises(TrustError, match="the key 'foreign' is not among"):
        offered(manifest(keys=(KEY["foreign"],)), by="foreign", keys=[KEY["new"]], handovers=forged)


@pytest.mark.parametrize("version", [2**31, FAR_AHEAD])
@pytest.mark.parametrize("set_by", ["old", None])
def test_a_version_far_ahead_goes_with_the_key_that_signed_it(version: int, set_by: str | None) -> None:
    ahead = offered(manifest(version=version, keys=(KEY["old"],)), highest=5)
    floor: dict[str, Any] = {"highest": version, "highest_digest": ahead.digest, "highest_key_id": set_by}

    with pytest.raises(TrustError, match="version 6 is older than"):
        offered(manifest(version=6, keys=(KEY["old"],)), **floor)
    recovered = offered(manifest(version=6, keys=(KEY["new"],)), by="new", handovers=HANDOVER, **floor)

    assert recovered.manifest.version == 6


def test_it_goes_too_when_the_new_key_was_announced_before() -> None:
    both = [KEY["old"], KEY["new"]]
    ahead: dict[str, Any] = {"highest": FAR_AHEAD, "highest_key_id": "old", "keys": both}

    assert offered(manifest(version=6, keys=(KEY["new"],)), by="new", **ahead).manifest.version == 6


def test_while_the_key_that_set_it_is_trusted_no_other_key_takes_the_version_back() -> None:
    both = (KEY["old"], KEY["new"])

    with pytest.raises(TrustError, match="version 4 is older than 5"):
        offered(manifest(version=4, keys=both), by="new", keys=both, highest=5, highest_key_id="old")


def test_after_the_change_the_new_keys_own_versions_count() -> None:
    with pytest.raises(TrustError, match="version 5 is older than 6"):
        offered(
            manifest(version=5, keys=(KEY["new"],)), by="new", keys=[KEY["new"]], highest=6, highest_key_id="new",
            handovers=HANDOVER,
        )  # fmt: skip


def test_a_screen_that_never_forgets_a_version_would_not_recover(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(trust, "_still_counts", lambda *_: True)

    with pytest.raises(TrustError, match="version 6 is older than"):
        offered(manifest(version=6, keys=(KEY["new"],)), by="new", highest=FAR_AHEAD, handovers=HANDOVER)


def test_a_screen_that_forgets_versions_at_every_key_would_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(trust, "_still_counts", lambda *_: False)

    assert offered(manifest(version=4), highest=5).manifest.version == 4


def test_a_screen_that_does_not_look_whom_a_handover_is_from_would_follow_the_thief(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken twin."""
    forged = hand_over(PRIVATE["old"], "old", KEY["foreign"])
    monkeypatch.setattr(trust, "follow", lambda handovers, keys, key_id: (KEY["foreign"],))

    stolen = offered(manifest(keys=(KEY["foreign"],)), by="foreign", keys=[KEY["new"]], handovers=forged)

    assert stolen.keys == (KEY["foreign"],)
