"""The secrets of pairing: what a person types, what the QR carries, what only the device knows (RFC 8628)."""

import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 characters without 0/O and 1/I: 30 bits in six of them."""
USER_CODE_CHARACTERS = 6
LONG_CODE_CHARACTERS = 8
"""40 bits: for when the whole service is guessed at (`cloud.screens.breaker`), and of codes made beforehand."""


def user_code(characters: int = USER_CODE_CHARACTERS) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))


def device_code() -> str:
    """256 bits; the polling secret, never on a screen."""
    return secrets.token_urlsafe(32)


def claim_key() -> str:
    """128 bits; proves that the QR was read."""
    return secrets.token_urlsafe(16)


def confirmation() -> str:
    """Four digits that the screen shows to whoever typed its code."""
    return f"{secrets.randbelow(10_000):04}"


def read_user_code(text: str) -> str:
    """What a person typed, as it was meant: upper case, without blanks and dashes."""
    return "".join(character for character in text.upper() if character not in " -")
