"""Templates to HTML, with a policy that lets nothing run or load but our own files."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from cloud.web.static_files import address

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
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    html = _environment().get_template(name).render(values)
    return HTMLResponse(html, status, HEADERS)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # here: only pages need it

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = address
    environment.filters |= {"length_of": length_of, "size_of": size_of}
    return environment


def length_of(milliseconds: int | None) -> str:
    """`7 s`, `1:05`; nothing for nothing."""
    if milliseconds is None:
        return ""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds}\N{NO-BREAK SPACE}s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def size_of(count: int | None) -> str:
    """`1.2 MB`, by thousands; nothing for nothing."""
    if count is None:
        return ""
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    written = f"{amount:.0f}" if unit < 2 else f"{amount:.1f}"
    return f"{written}\N{NO-BREAK SPACE}{UNITS[unit]}"
