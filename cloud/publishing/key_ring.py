"""The keys that manifests are, were and will be signed with. Pure.

A manifest is signed by the first key it names, so that whatever process sends it, and however late, signs it alike.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property

import msgspec

from vizora.identifiers import KeyId
from vizora.manifest.handover import MOST, hand_over
from vizora.manifest.model import Key
from vizora.manifest.signature import public_key, sign


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Key
    private: bytes | None
    """None: destroyed when the next one took its place."""
    follows: KeyId | None = None
    handover: str = ""
    """Of the key it follows to this one (`vizora.manifest.handover`)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The values of two headers."""

    signature: str
    handovers: str
    """"" where no key was replaced."""


@dataclass(frozen=True)
class KeyRing:
    keys: tuple[SigningKey, ...]
    """In the order in which they follow one another."""

    @cached_property
    def live(self) -> tuple[SigningKey, ...]:
        """The one that signs, and behind it the one that is announced, if there is one."""
        return tuple(one for one in self.keys if one.private is not None)

    @property
    def trusted(self) -> tuple[Key, ...]:
        """What manifests name: screens are to trust these from now on."""
        return tuple(one.key for one in self.live)

    def sign(self, body: bytes) -> Signature | None:
        """None when the key that this manifest names first is not here."""
        key_id = msgspec.json.decode(body, type=_Names).keys[0].key_id
        for place, one in enumerate(self.keys):
            if one.key.key_id == key_id and one.private is not None:
                newest = [known.handover for known in self.keys[: place + 1] if known.handover][-MOST:]
                return Signature(sign(body, key_id, one.private), ", ".join(newest))
        return None


class _Named(msgspec.Struct, frozen=True, rename="camel"):
    key_id: str


class _Names(msgspec.Struct, frozen=True):
    keys: tuple[_Named, ...]


def key_of(private: bytes) -> Key:
    public = public_key(private)
    return Key(KeyId(hashlib.sha256(public).hexdigest()[:16]), base64.b64encode(public).decode("ascii"))


def successor(ring: KeyRing, private: bytes) -> SigningKey:
    """A key made of `private` that the newest one hands over to."""
    newest = ring.live[-1]
    assert newest.private is not None
    key = key_of(private)
    return SigningKey(key, private, newest.key.key_id, hand_over(newest.private, newest.key.key_id, key))


def knows(body: bytes, key_id: str) -> bool:
    """Whether a manifest names this key."""
    return any(named.key_id == key_id for named in msgspec.json.decode(body, type=_Names).keys)
