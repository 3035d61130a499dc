"""Brings the catalogs of the web pages up to date: `python -m tools.messages` (`make messages`).

New messages come in untranslated, those that nobody says any more go; translations stay as they are.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "cloud" / "web" / "words"
PLACES = ("cloud/web", "cloud/sso", "cloud/content")
METHODS = [("**/templates/**.html", "jinja2"), ("**/static/**.js", "javascript"), ("**.py", "python")]
OPTIONS = {
    "**/templates/**.html": {
        "extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true", "silent": "false",
    }
}  # fmt: skip
KEYWORDS = {"_": None, "N_": None, "many": (1, 2), "gettext": None, "ngettext": (1, 2)}


def said(root: Path = ROOT) -> Catalog:
    """Every message of templates, scripts and Python, with the files that say it."""
    catalog = Catalog(charset="utf-8")
    for file, message in sorted(_found(root), key=lambda one: one[0]):
        catalog.add(message, locations=[(file, 0)], flags=["python-format"] if _fills(message) else [])
    return catalog


def updated(catalog: Catalog, template: Catalog) -> Catalog:
    """The catalog with the template's messages, and no others."""
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> bytes:
    """As it is kept: by message, so that a change shows as one; without a date, which would change each time."""
    catalog.header_comment = ""
    body = BytesIO()
    write_po(body, catalog, width=0, sort_output=True, omit_header=True, include_lineno=False)
    head = f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plurals = f'"Plural-Forms: nplurals={catalog.num_plurals}; plural={catalog.plural_expr};\\n"\n\n'
    return (head + plurals).encode() + body.getvalue()


def read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=file.stem)


def _found(root: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for place in PLACES:
        for file, _line, message, *_ in extract_from_dir(root / place, METHODS, OPTIONS, KEYWORDS):
            if message not in ("", ()):
                yield f"{place}/{file}", message


def _fills(message: str | tuple[str, ...]) -> bool:
    return "%(" in (message if isinstance(message, str) else "".join(message))


def main() -> int:
    template = said()
    for file in sorted(FOLDER.glob("*.po")):
        catalog = updated(read(file), template)
        file.write_bytes(written(catalog))
        missing = sum(1 for message in catalog if message.id and not all(_forms(message.string)))
        print(f"{file.name}: {len(catalog)} messages, {missing} to translate")
    return 0


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


if __name__ == "__main__":
    sys.exit(main())
