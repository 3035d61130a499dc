"""The catalogs of the web pages: up to date, whole, and with what a message promises to fill in."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from cloud.languages import Language
from tools.messages import FOLDER, read, said, updated, written

LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.po"))
TEMPLATE = said()
FILLED = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"<[^>]*>")


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def faults(catalog: Catalog) -> Iterator[str]:
    """Messages that are not translated, or whose translation fills in or marks up something else."""
    for message in catalog:
        if message.id:
            yield from (f"{forms(message.id)[0]!r}: {fault}" for fault in of_one(message, catalog.num_plurals))


def of_one(message: Message, plurals: int) -> Iterator[str]:
    ids, strings = forms(message.id), forms(message.string)
    wanted = set().union(*(FILLED.findall(one) for one in ids))
    needed = wanted - ({"count", "many"} if len(ids) > 1 else set())  # one of them may be said in words
    if len(strings) != (plurals if len(ids) > 1 else 1):
        yield f"has {len(strings)} forms"
    for string in strings:
        filled = set(FILLED.findall(string))
        if not string:
            yield "is not translated"
        elif not needed <= filled <= wanted:
            yield f"fills in {sorted(filled)}"
        elif FILLED.sub("", string).replace("%%", "").count("%"):
            yield "has a % that stands for nothing"
        elif TAG.findall(string) != TAG.findall(ids[0]) or "<" in TAG.sub("", string):
            yield "has other markup"
        elif '"' in TAG.sub("", string):
            yield "has a straight quotation mark, which would end an attribute"


def test_there_is_a_catalog_for_each_language_that_can_be_chosen() -> None:
    assert set(LANGUAGES) == set(Language) - {Language.ENGLISH}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_is_up_to_date(language: str) -> None:
    file = FOLDER / f"{language}.po"

    assert file.read_bytes() == written(updated(read(file), TEMPLATE)), "say: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_is_whole(language: str) -> None:
    assert list(faults(read(FOLDER / f"{language}.po"))) == []


@pytest.mark.parametrize(
    ("message", "translation", "fault"),
    [
        ("Save", "", "is not translated"),
        ("Delete %(name)s?", "Löschen?", "fills in []"),
        ("Delete %(name)s?", "%(nam)s löschen?", "fills in ['nam']"),
        ("Delete %(name)s?", "%(name) löschen?", "fills in []"),
        ("Half", "50 %", "has a % that stands for nothing"),
        ('<a href="/pair">Add</a>', "Hinzufügen", "has other markup"),
        ("Add", "<script>Neu</script>", "has other markup"),
        ("Add", '"Neu"', "has a straight quotation mark, which would end an attribute"),
        (("%(count)s %(what)s", "%(count)s %(what)s"), ("eins",), "has 1 forms"),
        (("%(count)s %(what)s", "%(count)s %(what)s"), ("eins", "%(count)s %(what)s"), "fills in []"),
    ],
)
def test_the_look_at_a_catalog_sees_each_fault(
    message: str | tuple[str, str], translation: str | tuple[str, ...], fault: str
) -> None:
    catalog = Catalog(locale="de")
    catalog.add(message, translation)

    assert fault in [found.split(": ", 1)[1] for found in faults(catalog)]


def test_a_message_that_is_new_or_gone_makes_a_catalog_stale() -> None:
    old = Catalog(locale="de")
    old.add("Save", "Speichern")
    old.add("Gone", "Weg")
    new = Catalog()
    new.add("Save")
    new.add("New")

    assert {str(message.id): message.string for message in updated(old, new) if message.id} == {
        "Save": "Speichern",
        "New": None,
    }
