"""ClickHouse's engine behind its HTTP interface."""

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.free_port import free_port
from tests.servers.program import running

ROOT = Path(__file__).parents[2]


@contextmanager
def clickhouse_server(port: int | None = None, folder: Path | None = None) -> Iterator[str]:
    """Its address, as in `http://127.0.0.1:8123`. The port and folder of before make it the same server anew."""
    if importlib.util.find_spec("chdb") is None:
        raise RuntimeError("chdb-core-lite is missing: `make .venv/dev-clickhouse` installs what the tests need")
    port = port or free_port()
    own = folder or Path(tempfile.mkdtemp(prefix="vizora-clickhouse-"))
    url = f"http://127.0.0.1:{port}"
    front = [sys.executable, str(ROOT / "tests/servers/clickhouse_front.py"), str(own / "data"), str(port)]
    try:
        with running(front, own, lambda: _answers(url)):
            yield url
    finally:
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/?query=SELECT+1", timeout=60).text.strip() == "1"
    except requests.RequestException:
        return False
