import json
from pathlib import Path

import pytest

from edge.cli.timeline import main
from tests.edge.cli.manifest_files import SHOP, Files, files
from tests.vizora.manifests import utc
from vizora.schedule.evaluate import plan
from vizora.schedule.timeline import timeline

DAY = ["--from", "2026-03-25T00:00:00Z", "--to", "2026-03-26T00:00:00Z"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path) -> Files:
    return files(tmp_path)


def test_json_has_the_fields_of_the_contract_and_the_digest_of_the_cloud(shop: Files, capsys: Capture) -> None:
    assert main(["--manifest", str(shop.signed), "--public-key", shop.key, *DAY, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert list(told) == ["segments", "conflicts", "digest"]
    assert list(told["segments"][0]) == ["from", "to", "source", "zones"]
    assert [one["source"]["id"] for one in told["segments"]] == ["one", "day", "lunch", "day", "one"]
    assert [(one["kind"], one["winnerId"], one["loserId"]) for one in told["conflicts"]] == [("tie", "lunch", "day")]
    assert told["digest"] == timeline(plan(SHOP), utc(2026, 3, 25), utc(2026, 3, 26)).digest


def test_for_people_times_are_those_of_the_shop(shop: Files, capsys: Capture) -> None:
    assert main(["--manifest", str(shop.bare), *DAY]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[:3] == [
        "Wall clock of Europe/Berlin",
        "Wed 2026-03-25 01:00:00 to Wed 2026-03-25 08:00:00  fallback one (main: one)",
        "Wed 2026-03-25 08:00:00 to Wed 2026-03-25 12:00:00  schedule day (main: two)",
    ]
    assert lines[-2].startswith("tie from Wed 2026-03-25 12:00:00: schedule Lunch and schedule Opening hours have")
    assert lines[-1].startswith("sha256:")


def test_a_manifest_that_cannot_be_used_is_status_1(shop: Files, capsys: Capture) -> None:
    arguments = ["--manifest", str(shop.broken), "--public-key", shop.key, *DAY]

    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("vizora timeline: signature: these bytes were not signed")
    assert main([*arguments, "--json"]) == 1
    assert "were not signed" in json.loads(capsys.readouterr().out)["error"]


def test_a_timeline_that_ends_before_it_starts_is_wrong_use(shop: Files, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--manifest", str(shop.bare), "--from", DAY[3], "--to", DAY[1]])

    assert ended.value.code == 2
    assert "--to must be later than --from" in capsys.readouterr().err
