"""May this screen play this manifest? The one place where a manifest is accepted or refused.

Modelled on TUF's client rules (signature, then addressee, then version), with one difference on purpose: nothing is
ever refused for its age. `issuedAt` and `staleAfterMs` only mark a screen as stale, so neither a lost network nor a
wrong clock can darken it.

A version is compared as long as the key that set the highest one is trusted. When that key goes, so does what it
said: a thief of it may have signed a version that nothing can follow (TUF's fast-forward recovery, section 5.3.11).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vizora.errors import TrustError
from vizora.identifiers import DeviceId, KeyId
from vizora.manifest.codec import decode
from vizora.manifest.faults import ManifestError
from vizora.manifest.handover import follow
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Key, Manifest
from vizora.manifest.signature import signer_of, verify


@dataclass(frozen=True, slots=True)
class Accepted:
    """`keys` are the ones to trust for every later manifest; `digest` (sha256, hex) names the accepted bytes.

    `key_id` signed these bytes. Its key may be missing from `keys` (that is how a key is retired): whoever re-reads the
    stored bytes after a restart checks them with the keys that were trusted when they were accepted.
    """

    manifest: Manifest
    key_id: KeyId
    keys: tuple[Key, ...]
    digest: str
    stale: bool


def accept(
    body: bytes,
    signature: str,
    *,
    keys: Iterable[Key],
    device_id: str,
    highest_version: int | None,
    now: datetime,
    highest_digest: str | None = None,
    highest_key_id: str | None = None,
    handovers: str = "",
) -> Accepted:
    """The manifest, if this screen may play it. Raises TrustError, which says what was expected.

    `highest_version` is the highest ever accepted, kept durably (None before the first). The same version again is
    accepted, so that a lost file can be fetched anew; with `highest_digest` given it must be the same bytes, because a
    version names one document. `highest_key_id` signed the highest one (None: not known, so any trusted key may have);
    once no such key is trusted any more, neither its version nor its bytes count.

    `handovers`: how the keys that are trusted lead to the one that signed (`vizora.manifest.handover`).
    """
    known = tuple(keys)
    if len(body) > MAX_BYTES:
        raise TrustError(f"manifest: {len(body)} bytes; at most {MAX_BYTES} are allowed")
    trusted = follow(handovers, known, signer_of(signature))
    key_id = verify(body, signature, trusted)
    manifest = _read(body)
    if manifest.device_id != DeviceId(device_id):
        raise TrustError(f"manifest: it is for the screen {manifest.device_id!r}, this one is {device_id!r}")
    digest = hashlib.sha256(body).hexdigest()
    keeps = manifest.keys or trusted
    if _still_counts(highest_key_id, known, keeps):
        _check_version(manifest.version, digest, highest_version, highest_digest)
    return Accepted(manifest, key_id, keeps, digest, is_stale(manifest, now))


def is_stale(manifest: Manifest, now: datetime) -> bool:
    """True when the manifest is older than it says it should get. A mark for people, never a reason to stop."""
    return now - manifest.issued_at >= timedelta(milliseconds=manifest.stale_after_ms)


def _read(body: bytes) -> Manifest:
    try:
        return decode(body)
    except ManifestError as error:
        raise TrustError(f"signed, but not readable: {error}") from error


def _still_counts(highest_key_id: str | None, known: tuple[Key, ...], keeps: tuple[Key, ...]) -> bool:
    """Whether the key that set the highest version is trusted after this manifest as well."""
    set_by = {key.key_id for key in known} if highest_key_id is None else {highest_key_id}
    return any(key.key_id in set_by for key in keeps)


def _check_version(version: int, digest: str, highest: int | None, highest_digest: str | None) -> None:
    if highest is None or version > highest:
        return
    if version < highest:
        raise TrustError(f"manifest: version {version} is older than {highest}, which this screen already has")
    if highest_digest is not None and digest != highest_digest:
        raise TrustError(f"manifest: version {version} came before with other bytes; a change needs a higher version")
