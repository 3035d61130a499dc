"""The catalogs of messages: one `<language>.po` a language beside this file, read when it is first spoken."""

import hashlib
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from cloud.web.scripts import words_for_scripts
from cloud.web.speech import ENGLISH, Speech

FOLDER = Path(__file__).resolve().parent / "words"


class Catalogs:
    """Those in a folder; English needs none, for the messages themselves are English."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.po"))}
        self._speeches: dict[str, Speech] = {ENGLISH.code: ENGLISH}
        self._scripts: dict[str, str] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        return (ENGLISH.code, *self._files)

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """(code, its name for itself), for choices."""
        speeches = [Speech(code, Locale.parse(code), ENGLISH.words) for code in self.codes]
        return tuple((speech.code, speech.name) for speech in speeches)

    @cached_property
    def version(self) -> str:
        """Changes with any byte of any catalog, and only then."""
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in self._files.values()))
        return digest.hexdigest()[:12]

    def speech(self, code: str) -> Speech:
        """Raises KeyError for a language that there is not."""
        if code not in self._speeches:
            compiled = BytesIO()
            write_mo(compiled, self.read(code))
            compiled.seek(0)
            self._speeches[code] = Speech(
                code, Locale.parse(code), Translations(compiled), f"/static/{self.version}/words/{code}.js"
            )
        return self._speeches[code]

    def script(self, code: str) -> str:
        """A script with the words that pages' scripts say. Raises KeyError as `speech` does."""
        if code not in self._scripts:
            self._scripts[code] = words_for_scripts(self.read(code))
        return self._scripts[code]

    def read(self, code: str) -> Catalog:
        with self._files[code].open("rb") as file:
            return read_po(file, locale=code)
