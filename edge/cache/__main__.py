"""`python -m edge.cache`: fetches, verifies, keeps, reports."""

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from edge import service_settings
from edge.cache.command_socket import CommandSocket
from edge.cache.pairing_session import Machine
from edge.cache.process import NOT_PAIRED, CacheProcess
from edge.cache.recent_log import RecentLog
from edge.cache.watching import Watching
from edge.cache.worker import Inbox
from edge.clock import SystemClock
from edge.sdnotify import Notifier
from vizora.errors import OperatorError
from vizora.structs import know_all


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Runs until SIGTERM. Exit status 0: asked to end, 2: a wrong setting."""
    logging.basicConfig(level=logging.INFO, format="cache: %(message)s", stream=sys.stderr)
    logging.getLogger("websockets").setLevel(logging.ERROR)
    try:
        config = service_settings.load(environ, logging.getLogger(__name__).warning)
    except OperatorError as error:
        sys.stderr.write(f"cache: {error}\n")
        return 2
    know_all()  # before there are threads
    recent_log = RecentLog()
    logging.getLogger().addHandler(recent_log)
    inbox = Inbox()
    cache = CacheProcess(Machine.here(config, SystemClock(), inbox, recent_log))
    notifier = Notifier(environ)
    asked_to_end: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        asked_to_end.append(number)
        inbox.put(lambda: None)  # wakes the loop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    watching = Watching(config.paths.player_status, lambda: inbox.put(lambda: None))
    watching.start()
    door = _door(CommandSocket(config.paths.cache_socket, inbox, _commands(cache)))
    notifier.ready()
    while not asked_to_end:
        cache.turn()
        notifier.watchdog()
    notifier.stopping()
    if door is not None:
        door.stop()
    watching.stop()
    cache.stop()
    return 0


def _door(door: CommandSocket) -> CommandSocket | None:
    try:
        door.start()
    except OSError as error:
        logging.getLogger(__name__).error("no command socket: %s", error)
        return None
    return door


def _commands(cache: CacheProcess) -> dict[str, Any]:
    return {
        "sync-now": lambda _: {"ok": True} if cache.sync_now() else NOT_PAIRED,
        "clear-cache": lambda _: cache.clear_cache(),
        "import": lambda asked: _import(cache, asked.get("folder")),
        "status": lambda _: {"ok": True, "status": msgspec.to_builtins(cache.status())},
    }


def _import(cache: CacheProcess, folder: Any) -> dict[str, Any]:
    if not isinstance(folder, str) or not folder.startswith("/") or "\0" in folder:
        return {"ok": False, "error": "a folder is named by its absolute path"}
    return cache.import_stick(Path(folder))


if __name__ == "__main__":
    ArgumentParser(prog="vizora cache", description=__doc__).parse_args()  # it has none: wrong use starts nothing
    sys.exit(main())
