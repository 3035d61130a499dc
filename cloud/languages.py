"""The languages people may read the pages in. The API and its sentences stay English."""

from enum import StrEnum


class Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"
    ARABIC = "ar"


def N_(message: str) -> str:  # noqa: N802  gettext's name for it
    """Marks a message that pages say in the reader's language."""
    return message
