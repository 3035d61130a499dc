"""No planted secret is ever in a bundle (P41), and a bundle tells again what the device said."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.cli import replay, support_bundle
from edge.diagnostics import bundle, held_secrets
from edge.diagnostics.bundle import Part
from edge.diagnostics.collecting import collect
from edge.diagnostics.gathering import GLANCE, Depth, Surroundings
from tests.edge.diagnostics.device import CONTENT, TOKEN, Device
from vizora.errors import OperatorError

DEEP = Depth(is_tested=False, hashed_bytes=1_000_000)
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
Capture = pytest.CaptureFixture[str]

SECRETS = {
    "device token": TOKEN,
    "private key": "cHJpdmF0ZS1rZXktb2YtdGhlLWRldmljZQ==",
    "pairing code of the settings": "enrol-4f1b2c3d4e5f60718293",
    "code on the screen": "QX7KWR",
    "claim key of the QR": "00112233445566778899aabbccddeeff",
    "number to confirm": "4821",
    "PIN of the page": "90817263",
    "Wi-Fi key in a log": "correct-horse-battery",
    "bearer in a log": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
    "password of the proxy": "swordfish-proxy",
    "presigned address in a log": "0badc0ffee0badc0ffee",
    "token in a web page's address": "dashboard-token-77",
    "cookie in a log": "sessionid-5544332211",
    "text of the customer": "The safe's combination is on the back",
}


def planted(folder: Path) -> tuple[Device, str]:
    """A device that holds them all, and its log."""
    device = Device(folder, pairing_code=SECRETS["pairing code of the settings"])
    device.settle()
    device.publish(issuedAt="2026-11-01T00:00:00Z")
    manifest = json.loads(device.paths.current_manifest.read_bytes())
    address = "https://board.example/x?token=" + SECRETS["token in a web page's address"]
    more = {
        "page": {"type": "webpage", "title": "Board", "url": address},
        "note": {"type": "text", "title": "Note", "text": SECRETS["text of the customer"]},
    }
    device.change(device.paths.current_manifest, assets={**manifest["assets"], **more})
    keys = {"deviceIdentifier": "d", "privateKey": SECRETS["private key"], "publicKey": "cHVibGlj"}
    device.write(device.paths.device_key, keys)
    link = f"#code={SECRETS['code on the screen']}&claimKey={SECRETS['claim key of the QR']}"
    device.change(
        device.paths.pairing_status,
        state="waiting",
        userCode=SECRETS["code on the screen"],
        verificationUriComplete=f"https://cloud.example/pair{link}",
        confirmation=SECRETS["number to confirm"],
    )
    door = {"at": NOW, "pin": SECRETS["PIN of the page"], "addresses": [], "until": NOW}
    device.write(device.paths.door_status, door)
    problem = {"code": "VZ-120", "sentence": f"refused: {SECRETS['device token']}"}
    device.change(device.paths.player_status, problem=problem)
    log = "\n".join(
        (
            f"NetworkManager: psk={SECRETS['Wi-Fi key in a log']}",
            f"cache: GET /api/device/manifest Authorization: Bearer {SECRETS['bearer in a log']}",
            f"cache: https://s3.example/a.mp4?X-Amz-Signature={SECRETS['presigned address in a log']}",
            f"provision: code {SECRETS['code on the screen']} at {link}",
            f"diagnostics: pin: {SECRETS['PIN of the page']} confirmation={SECRETS['number to confirm']}",
            f"cache: proxy said no to {SECRETS['password of the proxy']}",
            f"kernel: Cookie: {SECRETS['cookie in a log']}",
            f"cache: redeeming {SECRETS['pairing code of the settings']} with {SECRETS['private key']}",
        )
    )
    return device, log


def packed(device: Device, log: str, depth: Depth = GLANCE) -> bytes:
    surroundings = Surroundings(root=device.folder)
    return collect(device.config, device.clock, depth, surroundings, lambda _: log).packed


def leaked(parts: Mapping[Part, bytes]) -> set[str]:
    whole = b"\n".join(parts.values())
    return {name for name, secret in SECRETS.items() if secret.encode() in whole}


def test_none_of_the_planted_secrets_is_in_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(SECRETS) >= 12
    monkeypatch.setenv("https_proxy", f"http://user:{SECRETS['password of the proxy']}@proxy.example:3128")
    device, log = planted(tmp_path)

    parts = bundle.unpack(packed(device, log, DEEP))

    assert set(parts) == set(Part)
    assert leaked(parts) == set()


def test_without_the_redaction_they_would_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: the planting works, and so does the search."""
    device, log = planted(tmp_path)
    monkeypatch.setattr(bundle, "redact", lambda text, _: text)
    monkeypatch.setattr(bundle, "redact_tree", lambda tree, _: tree)

    assert len(leaked(bundle.unpack(packed(device, log)))) >= 8


