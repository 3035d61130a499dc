"""Manifests when the signing key is replaced, and when the screen is paired anew."""

import json
from datetime import UTC, datetime

import pytest

from edge.cache.manifests import FACT, Trust
from tests.edge.cache.shelf import K1, K2, K3, Shelf, credentials
from tests.fakes.device_cloud import DEVICE_ID
from vizora.errors import TrustError


def test_keys_rotate_and_the_old_one_is_refused(shelf: Shelf) -> None:
    shelf.take(1, keys=[K2.public])
    shelf.restart()
    assert shelf.versions() == (1, None)  # signed by the retired key, known by its digest

    with pytest.raises(TrustError):
        shelf.take(2, key=K1)
    shelf.take(2, key=K2)
    assert shelf.versions() == (2, None)


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
