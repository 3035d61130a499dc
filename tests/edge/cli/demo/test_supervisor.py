import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli.demo.supervisor import RESTART_AFTER, Child, Closed, Supervisor
from edge.player.__main__ import CLOSED
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError

SLEEPER = "import time; time.sleep(600)"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def supervisor(tmp_path: Path, clock: FakeClock) -> Iterator[Supervisor]:
    made = Supervisor(clock, tmp_path / "logs")
    yield made
    made.stop()


def started(supervisor: Supervisor, tmp_path: Path, source: str) -> Child:
    (tmp_path / "child_under_test.py").write_text(source)
    return supervisor.start("child", ("child_under_test",), {"PYTHONPATH": str(tmp_path)})


def pid(child: Child) -> int | None:
    return child.process.pid if child.process else None


def test_a_killed_process_comes_back(supervisor: Supervisor, clock: FakeClock, tmp_path: Path) -> None:
    child = started(supervisor, tmp_path, SLEEPER)
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait()

    supervisor.tick()
    assert pid(child) is None, "restarted at once: a process that dies at its start would spin"
    clock.pass_time(RESTART_AFTER[0])
    supervisor.tick()

    assert pid(child) not in (None, first)


def test_a_process_that_dies_again_and_again_is_given_up_on(
    supervisor: Supervisor, clock: FakeClock, tmp_path: Path
) -> None:
    child = started(supervisor, tmp_path, "raise SystemExit('no such disk')")
    for _ in RESTART_AFTER:
        assert not supervisor.gave_up(child)
        assert child.process is not None
        child.process.wait()
        supervisor.tick()
        clock.pass_time(max(RESTART_AFTER))
        supervisor.tick()

    assert supervisor.gave_up(child)


def test_wrong_use_is_told_at_once_with_the_process_s_own_words(supervisor: Supervisor, tmp_path: Path) -> None:
    child = started(
        supervisor, tmp_path, "import sys; print('VIZORA_WINDOW=x: must be WxH', file=sys.stderr); sys.exit(2)"
    )
    assert child.process is not None
    child.process.wait()

    with pytest.raises(OperatorError, match="child: VIZORA_WINDOW=x: must be WxH"):
        supervisor.tick()


def test_a_closed_window_is_no_fault_to_mend(supervisor: Supervisor, tmp_path: Path) -> None:
    child = started(supervisor, tmp_path, f"import sys; sys.exit({CLOSED})")
    assert child.process is not None
    child.process.wait()

    with pytest.raises(Closed):
        supervisor.tick()


def test_stop_ends_everything_it_started(supervisor: Supervisor, tmp_path: Path) -> None:
    child = started(supervisor, tmp_path, SLEEPER)
    process = child.process
    assert process is not None

    supervisor.stop()

    assert process.returncode == -signal.SIGTERM


def test_settings_of_the_calling_shell_do_not_leak_in(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIZORA_WINDOW", "leaked")
    child = started(supervisor, tmp_path, "import os, sys; sys.exit('VIZORA_WINDOW' in os.environ)")
    assert child.process is not None

    assert child.process.wait() == 0