def test_a_bundle_is_small_whatever_the_logs_hold(tmp_path: Path) -> None:
    device = Device(tmp_path)
    device.settle()

    parts = bundle.unpack(packed(device, "many words " * 1_000_000))

    assert sum(len(data) for data in parts.values()) < 4 * bundle.MOST_BYTES


def a_bundle(folder: Path) -> Path:
    device = Device(folder / "device")
    device.settle()
    device.publish(issuedAt="2026-11-01T00:00:00Z")
    device.paths.player_status.unlink()
    file = folder / "bundle.tar.gz"
    file.write_bytes(packed(device, ""))
    return file


def test_a_replay_says_what_the_device_said(tmp_path: Path, capsys: Capture) -> None:
    status = replay.main([str(a_bundle(tmp_path)), "--json"])
    told = json.loads(capsys.readouterr().out)

    assert status == 0
    assert told["agrees"] is True
    assert told["answer"]["source"]["id"] == "s"
    assert told["answer"]["zones"][0]["contentId"] == CONTENT
    assert told["findings"][0]["cause"] == "player-dead"


def test_a_replay_tells_of_another_time_in_words(tmp_path: Path, capsys: Capture) -> None:
    status = replay.main([str(a_bundle(tmp_path)), "--at", "2026-12-24T17:00:00Z"])
    lines = capsys.readouterr().out.splitlines()

    assert status == 0
    assert lines[0] == "The player is not running: nothing draws on the screen."
    assert any("Thu 2026-12-24 18:00:00 in Europe/Berlin" in line for line in lines)
    assert lines[-1] == "The device said the same."


def test_a_replay_that_comes_out_otherwise_says_so(tmp_path: Path, capsys: Capture) -> None:
    file = a_bundle(tmp_path)
    parts = bundle.unpack(file.read_bytes())
    said = json.loads(parts[Part.PROGRAMME]) | {"digest": "sha256:0"}
    file.write_bytes(bundle.pack({**parts, Part.PROGRAMME: json.dumps(said).encode()}, NOW))

    assert replay.main([str(file)]) == 1
    assert "something else" in capsys.readouterr().out


def test_without_a_manifest_there_are_still_findings(tmp_path: Path, capsys: Capture) -> None:
    file = a_bundle(tmp_path)
    parts = bundle.unpack(file.read_bytes())
    del parts[Part.MANIFEST]
    file.write_bytes(bundle.pack(parts, NOW))

    assert replay.main([str(file)]) == 0
    assert "nothing to replay" in capsys.readouterr().out


def tar(*entries: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, data in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(data), kind, "/etc/passwd"
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


FOREIGN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"PK\x03\x04 something else",
    "cut off": lambda: tar(("facts.json", b"{}"))[:-20],
    "a bomb": lambda: gzip.compress(bytes(200_000_000)),
    "only strangers": lambda: tar(("../../etc/cron.d/x", b"* * * * * root id")),
    "a link in a part's place": lambda: tar(("facts.json", b""), kind=tarfile.SYMTYPE),
    "facts of something else": lambda: tar(("facts.json", b'{"format":1}')),
    "facts that are no JSON": lambda: tar(("facts.json", b"\xff")),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_bundle_is_refused_in_a_sentence(name: str, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "foreign"
    file.write_bytes(FOREIGN[name]())

    assert replay.main([str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"vizora replay: {file}: ")
    assert sorted(tmp_path.iterdir()) == [file]


def test_a_missing_bundle_is_named(tmp_path: Path, capsys: Capture) -> None:
    assert replay.main([str(tmp_path / "none")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_the_same_parts_are_the_same_bytes() -> None:
    parts = {Part.SUMMARY: b"well", Part.FACTS: b"{}"}

    assert bundle.pack(parts, NOW) == bundle.pack(dict(reversed(parts.items())), NOW)
    with pytest.raises(OperatorError):
        bundle.about(parts)


def test_the_command_writes_a_file_that_is_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    device = Device(tmp_path)
    device.settle()
    for name, value in device.environ.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "b.tar.gz"

    assert support_bundle.main(["--offline", "--json", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"file": str(file), "bytes": file.stat().st_size, "headline": told["headline"]}
    assert file.stat().st_mode & 0o777 == 0o600
    assert support_bundle.main(["--offline", str(tmp_path / "no" / "folder" / "b")]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_secrets_are_known_by_where_they_lie(tmp_path: Path) -> None:
    device, _ = planted(tmp_path)
    proxies = {"HTTP_PROXY": "user:p%40ss@proxy:1", "PATH": "/bin"}

    assert held_secrets.secrets(device.config, proxies) >= {TOKEN, SECRETS["private key"], "p@ss"}
