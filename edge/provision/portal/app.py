"""The captive portal: a phone that joined the hotspot names the country and the network to join. No scripts."""

import secrets
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.pages import forms, static_files
from edge.pages.guard import ASKING, Guard
from edge.provision.network import country, names
from edge.provision.network.facts import Network, Wifi
from edge.provision.portal.choice import ChoiceError, a_country, an_other, one_of
from edge.provision.portal.views import view
from edge.status import Problem

HTTP = 80


class Setting(Protocol):
    """What the portal shows, and where its forms go."""

    @property
    def networks(self) -> tuple[Network, ...]: ...
    @property
    def problem(self) -> Problem | None: ...
    @property
    def country(self) -> str | None: ...
    def used(self) -> None: ...
    async def choose_country(self, code: str) -> None: ...
    async def choose(self, wifi: Wifi) -> None: ...
    async def scan_again(self) -> None: ...


def create_app(setting: Setting, hotspot: str, address: str, port: int = HTTP) -> ASGIApp:
    """`hotspot`: its name; `address`: ours on it. Every other name a phone asks for leads here."""
    ours = address if port == HTTP else f"{address}:{port}"
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/country", _country),
            Route("/country", _set_country, methods=["POST"]),
            Route("/join", _ask_password),
            Route("/join", _join, methods=["POST"]),
            Route("/other", _other),
            Route("/other", _join_other, methods=["POST"]),
            Route("/scan", _scan, methods=["POST"]),
            *static_files.routes(),
        ]
    )
    app.state.setting = setting
    app.state.hotspot = hotspot
    app.state.address = ours
    app.state.csrf = secrets.token_urlsafe(16)
    app.state.templates = Environment(
        loader=PackageLoader("edge.provision.portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return _Captive(Guard(app, lambda: frozenset({ours, f"{address}:{port}"})), ours)


class _Captive:
    """ASGI: sends whoever asks for something else here; so a phone notices that it must sign in, and opens the page."""

    def __init__(self, app: ASGIApp, ours: str) -> None:
        self._app = app
        self._ours = ours

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ASKING:
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
            if host not in (self._ours, f"{self._ours}:{HTTP}"):
                answer = RedirectResponse(f"http://{self._ours}/", 302, headers={"Cache-Control": "no-store"})
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


# Pages
async def _home(request: Request) -> Response:
    setting = _setting(request)
    if setting.country is None:
        return _country_page(request)
    networks = [view(network) for network in setting.networks]
    return _page(request, "networks.html", networks=networks, problem=setting.problem, country=_named(setting))


async def _country(request: Request) -> Response:
    return _country_page(request)


async def _ask_password(request: Request) -> Response:
    try:
        network = one_of(_setting(request).networks, request.query_params.get("network", ""))
    except ChoiceError as error:
        return _refused(request, error)
    return _page(request, "join.html", network=view(network), error="")


async def _other(request: Request) -> Response:
    return _page(request, "other.html", name="", error="")


# Forms
async def _set_country(request: Request) -> Response:
    form = await _form(request)
    if form is None:
        return _out_of_date()
    try:
        await _setting(request).choose_country(a_country(form.get("country", "")))
    except ChoiceError as error:
        return _country_page(request, str(error), 400)
    except OSError as error:
        return _country_page(request, f"This screen can't keep it: {error.strerror or error}.", 500)
    return RedirectResponse("/", 303)


async def _join(request: Request) -> Response:
    form = await _form(request)
    if form is None:
        return _out_of_date()
    try:
        network = one_of(_setting(request).networks, form.get("network", ""))
        wifi = view(network).wifi(form.get("password", ""))
    except ChoiceError as error:
        if error.network is None:
            return _refused(request, error)
        return _page(request, "join.html", 400, network=view(error.network), error=str(error))
    return _trying(request, wifi)


async def _join_other(request: Request) -> Response:
    form = await _form(request)
    if form is None:
        return _out_of_date()
    try:
        wifi = an_other(form.get("name", ""), form.get("password", ""))
    except ChoiceError as error:
        return _page(request, "other.html", 400, name=form.get("name", "")[:64], error=str(error))
    return _trying(request, wifi)


async def _scan(request: Request) -> Response:
    if await _form(request) is None:
        return _out_of_date()
    return _page(request, "scanning.html", after=BackgroundTask(_setting(request).scan_again))


# Parts of them
def _trying(request: Request, wifi: Wifi) -> Response:
    return _page(
        request, "trying.html", name=names.shown(wifi.ssid), after=BackgroundTask(_setting(request).choose, wifi)
    )


def _country_page(request: Request, error: str = "", status: int = 200) -> Response:
    chosen = _setting(request).country or ""
    return _page(request, "country.html", status, countries=country.countries(), chosen=chosen, error=error)


def _refused(request: Request, error: ChoiceError) -> Response:
    """The list, with what was wrong above it."""
    setting = _setting(request)
    problem = Problem("", str(error))
    networks = [view(network) for network in setting.networks]
    return _page(request, "networks.html", 400, networks=networks, problem=problem, country=_named(setting))


def _page(
    request: Request, template: str, status: int = 200, *, after: BackgroundTask | None = None, **values: Any
) -> Response:
    state = request.app.state
    state.setting.used()
    page = state.templates.get_template(template).render(csrf=state.csrf, hotspot=state.hotspot, **values)
    return HTMLResponse(page, status, background=after)


async def _form(request: Request) -> dict[str, str] | None:
    """None when it wasn't ours."""
    fields = await forms.fields(request)
    return fields if secrets.compare_digest(fields.get("csrf", "").encode(), request.app.state.csrf.encode()) else None


def _named(setting: Setting) -> str:
    return country.countries().get(setting.country or "", "not named yet")


def _setting(request: Request) -> Setting:
    setting: Setting = request.app.state.setting
    return setting


def _out_of_date() -> Response:
    return PlainTextResponse("This page is out of date: go back and load it anew.\n", 403)
