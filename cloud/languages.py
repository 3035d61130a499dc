"""The languages people may read the pages in. The API and its sentences stay English."""

from enum import StrEnum


class Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"
    ARABIC = "ar"
