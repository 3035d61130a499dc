"""`vizora diagnostics`: the service behind the page; `vizora diagnostics open|close`: its door, from this device."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence

from edge import config, service_settings
from edge.asking import ask
from edge.clock import SystemClock
from edge.config import DeviceConfig
from edge.diagnostics.process import MOST_MINUTES, Diagnostics
from edge.sdnotify import Notifier
from edge.status import DoorStatus, read_status
from vizora.errors import OperatorError
from vizora.structs import know_all

DONE, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Exit status 0: done, or asked to end; 1: the service can't be reached, or its port is taken; 2: wrong use."""
    parser = argparse.ArgumentParser(prog="vizora diagnostics", description=__doc__)
    parser.add_argument("door", nargs="?", choices=("open", "close"), help="without it: run the service")
    parser.add_argument(
        "--minutes", type=float, default=MOST_MINUTES, help="how long it stays open, 1 to 30 (default: 30)"
    )
    asked = parser.parse_args(arguments)
    if not 1 <= asked.minutes <= MOST_MINUTES:
        parser.error(f"--minutes may be 1 to {MOST_MINUTES:g}")
    logging.basicConfig(level=logging.INFO, format="diagnostics: %(message)s", stream=sys.stderr)
    try:
        if asked.door:
            settings = config.load(environ)
        else:
            settings = service_settings.load(environ, logging.getLogger(__name__).warning)
    except OperatorError as error:
        sys.stderr.write(f"diagnostics: {error}\n")
        return WRONG_USE
    if asked.door:
        return _ask(settings, {"command": asked.door, "minutes": asked.minutes})
    know_all()  # before there are threads
    return asyncio.run(_serve(settings, environ))


def _ask(settings: DeviceConfig, command: dict[str, object]) -> int:
    try:
        answer = ask(settings.paths.diagnostics_socket, command)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"vizora diagnostics: the service does not answer ({error}); is vizora-diagnostics running?\n")
        return FAILED
    if answer.get("ok") is not True:
        sys.stderr.write(f"vizora diagnostics: {answer.get('error')}\n")
        return FAILED
    door = read_status(settings.paths.door_status, DoorStatus)
    if door is None:
        sys.stdout.write("The page is closed.\n")
    else:
        lines = [f"The page is open until {door.until:%H:%M} (UTC).", f"PIN: {door.pin}", *door.addresses]
        sys.stdout.write("\n".join(lines) + "\n")
    return DONE


async def _serve(settings: DeviceConfig, environ: Mapping[str, str]) -> int:
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    try:
        await Diagnostics(settings, SystemClock(), Notifier(environ)).run(ending)
    except OSError as error:
        sys.stderr.write(f"diagnostics: {error}\n")
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
