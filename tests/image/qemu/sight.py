"""What a reader sees in a picture of the screen: a phone's eye, not a count of colours."""

import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import qrcode
from PIL import Image


def read_codes(picture: Path) -> list[str]:
    """The content of every QR code in it."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)], capture_output=True, check=False
    )
    return done.stdout.decode(errors="replace").splitlines()


def claim(codes: list[str]) -> dict[str, str] | None:
    """Code and claim key of a pairing screen, as the phone that follows its link gets them."""
    for code in codes:
        fields = dict(parse_qsl(urlsplit(code).fragment))
        if {"code", "claimKey"} <= fields.keys():
            return fields
    return None


def poster(nonce: str, path: Path) -> Path:
    """A picture that says this run's nonce to whoever reads it."""
    code = qrcode.make(nonce, box_size=14, border=4).convert("RGB")
    picture = Image.new("RGB", (800, 600), "#0b6e4f")
    picture.paste(code, ((800 - code.width) // 2, (600 - code.height) // 2))
    picture.save(path)
    return path
