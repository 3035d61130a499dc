"""A network of one's own: the command runs in namespaces that nobody else sees and that end with it."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.child_process import dies_with_its_parent

ROOT = Path(__file__).parents[3]
DEADLINE_S = 60.0

ALONE = "ip link set lo up\n"
CABLE = ALONE + "ip link add v0 type veth peer name p0\nip link set v0 up\n"
PEER = CABLE + (
    # a second host at the other end; its namespace lives as long as its sleeper, which dies with the shell
    "unshare --net sleep 300 > /dev/null 2>&1 & peer=$!\n"
    "trap 'kill $peer' EXIT\n"
    'until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done\n'
    "ip link set p0 netns $peer\n"
    'there() { nsenter --target $peer --net "$@"; }\n'
    "there ip link set lo up\nthere ip link set p0 up\n"
    "ip addr add 192.0.2.20/24 dev v0\nip route add default via 192.0.2.1\n"
)
ROUTER = PEER + "there ip addr add 192.0.2.1/24 dev p0\n"


def inside(setup: str, command: Sequence[str], environ: Mapping[str, str]) -> str:
    """What the command printed, after the shell lines of `setup` made its network."""
    alone = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net", "--mount"]
    done = subprocess.run(
        [*alone, "sh", "-ec", f'{setup}"$@"', "sh", *command],
        cwd=ROOT,
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        preexec_fn=dies_with_its_parent,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def resolving_by(folder: Path, server: str) -> str:
    """A resolv.conf of this namespace's own."""
    file = folder / "resolv.conf"
    file.write_text(f"nameserver {server}\noptions timeout:1 attempts:1\n")
    return f"mount --bind '{file}' /etc/resolv.conf\n"
