"""`vizora screenshot FILE`: a picture of what is really on the glass, from the running player."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from edge import config
from edge.cli import player_socket
from vizora.errors import VizoraError


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="vizora screenshot", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write the PNG")
    asked = parser.parse_args(arguments)
    try:
        paths = config.load(os.environ).paths
        answer = player_socket.ask(paths.player_socket, {"command": "screenshot", "file": str(asked.file.absolute())})
    except VizoraError as fault:
        sys.stderr.write(f"vizora screenshot: {fault}\n")
        return 1
    sys.stdout.write(f"{answer['file']}: {answer['width']}x{answer['height']}\n")
    return 0
