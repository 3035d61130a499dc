"""`python -m cloud …` and `vizora cloud …`: the cloud's command line (CONTRACT section 7)."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from vizora.errors import OperatorError

DONE, FAILED, WRONG_USE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="vizora cloud", description="The Vizora cloud.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the cloud until it is told to stop")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, help="port to listen on; 0 takes a free one (default: API_PORT or 3000)")
    serve.add_argument("--data", type=Path, help="data folder (default: VIZORA_DATA_DIR or ./var)")
    return top


def main(
    arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ, errors: TextIO | None = None
) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong use or a wrong setting. A failure is one message, never a traceback."""
    errors = errors or sys.stderr
    try:
        given = parser().parse_args(arguments)
    except SystemExit as wrong:
        return wrong.code if isinstance(wrong.code, int) else WRONG_USE
    from cloud.config import load  # here, so that --help and wrong use answer at once
    from cloud.serve import serve
    from cloud.settings import WrongSettingsError

    try:
        serve(load(environ, host=given.host, port=given.port, data_dir=given.data), sys.stdout)
    except WrongSettingsError as fault:
        print(f"vizora cloud: {fault}", file=errors)
        return WRONG_USE
    except OperatorError as fault:
        print(f"vizora cloud: {fault}", file=errors)
        return FAILED
    return DONE


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: a whole number from 0 (any free port) to 65535")
