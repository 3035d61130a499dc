"""What deploy/ ships is sound, and names what exists."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cloud.cli import parser
from cloud.config import CloudConfig, load
from cloud.serve import IDLE_S
from cloud.settings import WrongSettingsError
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from tests.systemd.test_units import MOST_EXPOSED, complaints, exposure, unit

FOLDER = Path(__file__).parents[2] / "deploy"
DOCS = FOLDER.parent / "docs"
UNITS = sorted((FOLDER / "systemd").glob("*.service"))
PROGRAM = "/opt/vizora/current/bin/vizora"


def verified(folder: Path, path: Path, text: str) -> list[str]:
    program = shutil.which("vizora", path=str(Path(sys.executable).parent))
    assert program is not None
    started = folder / path.name.replace("@", "@3000")
    started.write_text(text.replace(PROGRAM, program))
    command = ["systemd-analyze", "verify", "--man=no", str(started)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return complaints(done.stderr + done.stdout)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_nothing_wrong(path: Path, tmp_path: Path) -> None:
    assert verified(tmp_path, path, path.read_text()) == []
    assert verified(tmp_path, path, path.read_text().replace("Type=exec", "Type=exce")) != [], "the broken twin"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_is_confined_never_given_up_and_runs_as_the_user_that_is_made(path: Path) -> None:
    found = unit(path)

    assert exposure(path) <= MOST_EXPOSED
    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert found["Service"]["Restart"] == "always"
    assert f"\nu {found['Service']['User']} " in (FOLDER / "systemd/vizora-cloud.sysusers").read_text()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_starts_a_command_that_exists_in_a_folder_that_is_made(path: Path) -> None:
    service = unit(path)["Service"]
    program, room, *words = service["ExecStart"].replace("%i", "3000").split()
    given = parser().parse_args(words)

    assert (program, room) == (PROGRAM, "cloud")
    assert str(given.data) in {
        f"/var/lib/{folder}" for folder in service["StateDirectory"].replace("%i", "3000").split()
    }


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_the_child_that_decodes_may_limit_and_confine_itself(path: Path) -> None:
    """What `cloud.content.probe.confinement` calls: refused, no upload would ever be ready."""
    service = unit(path)["Service"]

    assert {"user", "net"} <= set(service["RestrictNamespaces"].split())
    assert "@resources" not in service["SystemCallFilter"]


@pytest.fixture
def told(tmp_path: Path) -> set[str]:
    """The figures of a cloud, by name."""
    with House(CloudConfig(data_dir=tmp_path), FakeClock()) as house:
        house.register()
        return set(re.findall(r"^# TYPE (\w+)", house.client.get("/metrics").text, re.M))


def test_alarms_are_about_figures_that_are_told(told: set[str]) -> None:
    asked = figures_in(FOLDER / "prometheus/vizora.yml")

    assert len(asked) > 8
    assert {name.removesuffix("_bucket") for name in asked} <= told


def test_every_figure_is_described_and_every_described_one_is_told(told: set[str]) -> None:
    assert figures_in(DOCS / "reference/cloud-metrics.md") == told | {"vizora_publish_seconds"}


def figures_in(path: Path) -> set[str]:
    return set(re.findall(r"\b(?:vizora|process)_[a-z_]+", path.read_text()))


GUIDE = DOCS / "how-to/run-the-cloud-in-production.md"


def settings_of(guide: str) -> list[dict[str, str]]:
    """What each block of the guide that has nothing but settings sets."""
    blocks = [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)]
    whole = [block for block in blocks if all(re.match(r"[A-Z][A-Z0-9_]+=", one) for one in block)]
    return [dict(one.split("=", 1) for one in block) for block in whole]


def test_the_guides_settings_are_settings(tmp_path: Path) -> None:
    small, servers = settings_of(GUIDE.read_text())
    secret = tmp_path / "secret"
    secret.write_text("0f3a9c51d27be4860f3a9c51d27be486")
    files = {name: str(secret) for name in servers if name.endswith("_FILE")}

    assert load(small).secure
    assert load({**small, **servers, **files}).s3 is not None
    with pytest.raises(WrongSettingsError):
        load({**servers, **files, "REDIS_URI": servers["REDIS_URL"], "REDIS_URL": ""})


def test_the_guides_commands_are_commands() -> None:
    lines = re.findall(r"^vizora-cloud ([^#\n]*)", GUIDE.read_text(), re.M)

    assert len(lines) >= 5
    for line in lines:
        parser().parse_args([*shlex.split(line), "--data", "/var/lib/vizora-cloud/3000"])


def test_the_proxy_ends_an_idle_connection_before_the_cloud_does() -> None:
    seconds = re.search(r"keepalive_timeout (\d+)s;", (FOLDER / "nginx/vizora.conf").read_text())

    assert seconds is not None
    assert int(seconds[1]) < IDLE_S
