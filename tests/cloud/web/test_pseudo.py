"""The look for English words sees them, and nothing else."""

from cloud.web.speech import _
from tests.cloud.web.pseudo import english


def test_words_that_were_never_translated_are_seen() -> None:
    assert english("[Ȧƈŧīṽḗ~~] and nothing stronger is.") == ["and", "nothing", "stronger", "is"]


def test_what_is_translated_and_names_are_left_alone(pseudo: None) -> None:
    assert english(_("The playlist “%(name)s” is empty: put something into it.", name="Spring"), "Spring") == []
