"""What a page is made of, and what in it our policy or a screen reader would stumble over."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

FIELDS = ("input", "select", "textarea")
VOID = ("meta", "link", "img", "input", "br", "use")


@dataclass
class Markup(HTMLParser):
    """`faults` lists inline styles and scripts, handlers in attributes, pictures without alt, fields without a name."""

    faults: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._labelled: set[str] = set()
        self._fields: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if "style" in given or tag == "style":
            self.faults.append(f"<{tag}> has a style of its own")
        self.faults += [f"<{tag} {name}> is an inline handler" for name in given if name.startswith("on")]
        if tag == "script" and "src" not in given:
            self.faults.append("<script> without src")
        if tag == "img" and "alt" not in given:
            self.faults.append("<img> without alt")
        if tag == "label" and "for" in given:
            self._labelled.add(given["for"])
        if tag in FIELDS and given.get("type") != "hidden" and "label" not in self._open:
            self._fields.append(given.get("id", "?"))
        self.addresses += [given[name] for name in ("src", "href", "action") if name in given]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        self.faults += [f"field {name} has no label" for name in self._fields if name not in self._labelled]
        self.text = " ".join(self.text.split())


def read(html: str) -> Markup:
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup
