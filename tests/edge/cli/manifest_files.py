"""A shop's manifest in a file, bare and stored with its signature."""

import base64
from dataclasses import dataclass
from pathlib import Path

from tests.vizora.manifests import manifest, schedule
from vizora.manifest.codec import encode
from vizora.manifest.model import Manifest, Weekly
from vizora.manifest.signature import public_key, sign
from vizora.manifest.stored import pack

PRIVATE = bytes(range(32))
SHOP = manifest(
    schedule("day", Weekly(days=(3,), start_time="08:00", end_time="20:00"), shows="two", name="Opening hours"),
    schedule("lunch", Weekly(days=(3,), start_time="12:00", end_time="13:00"), name="Lunch"),
    fallback="one",
)


@dataclass(frozen=True)
class Files:
    bare: Path
    signed: Path
    broken: Path
    key: str = base64.b64encode(public_key(PRIVATE)).decode()
    other_key: str = base64.b64encode(public_key(bytes(32))).decode()


def files(folder: Path, made: Manifest = SHOP) -> Files:
    body = encode(made)
    found = Files(folder / "bare.json", folder / "current", folder / "broken")
    found.bare.write_bytes(body)
    found.signed.write_bytes(pack(sign(body, "k1", PRIVATE), body))
    found.broken.write_bytes(found.signed.read_bytes().replace(b'"version":1', b'"version":2'))
    return found
