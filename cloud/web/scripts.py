"""The words of pages' scripts, as a script that comes before them: our policy lets no page carry a script in itself."""

import msgspec
from babel.messages.catalog import Catalog, Message

from cloud.content.file_faults import SENTENCES
from cloud.content.strangers import NAMES
from cloud.web.problems import CODES


def words_for_scripts(catalog: Catalog) -> str:
    """Sets `vizoraWords`: `said` by message (a list where there are several forms), `form` of a number, `problems` of
    the API and `faults` of files by code, `strangers` (files that can't be shown) by their English names. `form` is the
    catalog's own rule, a C expression of `n` (gettext), which JavaScript reads the same way.
    """
    said = {_id(message): message.string for message in catalog if message.id and _is_for_scripts(message)}
    problems = {code: _text(catalog, sentence) for code, sentence in CODES.items()}
    faults = {code: _text(catalog, sentence) for code, sentence in SENTENCES.items()}
    strangers = {name: _text(catalog, name) for name in sorted(NAMES)}
    words = {"said": said, "problems": problems, "faults": faults, "strangers": strangers}
    written = msgspec.json.encode(words).decode()
    return f"globalThis.vizoraWords = {written};\nvizoraWords.form = (n) => Number({catalog.plural_expr});\n"


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _text(catalog: Catalog, id_: str) -> str:
    message = catalog.get(id_)
    return str(message.string) if message and message.string else id_


def _is_for_scripts(message: Message) -> bool:
    return any(file.endswith(".js") for file, _ in message.locations)
