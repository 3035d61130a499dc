from dataclasses import replace
from itertools import pairwise

import msgspec

from cloud.publishing.key_ring import KeyRing, SigningKey, key_of, knows, successor
from tests.vizora.manifests import manifest, utc
from vizora.manifest.codec import encode
from vizora.manifest.handover import MOST, MOST_CHARACTERS
from vizora.manifest.model import Key
from vizora.manifest.trust import accept

FIRST = SigningKey(key_of(bytes(32)), bytes(32))
RING = KeyRing((FIRST,))


def announced(ring: KeyRing, number: int) -> KeyRing:
    return KeyRing((*ring.keys, successor(ring, bytes([number]) * 32)))


def changed_over(ring: KeyRing) -> KeyRing:
    old = ring.live[0]
    return KeyRing(tuple(replace(one, private=None) if one == old else one for one in ring.keys))


def naming(*keys: Key) -> bytes:
    return encode(manifest(version=7, keys=keys))


def test_the_first_key_that_a_manifest_names_signs_it() -> None:
    ring = announced(RING, 1)
    old, new = ring.trusted

    by_old, by_new = ring.sign(naming(old, new)), ring.sign(naming(new))

    assert by_old is not None
    assert (by_old.signature.split(";")[1], by_old.handovers) == (old.key_id, "")
    assert by_new is not None
    assert (by_new.signature.split(";")[1], by_new.handovers) == (new.key_id, ring.keys[1].handover)


def test_a_key_that_was_destroyed_or_is_not_known_signs_nothing() -> None:
    ring = announced(RING, 1)

    assert changed_over(ring).sign(naming(*ring.trusted)) is None
    assert RING.sign(naming(ring.trusted[1])) is None


def test_a_screen_follows_from_any_key_of_before() -> None:
    rings = [RING]
    for number in range(1, 6):
        rings.append(changed_over(announced(rings[-1], number)))
    body = naming(*rings[-1].trusted)
    signed = rings[-1].sign(body)
    assert signed is not None

    for ring in rings:
        accepted = accept(
            body, signed.signature, keys=ring.trusted, device_id="screen-1", highest_version=None, now=utc(2026, 1, 1),
            handovers=signed.handovers,
        )  # fmt: skip
        assert accepted.keys == rings[-1].trusted


def test_the_header_never_grows_beyond_what_screens_and_proxies_take() -> None:
    ring = RING
    for number in range(1, MOST + 5):
        ring = changed_over(announced(ring, number))

    signed = ring.sign(naming(*ring.trusted))

    assert signed is not None
    assert signed.handovers.count(",") == MOST - 1
    assert len(signed.handovers) <= MOST_CHARACTERS
    assert signed.handovers.endswith(ring.keys[-1].handover)


def test_each_key_follows_the_one_before() -> None:
    ring = announced(changed_over(announced(RING, 1)), 2)

    assert all(after.follows == before.key.key_id for before, after in pairwise(ring.keys))
    assert ring.trusted == (ring.keys[1].key, ring.keys[2].key)


def test_whether_a_manifest_names_a_key() -> None:
    body = naming(*announced(RING, 1).trusted)

    assert knows(body, FIRST.key.key_id)
    assert not knows(body, "another")
    assert msgspec.json.decode(body)["version"] == 7
