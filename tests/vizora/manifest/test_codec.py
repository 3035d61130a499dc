import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc, wire
from vizora.identifiers import DeviceId
from vizora.manifest import codec, limits, stored
from vizora.manifest.codec import decode, encode, encode_for
from vizora.manifest.faults import ManifestError
from vizora.manifest.model import Cron, Manifest, Once, Weekly

WHOLE = manifest(
    schedule("always"),
    schedule("weekly", Weekly(days=(1, 7), start_time="08:00", end_time="02:00"), priority=3, starts_on="2026-01-01"),
    schedule("cron", Cron(expression="0 9 * * 1-5", duration_ms=3_600_000)),
    schedule("once", Once(start="2026-12-24T18:00", end="2026-12-24T23:00"), layout_id="split"),
    layouts={"split": layout(left="one", right="two")},
    overrides=(override("now", utc(2026, 5, 1), utc(2026, 5, 2)),),
    fallback="two",
)


def refused(body: bytes) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        decode(body)
    return caught.value


def changed(*steps: str | int, to: object) -> bytes:
    """The whole manifest's bytes with one value put in another's place."""
    tree: Any = wire(WHOLE)
    node = tree
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = to
    return json.dumps(tree).encode()


def test_what_is_encoded_decodes_to_the_same_manifest() -> None:
    assert decode(encode(WHOLE)) == WHOLE


def test_the_same_manifest_encodes_to_the_same_bytes_whatever_the_order_of_its_parts() -> None:
    turned = msgspec.structs.replace(WHOLE, playlists=dict(reversed(WHOLE.playlists.items())))

    assert encode(turned) == encode(WHOLE)


def test_a_checked_manifest_is_encoded_for_each_screen_as_by_itself() -> None:
    checked = manifest()
    at = utc(2026, 11, 22, 9)
    own = msgspec.structs.replace(checked, device_id=DeviceId("other"), version=7, issued_at=at)

    assert encode_for(checked, DeviceId("other"), 7, at) == encode(own)


def test_unknown_fields_are_ignored_by_the_model_and_kept_in_the_bytes() -> None:
    tree = wire(WHOLE)
    tree["soundZones"] = [{"gain": 0.5}]
    tree["playlists"]["one"]["items"][0]["subtitles"] = "on"
    body = json.dumps(tree).encode()

    assert decode(body) == WHOLE
    assert stored.unpack(stored.pack("ed25519;k;x", body))[1] == body


def test_parts_that_are_wrong_alone_are_read_and_left_to_the_evaluator() -> None:
    lone = manifest(
        schedule("elsewhere", time_zone="Mars/Olympus"),
        schedule("never", Cron(expression="bad", duration_ms=0)),
        schedule("dangling", shows="nowhere"),
        schedule("late", Weekly(days=(8,), start_time="25:00", end_time="x")),
    )
    body = msgspec.json.encode(lone)

    assert decode(body) == lone
    with pytest.raises(ManifestError, match="/schedules/0/timeZone: time zone 'Mars/Olympus' is not known"):
        encode(lone)


