"""A signing key hands over to the next one: one statement, signed by it before it is destroyed, that says which key is
to be trusted in its place.

A screen that was away while the key was replaced, even several times, follows the statements from the key it trusts to
the one that signs now; no old private key has to be kept for it. TUF's chain of roots (section 5.3), one key long.

In the `Vizora-Key-Handover` header, the oldest first, separated by commas:
`ed25519;<from>;<signature>;<to>;<publicKey>`.
The signature is over the line `vizora key handover;<from>;<to>;<publicKey>`, which no manifest can be.
"""

from vizora.errors import TrustError
from vizora.identifiers import KeyId
from vizora.manifest.model import Key
from vizora.manifest.signature import sign, verify

MOST = 16
"""In one header: proxies before a cloud allow 4 or 8 KB of them all."""
MOST_CHARACTERS = 4096


def hand_over(private_key: bytes, key_id: str, to: Key) -> str:
    """One statement. Raises ValueError on a key id that a header can't carry."""
    return f"{sign(_statement(key_id, to), key_id, private_key)};{to.key_id};{to.public_key}"


def follow(handovers: str, trusted: tuple[Key, ...], key_id: str) -> tuple[Key, ...]:
    """The keys to believe for something that `key_id` signed: the trusted ones when it is among them, else the one that
    they handed over to, over as many steps as it takes. Statements of keys that are not trusted say nothing.

    Raises TrustError when one that is trusted did not sign what is said in its name, and for what no header can be.
    """
    if len(handovers) > MOST_CHARACTERS:
        raise TrustError(f"handover: {len(handovers)} characters; at most {MOST_CHARACTERS} are allowed")
    if not handovers.isascii() or not handovers.isprintable():
        raise TrustError(f"handover: {handovers[:40]!r} is not one line of printable ASCII")
    for entry in handovers.split(","):
        if any(key.key_id == key_id for key in trusted):
            break
        trusted = _taken(entry.strip(), trusted)
    return trusted


def _taken(entry: str, trusted: tuple[Key, ...]) -> tuple[Key, ...]:
    parts = entry.split(";")
    if len(parts) != 5 or all(key.key_id != parts[1] for key in trusted):
        return trusted
    algorithm, by, signature, to_id, public = parts
    to = Key(KeyId(to_id), public)
    verify(_statement(by, to), f"{algorithm};{by};{signature}", trusted)
    return (to,)


def _statement(key_id: str, to: Key) -> bytes:
    return f"vizora key handover;{key_id};{to.key_id};{to.public_key}".encode()
