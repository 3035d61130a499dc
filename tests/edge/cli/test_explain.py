import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli.explain import main
from edge.diagnostics.programme import local
from tests.edge.cli.manifest_files import Files, files
from tests.vizora.manifests import manifest, utc

NOON = "2026-03-25T11:30:00Z"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path) -> Files:
    return files(tmp_path)


def test_one_line_of_json_with_the_fields_of_the_contract(shop: Files, capsys: Capture) -> None:
    status = main(["--manifest", str(shop.bare), "--at", NOON, "--json"])
    out = capsys.readouterr().out
    told = json.loads(out)

    assert status == 0
    assert out.count("\n") == 1
    assert list(told) == ["at", "timeZone", "localTime", "clock", "source", "zones", "nextChange", "why"]
    assert list(told["source"]) == ["kind", "id", "priority", "since", "until"]
    assert list(told["zones"][0]) == [
        "zoneId",
        "playlistId",
        "itemId",
        "contentId",
        "index",
        "offsetMs",
        "startedAt",
        "endsAt",
    ]
    assert [(one["id"], one["outcome"]) for one in told["why"]] == [("day", "lost"), ("lunch", "won"), ("one", "lost")]
    assert (told["at"], told["localTime"], told["clock"]) == (NOON, "2026-03-25T12:30:00+01:00", "trusted")


def test_for_people_it_says_what_is_on_until_when_and_why(shop: Files, capsys: Capture) -> None:
    assert main(["--manifest", str(shop.signed), "--public-key", shop.key, "--at", NOON]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Wed 2026-03-25 12:30:00 in Europe/Berlin (2026-03-25T11:30:00+00:00), clock trusted",
        "On: schedule Lunch, priority 0",
        "  main: A picture (item only), 0 s in, until Wed 2026-03-25 12:30:10",
        "Next change: Wed 2026-03-25 12:30:10",
        "Why:",
        "  lost     schedule day: Active since Wednesday 2026-03-25 08:00:00 until Wednesday 2026-03-25 20:00:00,"
        " but schedule Lunch is as strong and started later.",
        "  won      schedule lunch: Active since Wednesday 2026-03-25 12:00:00 until Wednesday 2026-03-25 13:00:00,"
        " and nothing stronger is.",
        "  lost     fallback one: The fallback is always ready, but schedule Lunch comes first.",
    ]


def test_nothing_is_said_to_be_on_for_good_when_that_is_so(tmp_path: Path, capsys: Capture) -> None:
    empty = files(tmp_path, manifest())

    assert main(["--manifest", str(empty.bare), "--at", NOON]) == 0
    assert "On: nothing\nNext change: never\n" in capsys.readouterr().out


def test_the_clocks_trust_is_taken_into_account(shop: Files, capsys: Capture) -> None:
    main(["--manifest", str(shop.bare), "--at", NOON, "--clock", "untrusted", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["clock"], told["source"]["kind"]) == ("untrusted", "fallback")


def test_instants_from_standard_input_are_answered_a_line_each(
    shop: Files, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO(f"{NOON}\n\nnoon\n2026-03-25T13:30:00+02:00\n9999-12-31T23:00:00-09:00")
    )

    status = main(["--manifest", str(shop.bare), "--at", "-"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert status == 1
    assert [line.get("at") for line in lines] == [NOON, None, NOON, None]
    assert lines[1]["error"].startswith("line 3: 'noon' is not an instant; one such as 2026-03-29T02:30:00Z is allowed")
    assert "outside the calendar" in lines[3]["error"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--manifest", "{broken}", "--public-key", "{key}"], "were not signed by the key 'k1', or were changed since"),
        (["--manifest", "{signed}", "--public-key", "{other_key}"], "were not signed by the key 'k1'"),
        (["--manifest", "{bare}", "--public-key", "{key}"], "there is no signature to check with --public-key"),
        (["--manifest", "{bare}.missing"], "bare.json.missing: No such file or directory"),
        (["--manifest", "."], "Is a directory"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_status_1_and_one_sentence(
    shop: Files, capsys: Capture, arguments: list[str], told: str
) -> None:
    places = {name: str(getattr(shop, name)) for name in ("bare", "signed", "broken", "key", "other_key")}
    given = [argument.format(**places) for argument in arguments]

    assert main([*given, "--at", NOON]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert captured.err.startswith("vizora explain: ")
    assert told in captured.err
    assert main([*given, "--at", NOON, "--json"]) == 1
    assert told in json.loads(capsys.readouterr().out)["error"]


def test_a_damaged_header_is_refused(shop: Files, capsys: Capture) -> None:
    shop.signed.write_bytes(shop.signed.read_bytes().replace(b"ed25519;k1;", b"k1;"))

    assert main(["--manifest", str(shop.signed), "--public-key", shop.key, "--at", NOON]) == 1
    assert "is not of the form ed25519;" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the following arguments are required: --manifest, --at"),
        (["--manifest", "f", "--at", "yesterday"], "'yesterday' is not an instant"),
        (["--manifest", "f", "--at", "2026-01-01T00:00:00"], "is not an instant"),
        (["--manifest", "f", "--at", NOON, "--clock", "sundial"], "argument --clock: invalid"),
        (["--manifest", "f", "--at", NOON, "--public-key", "short"], "a public key is the base64 of 32 bytes"),
        (["--manifest", "f", "--at", NOON, "--public-key", "!"], "a public key is the base64 of 32 bytes"),
    ],
)
def test_wrong_use_is_status_2_with_what_is_allowed(capsys: Capture, arguments: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_local_times_show_milliseconds_only_where_there_are_any() -> None:
    assert local("Europe/Berlin", utc(2026, 3, 25, 12, 0, 0, 250_000)) == "Wed 2026-03-25 13:00:00.250"
    assert local("Mars", utc(2026, 3, 25, 12)) == "Wed 2026-03-25 12:00:00"


def test_as_a_process_it_answers_while_it_is_still_being_asked(shop: Files) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "edge.cli.main", "explain", "--manifest", str(shop.bare), "--at", "-"]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{NOON}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["source"]["id"] == "lunch"
        process.stdin.close()

        assert process.wait() == 0
