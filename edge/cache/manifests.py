"""Which manifest plays, which one waits for its files, and what a new one must be to be believed.

The rules are `vizora.manifest.trust`; kept here is what they need: the keys, the highest version, and the stored bytes.
"""

import hashlib
import logging
from datetime import datetime
from pathlib import Path

import msgspec

from edge.cache.device_calls import Signed
from edge.cache.facts import Facts
from edge.files import sync_folder, write_durably
from edge.identity import Credentials
from vizora.errors import VizoraError
from vizora.identifiers import DeviceId, KeyId
from vizora.manifest.codec import decode
from vizora.manifest.model import Key, Manifest, Value
from vizora.manifest.signature import signer_of, verify
from vizora.manifest.stored import handovers_of, pack, unpack
from vizora.manifest.trust import Accepted, accept

log = logging.getLogger(__name__)

FACT = "trust"


class Trust(Value, frozen=True):
    """What was accepted so far; lies in events.db, so it survives a power cut once `accept` returned."""

    device_id: DeviceId
    paired_at: datetime
    keys: tuple[Key, ...]
    highest_version: int | None = None
    highest_digest: str | None = None
    highest_key_id: KeyId | None = None
    """Which key signed it; None: accepted by a version that did not keep it."""
    etag: str | None = None
    """The cloud's name for the newest accepted bytes."""


