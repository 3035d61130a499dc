"""Which font can write a text: ours, or the one of this machine that has most of its letters (asked of fontconfig)."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
OURS = FOLDER / "Manrope-Bold.ttf"
PATIENCE = 5.0
NOWHERE = "\uffff"
"""No font has a letter for this one, so each shows what it shows for letters it lacks."""


def font_for(text: str) -> Path:
    """Never raises: without fontconfig, or without a better font, it is ours."""
    lacking = lacks(OURS, text)
    return (_installed(frozenset(text)) if lacking else None) or OURS


def lacks(font: Path, text: str) -> frozenset[str]:
    """The letters of `text` that `font` has not. Raises OSError when it can't be read."""
    from PIL import ImageFont

    face = ImageFont.truetype(str(font), 24, layout_engine=ImageFont.Layout.BASIC)
    nothing = bytes(face.getmask(NOWHERE))
    written = {letter for letter in text if not letter.isspace() and letter.isprintable()}
    return frozenset(letter for letter in written if bytes(face.getmask(letter)) == nothing)


@lru_cache(maxsize=16)
def _installed(letters: frozenset[str]) -> Path | None:
    program = shutil.which("fc-match")
    if program is None:
        return None
    charset = " ".join(f"{ord(letter):x}" for letter in sorted(letters) if letter.isprintable())
    command = [program, "-f", "%{file}", f"sans:bold:scalable=true:charset={charset}"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True).stdout
        found = Path(answer.decode())
        text = "".join(letters)
        return found if len(lacks(found, text)) < len(lacks(OURS, text)) else None
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
