"""What is left of a client's file name: a label for people. It never becomes a path."""

import re
import unicodedata
from urllib.parse import quote

MAX_NAME = 200
UNNAMED = "Untitled"


def label(file_name: str) -> str:
    """The last part of a path of any system, printable, one line, at most 200 characters."""
    last = re.split(r"[/\\]", file_name)[-1]
    seen = "".join(
        character for character in last if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    return " ".join(seen.split())[:MAX_NAME].strip(" .") or UNNAMED


def title_of(file_name: str) -> str:
    """The label without its ending: `Summer sale.final.jpg` becomes `Summer sale.final`."""
    name = label(file_name)
    return re.sub(r"(?<=.)\.[A-Za-z0-9]{1,5}$", "", name) or name


def disposition(kind: str, name: str) -> str:
    """A Content-Disposition for a name of any characters (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
