"""What an organization may have is agreed by whoever runs the cloud: without it nobody could have 2,000 screens."""

import json
from pathlib import Path

import pytest

from cloud import cli
from cloud.config import CloudConfig
from cloud.operations import organizations
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError


def test_what_was_agreed_holds_is_written_down_and_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*given: str) -> tuple[int, str]:
        status = cli.main(["organization", *given, "--data", str(tmp_path / "var")], environ={})
        said = capsys.readouterr()
        return status, said.out + said.err

    with House(CloudConfig(tmp_path / "var"), FakeClock()) as house:
        admin = house.register("Acme")
        house.pair(admin)
        before = json.loads(run("list", "--json")[1])
        while_it_runs = run("agree", before["slug"], "--screens", "2000")
    agreed = run("agree", before["slug"], "--screens", "2000", "--storage", "500GB")
    listed = run("list")
    with House(CloudConfig(tmp_path / "var"), FakeClock()) as house:
        client = house.sign_in(admin.email)
        has = client.get("/api/organization").json()
        logged = [row["action"] for row in client.get("/api/audit-logs").json()["items"]]

    assert (before["tier"], before["screens"], before["screenQuota"]) == ("free", 1, 5)
    assert while_it_runs[0] == 1
    assert agreed[0] == 0
    assert f"{before['slug']} (Acme, enterprise): 1 of 2,000 screens, 0.0 of 500.0 GB" in agreed[1]
    assert listed == (0, agreed[1].removeprefix("vizora cloud: "))
    assert (has["subscriptionTier"], has["screenQuota"], has["storageQuota"]) == ("enterprise", 2000, 500 * 1024**3)
    assert logged.count("billing.tier") == 1


def test_who_is_not_there_and_what_is_no_number_is_refused_in_a_sentence(house: House) -> None:
    with pytest.raises(OperatorError, match="organization list"):
        organizations.agree(house.cloud.database, house.clock, "nobody", screens=1, storage=None)
    for wrong in ("many", "-1", "1.5", "1000001"):
        with pytest.raises(OperatorError, match="as in 2000"):
            organizations.screens(wrong)
    for wrong in ("5 PB", "lots", "-1", "2000TB", ""):
        with pytest.raises(OperatorError, match="as in 500GB"):
            organizations.size(wrong)


@pytest.mark.parametrize(("text", "size"), [("1024", 1024), ("500GB", 500 * 2**30), ("2 tb", 2 * 2**40)])
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert organizations.size(text) == size
