"""PostgreSQL: a cluster of its own, made by `initdb`. The server refuses to be root, so root lends it a user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.free_port import free_port
from tests.servers.program import end, program, start_again

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
"""A test's data need not survive the machine."""


class Postgres:
    """Made in `folder`; may be killed and started again: what it had committed is there."""

    def __init__(self, folder: Path, settings: Sequence[str] = QUICK) -> None:
        self._folder, self._owner, self._port = folder, _lend(folder), free_port()
        data = folder / "data"
        subprocess.run(
            [_binary("initdb"), "-D", str(data), "-U", "vizora", "--auth=trust", "--no-sync", "--encoding=UTF8"],
            check=True, capture_output=True, cwd=folder,
            user=self._owner and self._owner[0], group=self._owner and self._owner[1], extra_groups=self._owner and [],
        )  # fmt: skip
        self.url = f"postgresql://vizora@127.0.0.1:{self._port}"
        self._command = [
            _binary("postgres"),
            "-D",
            str(data),
            "-p",
            str(self._port),
            "-h",
            "127.0.0.1",
            "-k",
            str(folder),
        ]
        for setting in settings:
            self._command += ["-c", setting]
        self.start()

    def start(self) -> None:
        self._process = start_again(self._command, self._folder, lambda: _answers(self.url), owner=self._owner)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, ending: signal.Signals = signal.SIGINT) -> None:
        end(self._process, ending)


@contextmanager
def postgres() -> Iterator[str]:
    """Its address, as in `postgresql://vizora@127.0.0.1:5432`: databases are yours to make."""
    with postgres_server() as server:
        yield server.url


@contextmanager
def postgres_server(settings: Sequence[str] = QUICK) -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="vizora-postgres-"))
    try:
        server = Postgres(folder, settings)
        try:
            yield server
        finally:
            server.stop()
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
