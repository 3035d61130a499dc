"""Templates to HTML in the language that is spoken, with a policy that lets nothing run or load but our own files."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from cloud.web import naming, problems, writing
from cloud.web.speech import Speech, speaking
from cloud.web.static_files import address
from vizora.schedule.zones import zone_names

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).resolve().parent / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No 'unsafe-inline' anywhere: templates have no style attributes, no inline scripts, no on… attributes."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send a form with `Origin: null`, as from anywhere
}
FILTERS = (
    problems.unfit,
    naming.listed, naming.role_name, naming.state_name, naming.thing_name, naming.type_name,
    writing.as_written, writing.clock, writing.day, writing.day_and_month, writing.day_and_time, writing.length_of,
    writing.number, writing.percent, writing.size_of, writing.weekday, writing.whole_day, writing.whole_weekday,
    writing.written_day,
)  # fmt: skip
INSTANTS = {
    "ago": "ago",
    "moment": "date",
    "exact": "clock-exact",
    "hour": "clock",
    "since": "since",
    "date_exact": "date-exact",
}
"""Filters that leave an instant to `times.js`, which knows the reader's own zone; by what they are called there."""


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    html = _environment(speaking.get()).get_template(name).render(values)
    return HTMLResponse(html, status, HEADERS)


@cache
def _environment(speech: Speech) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # here: only pages need it

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(speech.words, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"static": address, "speech": speech}
    environment.filters |= {write.__name__: write for write in FILTERS}
    environment.filters["zone_options"] = zone_options
    environment.filters |= {name: _instant(kind) for name, kind in INSTANTS.items()}
    return environment


@lru_cache(maxsize=100)
def zone_options(chosen: str) -> Markup:
    """Every time zone there is, this one selected. They are six hundred: not written anew for each page."""
    one = Markup("<option{}>{}</option>")
    return Markup("").join(
        one.format(Markup(" selected") if name == chosen else "", name) for name in sorted(zone_names())
    )


def _instant(kind: str) -> Callable[[str], Markup]:
    element = Markup('<time datetime="{at}" data-{kind}>{at}</time>')
    return lambda at: element.format(at=at, kind=kind)