@pytest.mark.parametrize(
    ("steps", "value", "told"),
    [
        (("format",), 2, "/format: '2' is not known; it must be 1"),
        (("format",), None, "/format: 'None' is not known; it must be 1"),
        (("deviceId",), "", "/deviceId: an id has 1 to 128 printable characters"),
        (("deviceId",), "a\x00", "/deviceId: an id has 1 to 128 printable characters"),
        (("version",), -1, "/version: -1 is not within 0 to 9007199254740991"),
        (("version",), "1", "/version: Expected `int`, got `str`"),
        (("version",), 1.0, "/version: Expected `int`, got `float`"),
        (("issuedAt",), "2026-01-01T00:00:00", "/issuedAt: must be an instant in UTC such as"),
        (("issuedAt",), "2026-01-01T00:00:00+02:00", "/issuedAt: must be an instant in UTC such as"),
        (("staleAfterMs",), -5, "/staleAfterMs: -5 is not within"),
        (("timeZone",), "", "/timeZone: 0 characters; 1 to 128 are allowed"),
        (("keys",), [{"keyId": "k", "publicKey": ""}], "/keys/0/publicKey: 0 characters"),
        (("keys",), [{"keyId": "k", "publicKey": "x"}] * 2, "/keys: keyId 'k' is used 2 times"),
        (("screen", "rotation"), 45, "/screen/rotation: 45 is not one of 0, 90, 180, 270"),
        (("screen", "background"), "black", "/screen/background: 'black' is not a colour such as #1a2b3c"),
        (("screen", "volume"), 101, "/screen/volume: 101 is not within 0 to 100"),
        (("screen", "width"), 0, "/screen/width: 0 is not within 1 to"),
        (("assets", "picture", "type"), "song", "/assets/picture/type: Invalid enum value 'song'"),
        (("assets", "film", "sha256"), "../../etc", "/assets/film/sha256: must be 64 lower-case hexadecimal digits"),
        (("assets", "film", "size"), -1, "/assets/film/size: -1 is not within"),
        (("assets", "film", "style"), {"size": 0}, "/assets/film/style/size: 0 is not within 1 to 100"),
        (("assets", "film", "style"), {"speed": 101}, "/assets/film/style/speed: 101 is not within 1 to 100"),
        (("assets", "film", "style"), {"colour": "red"}, "/assets/film/style/colour: 'red' is not a colour"),
        (
            ("assets", "film", "style"),
            {"clock": {"caption": "x" * 201}},
            "/assets/film/style/clock/caption: 201 charac",
        ),
        (("assets", "film", "title"), "x" * 1001, "/assets/film/title: 1001 characters; 0 to 1000 are allowed"),
        (("playlists", "two", "items", 1, "durationMs"), 0, "/playlists/two/items/1/durationMs: 0 is not within 1"),
        (("playlists", "two", "items", 1, "id"), "first", "/playlists/two/items: id 'first' is used 2 times"),
        (("playlists", "two", "items", 1, "fit"), "zoom", "/playlists/two/items/1/fit: Invalid enum value 'zoom'"),
        (("playlists", "two", "order"), 4, "/playlists/two/order: Expected `str`, got `int`"),
        (("layouts", "split", "zones", 0, "width"), -1, "/layouts/split/zones/0/width: -1 is not within 1"),
        (("layouts", "split", "zones", 0, "id"), "right", "/layouts/split/zones: id 'right' is used 2 times"),
        (("layouts", "split", "height"), None, "/layouts/split/height: Expected `int`, got `null`"),
        (("schedules", 1, "id"), "always", "/schedules: id 'always' is used 2 times"),
        (("schedules", 1, "priority"), 1001, "/schedules/1/priority: 1001 is not within -1000 to 1000"),
        (("schedules", 1, "recurrence", "kind"), "moon", "/schedules/1/recurrence/kind: Invalid value 'moon'"),
        (("schedules", 1, "recurrence", "days"), [1, "2"], "/schedules/1/recurrence/days/1: Expected `int`"),
        (("overrides", 0, "startsAt"), "noon", "/overrides/0/startsAt: Invalid RFC3339 encoded datetime"),
        (("fallback",), None, "/fallback: Expected `object`, got `null`"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_what_is_allowed(
    steps: tuple[str | int, ...], value: object, told: str
) -> None:
    assert told in str(refused(changed(*steps, to=value)))


def test_a_missing_field_is_named() -> None:
    tree = wire(WHOLE)
    del tree["version"]

    assert "missing required field `version`" in str(refused(json.dumps(tree).encode()))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not readable JSON"),
        (b"[]", "a manifest is a JSON object"),
        (b"7", "a manifest is a JSON object"),
        (b'{"format": 1, "format": 1}', "the key 'format' is given twice in one object"),
        (b'{"format": NaN}', "NaN is not a JSON value"),
        (b'{"format": -Infinity}', "-Infinity is not a JSON value"),
        (b'{"format": 1e999}', "the number 1e999 is too large"),
        (b'{"a": 9007199254740992}', "the integer 9007199254740992"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "the integer 9999"),
        (b'{"a": ' + b"[" * 100_000, "nested deeper than 16 levels"),
        (b'{"a": ' + b"[" * 16 + b"]" * 16 + b"}", "nested deeper than 16 levels"),
        (b'{"a": "\xff"}', "not UTF-8 text"),
        (b'{"a": "\\ud800"}', "not UTF-8 text"),
        ('{"format": 1}'.encode("utf-16"), "not UTF-8 text"),
        (b'\xef\xbb\xbf{"format": 1}', "not readable JSON"),
        (b'{"format": 1}{}', "not readable JSON"),
        (b"{'format': 1}", "not readable JSON"),
    ],
)
def test_broken_or_ambiguous_json_is_refused(body: bytes, told: str) -> None:
    assert told in str(refused(body))


def test_numbers_with_a_fraction_in_unknown_fields_are_no_fault() -> None:
    assert decode(changed("gain", to=0.5)) == WHOLE


def test_a_body_past_the_limit_is_refused_before_it_is_read() -> None:
    assert "at most 16777216 are allowed" in str(refused(b"[" * (limits.MAX_BYTES + 1)))


def test_a_manifest_past_the_limit_is_not_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 100)

    with pytest.raises(ManifestError, match="at most 100 are allowed"):
        encode(WHOLE)


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SCHEDULES", 3)

    assert "/schedules: 4 entries; at most 3 are allowed" in str(refused(msgspec.json.encode(WHOLE)))


def test_every_fault_is_listed_and_the_first_few_are_told() -> None:
    many = manifest(*(schedule(f"s{n}", priority=2000) for n in range(8)))

    fault = refused(msgspec.json.encode(many))

    assert [one.field for one in fault.faults] == [f"/schedules/{n}/priority" for n in range(8)]
    assert str(fault).endswith("; and 3 more")


def test_what_must_not_be_encoded_is_not_encoded() -> None:
    twice = manifest(playlists={"one": playlist(item("a"), item("a"))})

    with pytest.raises(ManifestError, match="/playlists/one/items: id 'a' is used 2 times"):
        encode(twice)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_mutated_manifest_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    body = bytearray(encode(WHOLE))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        read = decode(bytes(body))
    except ManifestError:
        return
    assert isinstance(read, Manifest)


def without_duplicate_check(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(pairs)


@pytest.mark.parametrize(("check", "caught"), [(codec._object, True), (without_duplicate_check, False)])
def test_the_duplicate_key_check_is_what_refuses_a_second_version(
    monkeypatch: pytest.MonkeyPatch, check: Callable[..., object], caught: bool
) -> None:
    monkeypatch.setattr(codec, "_object", check)
    body = encode(WHOLE).replace(b'"version":1', b'"version":1,"version":99')

    if caught:
        assert "'version' is given twice" in str(refused(body))
    else:
        assert decode(body).version == 99
