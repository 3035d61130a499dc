"""The language a page speaks while it is drawn, and the words of Python's side in it.

The language is a context variable, as in every gettext: each word that is said would need it as an argument otherwise.
`cloud.web.listening` sets it for one request; English is spoken where nobody set it.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations

from babel import Locale
from babel.numbers import format_decimal

from cloud.languages import N_ as N_


@dataclass(frozen=True, eq=False, slots=True)
class Speech:
    """One language: its words, and its ways to write dates and numbers."""

    code: str
    locale: Locale
    words: NullTranslations
    script: str = ""
    """Where the words of pages' scripts are; English needs none."""

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML's `dir` wants it."""
        return str(self.locale.text_direction)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return (self.locale.get_language_name(self.locale) or self.code).capitalize()


ENGLISH = Speech("en", Locale("en", "GB"), NullTranslations())
speaking: ContextVar[Speech] = ContextVar("speaking", default=ENGLISH)


def _(message: str, **values: object) -> str:
    """The message in the language that is spoken, with `%(name)s` filled in."""
    said = speaking.get().words.gettext(message)
    return said % values if values else said


def many(one: str, several: str, count: int, **values: object) -> str:
    """As `_`, in the form for so many; `%(count)s` is the number as the language writes it."""
    speech = speaking.get()
    return speech.words.ngettext(one, several, count) % {"count": format_decimal(count, locale=speech.locale), **values}
