"""How a signed manifest lies in a file: the signature header, an empty line, the exact signed bytes.

Reading gives both back unjudged; whether they are believed is for `vizora.manifest.trust`.
"""

from vizora.device_api import SIGNATURE_HEADER
from vizora.manifest.faults import Fault, ManifestError

_PREFIX = f"{SIGNATURE_HEADER}: ".encode("ascii")
MAX_HEADER_BYTES = 512


def pack(signature: str, body: bytes) -> bytes:
    """The bytes of the file. Raises ValueError when the signature isn't one printable line."""
    if not signature.isascii() or not signature.isprintable() or len(signature) > MAX_HEADER_BYTES:
        raise ValueError(f"signature {signature[:40]!r}: one line of printable ASCII is allowed")
    return _PREFIX + signature.encode("ascii") + b"\n\n" + body


def unpack(data: bytes) -> tuple[str | None, bytes]:
    """The signature and the signed bytes; (None, data) for a bare manifest. Raises ManifestError on a cut header."""
    if not data.startswith(_PREFIX):
        return None, data
    end = data.find(b"\n\n", 0, len(_PREFIX) + MAX_HEADER_BYTES + 2)
    try:
        signature = data[len(_PREFIX) : end].decode("ascii")
    except UnicodeDecodeError:
        end = -1
    if end < 0:
        raise ManifestError([Fault("", f"stored file: after the {SIGNATURE_HEADER} line comes one empty line")])
    return signature, data[end + 2 :]
