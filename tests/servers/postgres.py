"""PostgreSQL: a cluster of its own, made by `initdb`. The server refuses to be root, so root lends it a user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.free_port import free_port
from tests.servers.program import program, running

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
"""A test's data need not survive the machine."""


@contextmanager
def postgres() -> Iterator[str]:
    """Its address, as in `postgresql://vizora@127.0.0.1:5432`: databases are yours to make."""
    folder = Path(tempfile.mkdtemp(prefix="vizora-postgres-"))
    try:
        owner = _lend(folder)
        data, port = folder / "data", free_port()
        subprocess.run(
            [_binary("initdb"), "-D", str(data), "-U", "vizora", "--auth=trust", "--no-sync", "--encoding=UTF8"],
            check=True, capture_output=True, cwd=folder,
            user=owner and owner[0], group=owner and owner[1], extra_groups=owner and [],
        )  # fmt: skip
        url = f"postgresql://vizora@127.0.0.1:{port}"
        command = [_binary("postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
        for setting in QUICK:
            command += ["-c", setting]
        with running(command, folder, lambda: _answers(url), owner=owner, ending=signal.SIGINT):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(f"{url}/postgres", connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _binary(name: str) -> str:
    return program(name, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))


def _lend(folder: Path) -> tuple[int, int] | None:
    """The user and group to run it as, who then own the folder; None: as we are."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_uid, user.pw_gid
