"""What of a text is still English when the language is spoken that nobody speaks (tests.fakes.pseudo_words)."""

import re

WORD = re.compile(r"[A-Za-z]{2,}")


def english(text: str, *names: str) -> list[str]:
    """Its English words; `names` are what people, and the field, call things in any language."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return WORD.findall(text)