class Manifests:
    """`current` plays; `wanted` was accepted and waits until all of its files are there.

    A second copy of `current` lies beside it: if the card spoils one while the screen is off, the other one plays.
    """

    def __init__(self, facts: Facts, current_path: Path, credentials: Credentials) -> None:
        self._facts = facts
        self._current_path = current_path
        self._spare_path = current_path.with_name("spare")
        self._wanted_path = current_path.with_name("wanted")
        self._credentials = credentials
        self.wanted: Manifest | None = None
        known = facts.get(FACT, Trust)
        self._current = self._intact(current_path, known) or self._restored(known)
        self.current: Manifest | None = decode(self._current[1]) if self._current else None
        self._trust = self._first_trust(known)
        self._reload_wanted()

    @property
    def highest_version(self) -> int | None:
        return self._trust.highest_version

    @property
    def etag(self) -> str | None:
        """Of the newest accepted bytes, if they are really here: the next fetch need not bring them again."""
        body = self._wanted_body if self.wanted is not None else self._current_body
        return self._trust.etag if body and _digest(body) == self._trust.highest_digest else None

    def judge(self, signed: Signed, now: datetime) -> Accepted:
        """What `take` would accept; nothing is changed. Raises TrustError."""
        return accept(
            signed.body,
            signed.signature,
            keys=self._trust.keys,
            device_id=self._credentials.device_id,
            highest_version=self._trust.highest_version,
            highest_digest=self._trust.highest_digest,
            highest_key_id=self._trust.highest_key_id,
            handovers=signed.handovers,
            now=now,
        )

    def take(self, signed: Signed, now: datetime) -> None:
        """Accepts it as the wanted one, durably. Raises TrustError: refused, nothing changed; OSError: not stored."""
        accepted = self.judge(signed, now)
        self._current_path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(self._wanted_path, pack(signed.signature, signed.body, signed.handovers))
        trust = msgspec.structs.replace(
            self._trust,
            keys=accepted.keys,
            highest_version=accepted.manifest.version,
            highest_digest=accepted.digest,
            highest_key_id=accepted.key_id,
            etag=signed.etag or None,
        )
        if accepted.keys != self._trust.keys:
            self._tell_player(accepted.keys)
        self._facts.put(FACT, trust)
        self._trust = trust
        self.wanted, self._wanted_body = accepted.manifest, signed.body
        if signed.body == self._current_body:
            self._drop_wanted()

    def switch(self) -> None:
        """The wanted one plays from now on; the caller made sure that all its files are there. Raises OSError."""
        if self.wanted is None:
            return
        data = self._wanted_path.read_bytes()
        signature, body = unpack(data)
        if signature is None or body != self._wanted_body:
            raise OSError(f"{self._wanted_path} is not what was written there")
        write_durably(self._spare_path, data)  # first, so that it is never older than what plays
        write_durably(self._current_path, data)
        self.current, self._current = self.wanted, (signature, body)
        self._drop_wanted()

    def mend(self) -> bool:
        """Writes `current` anew when the disk has no longer what plays; whether it had to. Raises OSError."""
        if self._current is None or _read(self._current_path) == self._current:
            return False
        log.error("%s is damaged: writing it anew", self._current_path)
        write_durably(self._current_path, pack(*self._current))
        return True

    @property
    def _current_body(self) -> bytes | None:
        return self._current[1] if self._current else None

    def _tell_player(self, trusted: tuple[Key, ...]) -> None:
        """The keys from now on, and those of what still plays until the new one is whole."""
        playing = self.current.keys if self.current is not None else ()
        keys = (*trusted, *(key for key in playing if key not in trusted))
        told = {"deviceId": self._credentials.device_id, "keys": keys}
        write_durably(self._current_path.with_name("keys.json"), msgspec.json.encode(told))

    def _drop_wanted(self) -> None:
        self.wanted, self._wanted_body = None, b""
        self._wanted_path.unlink(missing_ok=True)
        sync_folder(self._wanted_path.parent)

    def _first_trust(self, known: Trust | None) -> Trust:
        """A new pairing brings its own keys; the version never goes back as long as the screen is the same one."""
        ours = self._credentials
        if known is None or known.device_id != ours.device_id:
            trust = Trust(ours.device_id, ours.paired_at, ours.manifest_keys)
            if self.current is not None and self._current and self.current.device_id == ours.device_id:
                signature, body = self._current
                return msgspec.structs.replace(
                    trust,
                    keys=self.current.keys or trust.keys,
                    highest_version=self.current.version,
                    highest_digest=_digest(body),
                    highest_key_id=signer_of(signature),
                )
            return trust
        if known.paired_at != ours.paired_at:
            return msgspec.structs.replace(known, paired_at=ours.paired_at, keys=ours.manifest_keys)
        return known

    def _restored(self, known: Trust | None) -> tuple[str, bytes] | None:
        """The second copy, when the first is damaged or gone; from now on it is both."""
        spare = self._intact(self._spare_path, known)
        if spare is not None:
            log.error("%s is damaged or gone: its second copy plays", self._current_path)
            try:
                write_durably(self._current_path, pack(*spare))
            except OSError as error:
                log.error("storage: %s", error)
        return spare

    def _intact(self, path: Path, known: Trust | None) -> tuple[str, bytes] | None:
        stored = _read(path)
        return stored if stored and self._is_intact(path, stored, known) else None

    def _is_intact(self, path: Path, stored: tuple[str, bytes], known: Trust | None) -> bool:
        """Whether the stored bytes are the ones once accepted: by digest, else by signature of any key they may have.

        This only tells damage from wholeness; whoever can write this folder is believed already.
        """
        signature, body = stored
        if known is not None and known.highest_digest == _digest(body):
            return True
        try:
            keys = (*self._credentials.manifest_keys, *(known.keys if known else ()), *decode(body).keys)
            verify(body, signature, keys)
        except VizoraError as error:
            log.error("%s is damaged (%s)", path, error)
            return False
        return True

    def _reload_wanted(self) -> None:
        """What was accepted before a restart need not be fetched again."""
        self._wanted_body = b""
        stored = _read(self._wanted_path)
        if stored is None:
            return
        signature, body = stored
        try:
            if _digest(body) == self._trust.highest_digest:
                self.wanted, self._wanted_body = decode(body), body
            else:
                handovers = handovers_of(self._wanted_path.read_bytes())
                self.take(Signed(body, signature, "", handovers), self._credentials.paired_at)
        except (VizoraError, OSError) as error:
            log.warning("%s is not used (%s)", self._wanted_path, error)
            self.wanted, self._wanted_body = None, b""


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _read(path: Path) -> tuple[str, bytes] | None:
    """Signature and body of a stored manifest; None when there is none or it is cut off."""
    try:
        signature, body = unpack(path.read_bytes())
    except (OSError, VizoraError):
        return None
    return (signature, body) if signature is not None else None
