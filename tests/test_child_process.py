import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tests

ROOT = Path(tests.__file__).parents[1]
PROGRAM = """
import subprocess, sys, time
from tests.child_process import dies_with_its_parent
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], {how})
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("how", "ends"),
    [("preexec_fn=dies_with_its_parent", True), ("start_new_session=False", False)],
    ids=["as tests start them", "broken twin: started plainly"],
)
def test_a_process_ends_with_the_test_that_is_killed(how: str, ends: bool) -> None:
    command = [sys.executable, "-c", PROGRAM.format(how=how)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        child = int(killed.stdout.readline())
        watch = os.pidfd_open(child)
        killed.kill()

    ended, _, _ = select.select([watch], [], [], 20 if ends else 0.5)
    if not ended:
        signal.pidfd_send_signal(watch, signal.SIGKILL)
    os.close(watch)
    assert bool(ended) is ends
