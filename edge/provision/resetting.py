"""`vizora provision reset` and `vizora provision unpair`: asks, then does it."""

import sys
from collections.abc import Callable, Mapping, Sequence

from edge.config import places
from edge.provision import reset
from edge.provision.arguments import Parser

DONE, FAILED = 0, 1

RESET = """This erases everything this screen has learned: pairing, identity, Wi-Fi, content, and plays not sent yet.
In the cloud it stays in the list, offline, until somebody removes it."""
UNPAIR = """This screen forgets to whom it belongs and shows a new code; Wi-Fi and content stay.
In the cloud it stays in the list, offline, until somebody removes it or replaces it by this one."""


def reset_main(arguments: Sequence[str], environ: Mapping[str, str], ask: Callable[[str], str] = input) -> int:
    """Exit status 0: done; 1: not wanted after all, or not possible; 2: wrong use."""
    parser = Parser("reset", "erases everything, with the next start of the device")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    if not parser.parse_args(arguments).yes and not _agreed(RESET, ask):
        return FAILED
    try:
        reset.ask_for_reset(places(environ))
    except OSError as error:
        return _failed(error)
    sys.stdout.write("It is erased with the next start: restart the device now (systemctl reboot).\n")
    return DONE


def unpair_main(arguments: Sequence[str], environ: Mapping[str, str], ask: Callable[[str], str] = input) -> int:
    """As `reset_main`."""
    parser = Parser("unpair", "forgets to whom this screen belongs, and shows a new code")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument(
        "--keep-identity",
        action="store_true",
        help="the same device as before: right only when the cloud has removed this screen already",
    )
    asked = parser.parse_args(arguments)
    if not asked.yes and not _agreed(UNPAIR, ask):
        return FAILED
    try:
        reset.unpair(places(environ), keep_identity=asked.keep_identity)
    except OSError as error:
        return _failed(error)
    sys.stdout.write("The screen shows a new code in a moment.\n")
    return DONE


def _agreed(what: str, ask: Callable[[str], str]) -> bool:
    sys.stdout.write(f"{what}\n")
    try:
        return ask('Type "yes" to go on: ').strip().lower() == "yes"
    except EOFError:
        return False


def _failed(error: OSError) -> int:
    sys.stderr.write(f"vizora provision: {error.filename or 'the storage'}: {error.strerror or error}\n")
    return FAILED
