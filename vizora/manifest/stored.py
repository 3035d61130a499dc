"""How a signed manifest lies in a file: the signature header, where it needs them the handovers of signing keys, an
empty line, the exact signed bytes.

Reading gives them back unjudged; whether they are believed is for `vizora.manifest.trust`.
"""

from vizora.device_api import HANDOVER_HEADER, SIGNATURE_HEADER
from vizora.manifest.faults import Fault, ManifestError
from vizora.manifest.handover import MOST_CHARACTERS

_PREFIX = f"{SIGNATURE_HEADER}: ".encode("ascii")
_HANDOVERS = f"\n{HANDOVER_HEADER}: "
_MOST_SIGNATURE = 512
MAX_HEADER_BYTES = _MOST_SIGNATURE + len(_HANDOVERS) + MOST_CHARACTERS


def pack(signature: str, body: bytes, handovers: str = "") -> bytes:
    """The bytes of the file. Raises ValueError when signature or handovers aren't one printable line."""
    for name, line, most in (("signature", signature, _MOST_SIGNATURE), ("handovers", handovers, MOST_CHARACTERS)):
        if not line.isascii() or not (line.isprintable() or not line) or len(line) > most:
            raise ValueError(f"{name} {line[:40]!r}: one line of printable ASCII is allowed")
    header = signature + (_HANDOVERS + handovers if handovers else "")
    return _PREFIX + header.encode("ascii") + b"\n\n" + body


def unpack(data: bytes) -> tuple[str | None, bytes]:
    """The signature and the signed bytes; (None, data) for a bare manifest. Raises ManifestError on a cut header."""
    if not data.startswith(_PREFIX):
        return None, data
    header, body = _split(data)
    return header.partition(_HANDOVERS)[0], body


def handovers_of(data: bytes) -> str:
    """The handovers that lie with it; "" when there are none. Raises ManifestError on a cut header."""
    return _split(data)[0].partition(_HANDOVERS)[2] if data.startswith(_PREFIX) else ""


def _split(data: bytes) -> tuple[str, bytes]:
    end = data.find(b"\n\n", 0, len(_PREFIX) + MAX_HEADER_BYTES + 2)
    try:
        header = data[len(_PREFIX) : end].decode("ascii")
    except UnicodeDecodeError:
        end = -1
    if end < 0 or len(header.partition(_HANDOVERS)[0]) > _MOST_SIGNATURE:
        raise ManifestError([Fault("", f"stored file: after the {SIGNATURE_HEADER} line comes one empty line")])
    return header, data[end + 2 :]
