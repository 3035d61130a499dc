"""File names that went wrong somewhere: traversal, encodings, devices, control characters, directions, lengths."""

from collections.abc import Iterator
from itertools import product

TARGETS = (
    "etc/passwd",
    "etc/cron.d/x",
    "x.png",
    "windows/win.ini",
    "app/static/x.html",
    ".ssh/authorized_keys",
    "vizora.db",
)
CLIMBS = (
    "../", "../../../../", "..\\", "..\\..\\..\\", "....//", "..;/", "%2e%2e%2f", "%2e%2e/", "..%2f", "..%5c",
    "%252e%252e%252f", "..%c0%af", "..%ef%bc%8f", "\uff0e\uff0e\uff0f", "./../", "/", "//", "\\\\server\\share\\",
    "C:\\", "C:/", "file:///", "/proc/self/root/", "~/", "~root/", "..\u2215", "..\u29f5", "\\\\?\\C:\\", "/dev/fd/",
)  # fmt: skip
RESERVED = ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "CLOCK$", "con.png", "nul.tar.gz", "aux ", "prn.")
CONTROLS = ("\x00", "\r\n", "\n", "\t", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff", "\u200b")
PATTERNS = ("{}x.png", "x{}.png", "x.png{}", "x.png{}.html", "a{0}b{0}c.png", "{0}{0}{0}")
ODD = (
    "", " ", ".", "..", "...", ". .", "-rf", "--help", "-", "~", "*", "?", "|id", ";id;", "$(id)", "`id`", "${IFS}",
    "x" * 255, "x" * 256, "x" * 4096, "😀" * 1024, "é" * 200, "e\u0301" * 300, "x." * 500, "." * 300, "/" * 300,
    'a";filename="b.png', "a'; DROP TABLE content; --", "<script>alert(1)</script>.png", '"><img src=x onerror=1>.png',
    "x.png::$DATA", "x.png:hidden", "x.php.png", "x.png%00.php", ".htaccess", ".bashrc", "desktop.ini", "=cmd|'/c'!A1",
    "\ud7ff.png", "\U0010ffff.png", "ﷺ" * 100, "Z\u0300\u0301\u0302\u0303" * 80, "x.png/", "x.png\\", "x/y/z.png",
)  # fmt: skip


def hostile_names() -> Iterator[str]:
    yield from (climb + target for climb, target in product(CLIMBS, TARGETS))
    yield from (pattern.format(control) for pattern, control in product(PATTERNS, CONTROLS))
    yield from RESERVED
    yield from ODD


NAMES = tuple(dict.fromkeys(hostile_names()))
