"""A stick brings nothing that the network could not."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from edge.cache.device_calls import Signed
from edge.cache.manifests import Manifests
from edge.status import StickOutcome
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.pictures import SHA, pictures
from tests.edge.cache.sticks import MANIFEST, write_stick
from tests.fakes.device_cloud import FakeCloud, SigningKey, manifest
from vizora.manifest.model import Key
from vizora.manifest.stored import pack
from vizora.manifest.trust import accept

OTHER = "0b0b0b0b-5b0c-4a56-9d0b-0c1f6f6a2f01"


def one_byte_changed(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    data = bytearray(path.read_bytes())
    data[data.index(b'"c1"') + 1] ^= 1
    path.write_bytes(data)


def signature_changed(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)


def cut_off(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    path.write_bytes(path.read_bytes()[:-100])


def empty(stick: Path, cloud: FakeCloud) -> None:
    (stick / MANIFEST).write_bytes(b"")


def unsigned(stick: Path, cloud: FakeCloud) -> None:
    assert cloud.manifest is not None
    (stick / MANIFEST).write_bytes(cloud.manifest[0])


def signed_by_a_stranger(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(3, pictures("c0", "c1", "c2")), key=SigningKey("k1", b"thief"))
    write_stick(stick, cloud)


def another_screens(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(3, pictures("c0", "c1", "c2"), deviceId=OTHER))
    write_stick(stick, cloud)


def older(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0", "c1", "c2")))
    write_stick(stick, cloud)


def same_version_other_bytes(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(2, pictures("c0", "c1", "c2")))
    write_stick(stick, cloud)


UNTRUSTED: list[tuple[Callable[[Path, FakeCloud], None], str]] = [
    (one_byte_changed, "were changed since"),
    (signature_changed, "signature"),
    (cut_off, "were changed since"),
    (empty, "carries no signature"),
    (unsigned, "carries no signature"),
    (signed_by_a_stranger, "were changed since"),
    (another_screens, f"it is for the screen '{OTHER}'"),
    (older, "version 1 is older than 2, which this screen already has"),
    (same_version_other_bytes, "version 2 came before with other bytes"),
]


class TestTrust:
    @pytest.mark.parametrize(("spoil", "why"), UNTRUSTED, ids=lambda value: getattr(value, "__name__", ""))
    def test_what_the_network_could_not_bring_the_stick_can_not_either(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path, spoil: Callable[[Path, FakeCloud], None], why: str
    ) -> None:
        spoil(stick, cloud)

        told = bench.plug_in(stick)

        assert told.outcome is StickOutcome.REFUSED
        assert why in told.sentence
        assert (bench.version(), bench.manifests.highest_version, bench.manifests.wanted) == (2, 2, None)
        assert sorted(path.name for path in bench.paths.assets.iterdir()) == [SHA["c0"]]

    @pytest.mark.parametrize("rule", ["signature", "addressee", "version"])
    def test_each_rule_is_what_keeps_it_out(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path, rule: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The broken twins: one rule forgotten, and the stick that breaks it gets in."""
        thief = SigningKey("k1", b"thief")
        {"signature": signed_by_a_stranger, "addressee": another_screens, "version": older}[rule](stick, cloud)

        def forgetful(self: Manifests, signed: Signed, now: object) -> object:
            document = json.loads(signed.body)
            trusted = self._trust
            keys = (*trusted.keys, msgspec.convert(thief.public, Key)) if rule == "signature" else trusted.keys
            return accept(
                signed.body,
                signed.signature,
                keys=keys,
                device_id=document["deviceId"] if rule == "addressee" else bench.credentials.device_id,
                highest_version=None if rule == "version" else trusted.highest_version,
                now=bench.clock.now(),
            )

        monkeypatch.setattr(Manifests, "judge", forgetful)

        assert bench.plug_in(stick).outcome is StickOutcome.TAKEN

    def test_a_stick_brings_the_handover_to_a_new_key_with_it(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        new = SigningKey("k2", b"second key")
        body = json.dumps(manifest(3, {}, keys=[new.public])).encode()
        path = stick / MANIFEST

        path.write_bytes(pack(new.sign(body), body))
        without = bench.plug_in(stick)
        path.write_bytes(pack(new.sign(body), body, cloud.key.hand_over(new)))
        with_it = bench.plug_in(stick)

        assert (without.outcome, with_it.outcome) == (StickOutcome.REFUSED, StickOutcome.TAKEN)

    def test_a_stick_for_other_screens_names_them(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        (stick / MANIFEST).rename(stick / f"vizora/screens/{OTHER}.manifest")
        screens = [
            {"deviceId": OTHER, "name": "Bar\x1b[31m\n", "version": 1},
            {"deviceId": "x", "name": "", "version": 1},
        ]
        (stick / "vizora/contents.json").write_text(json.dumps({"screens": screens}))

        told = bench.plug_in(stick)

        assert (told.outcome, told.sentence) == (StickOutcome.OTHERS, "This stick is for other screens: Bar[31m, x.")

    @pytest.mark.parametrize("contents", [None, b"", b"[]", b'{"screens":7}', b"\xff" * 5_000_000])
    def test_what_is_written_there_for_people_is_not_needed(
        self, bench: SyncBench, stick: Path, contents: bytes | None
    ) -> None:
        (stick / MANIFEST).unlink()
        if contents is not None:
            (stick / "vizora/contents.json").write_bytes(contents)

        assert bench.plug_in(stick).sentence == "This stick is for other screens."
