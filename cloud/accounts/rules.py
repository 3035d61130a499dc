"""What e-mail addresses, passwords and names have to be, in one place for everything that takes them."""

import re
from collections.abc import Iterator

from cloud.accounts.passwords import MAX_CHARACTERS, MIN_CHARACTERS
from cloud.problems import FieldError

EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\\]{1,64}@[^@\s\x00-\x1f\x7f<>\"(),:;\\]{1,255}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def normal_email(text: str) -> str:
    """As it is stored and compared."""
    return text.strip().lower()


def email_faults(text: str, field: str = "/email") -> Iterator[FieldError]:
    if not EMAIL.fullmatch(normal_email(text)):
        yield FieldError(field, "must be an e-mail address")


def password_faults(text: str, field: str = "/password") -> Iterator[FieldError]:
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        yield FieldError(field, f"must have {MIN_CHARACTERS} to {MAX_CHARACTERS} characters")


def name_faults(text: str, field: str, most: int = 100) -> Iterator[FieldError]:
    if not 1 <= len(text.strip()) <= most or not text.isprintable():
        yield FieldError(field, f"must have 1 to {most} characters, in one line")


def person_faults(first_name: str, last_name: str, password: str) -> Iterator[FieldError]:
    yield from password_faults(password)
    yield from name_faults(first_name, "/firstName")
    yield from name_faults(last_name, "/lastName")


def slug_faults(text: str, field: str) -> Iterator[FieldError]:
    if not SLUG.fullmatch(text):
        yield FieldError(field, "must be 1 to 60 of a-z, 0-9 and -, no - at its ends")
