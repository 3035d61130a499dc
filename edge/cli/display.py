"""`vizora display -- COMMAND`: finds what this machine can draw with, and becomes COMMAND on it.

KMSDRM first (no server in between), then X, then what is left: the player without a window, which waits for a display,
says so in its status, and goes on counting and fetching.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CANNOT = 1
PATIENCE_S = 90.0
TRY = "import pygame; pygame.display.init(); raise SystemExit(0 if pygame.display.get_driver() == 'KMSDRM' else 1)"

KMSDRM_RENDERER = "opengles2"
"""SDL would take desktop OpenGL first, which can't draw into textures there: a player without a picture."""


class Stack(StrEnum):
    KMSDRM = "kmsdrm"
    X = "x"
    FRAME_BUFFER = "frame-buffer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to draw with."""

    has_card: bool
    kmsdrm_opens: Callable[[], bool]
    """Asked only when there is a card: it takes a second."""
    has_x: bool
    has_frame_buffer: bool


def choose(means: Means) -> Stack:
    if means.has_card and means.kmsdrm_opens():
        return Stack.KMSDRM
    if means.has_x:
        return Stack.X
    return Stack.FRAME_BUFFER if means.has_frame_buffer else Stack.NONE


def launched(stack: Stack, command: Sequence[str], environ: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command to become, and its environment."""
    match stack:
        case Stack.KMSDRM:
            return list(command), {**environ, "SDL_VIDEODRIVER": "kmsdrm", "SDL_RENDER_DRIVER": KMSDRM_RENDERER}
        case Stack.X:
            server = ["--", ":0", "-nolisten", "tcp", "-nocursor", "-s", "0", "-dpms"]
            return ["xinit", *command, *server], {**environ, "SDL_VIDEODRIVER": "x11"}
    return list(command), dict(environ)


def means(root: Path, environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> Means:
    return Means(
        has_card=any((root / "dev/dri").glob("card*")),
        kmsdrm_opens=lambda: _kmsdrm_opens(environ),
        has_x=which("Xorg") is not None and which("xinit") is not None,
        has_frame_buffer=(root / "dev/fb0").exists(),
    )


def main(arguments: Sequence[str]) -> int:
    """Ends only when there is nothing to become: exit status 1, or 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="vizora display", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="say what would be used, and start nothing")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    asked = parser.parse_args(arguments)
    stack = choose(means(Path("/"), os.environ))
    command, environ = launched(stack, asked.command, os.environ)
    sys.stderr.write(f"display: {stack}\n")
    if asked.dry_run:
        return 0
    try:
        os.execvpe(command[0], command, environ)  # noqa: S606  no shell is meant
    except OSError as error:
        sys.stderr.write(f"vizora display: {command[0]}: {error.strerror}\n")
    return CANNOT


def _kmsdrm_opens(environ: Mapping[str, str]) -> bool:
    """In a process of its own: a driver that crashes must not take us with it."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", TRY],
            env={**environ, "SDL_VIDEODRIVER": "kmsdrm", "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
