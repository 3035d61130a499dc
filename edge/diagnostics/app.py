"""The diagnostics page: server-rendered, without scripts, for somebody who stands before the screen with a phone."""

from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from edge.clock import Clock
from edge.config import DeviceConfig
from edge.diagnostics import actions, bundle, collecting, gathering, logs, programme
from edge.diagnostics.access import Session
from edge.diagnostics.actions import DEEDS, Action
from edge.diagnostics.door import Door
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import findings, headline
from edge.diagnostics.held_secrets import secrets
from edge.diagnostics.redaction import redact
from edge.diagnostics.sections import sections
from edge.diagnostics.views import programme_view
from edge.pages import forms, static_files
from edge.status import PlayerStatus, read_status
from vizora.errors import VizoraError

COOKIE = "vizora-diagnostics"
FRESH_S = 600.0
"""How long the result of a connectivity test is shown."""


@dataclass(slots=True)
class Desk:
    """What the handlers share. Lives in the event loop's thread."""

    config: DeviceConfig
    clock: Clock
    door: Door
    at: gathering.Surroundings = gathering.HERE
    journal: logs.Journal = logs.journalctl
    examined: tuple[Facts, float] | None = None
    """The newest examination, and when by the monotonic clock."""
    is_examining: bool = False
    said: dict[str, str] = field(default_factory=dict)
    """What came of a session's last action, until it is read."""


def create_app(desk: Desk) -> Starlette:
    app = Starlette(
        routes=[
            Route("/", _overview),
            Route("/sign-in", _sign_in, methods=["POST"]),
            Route("/sign-out", _sign_out, methods=["POST"]),
            Route("/programme", _programme),
            Route("/logs", _logs),
            Route("/test", _test, methods=["POST"]),
            Route("/actions", _act, methods=["POST"]),
            Route("/screenshot.png", _screenshot),
            Route("/support-bundle.tar.gz", _bundle),
            *static_files.routes(),
        ],
    )
    app.state.desk = desk
    app.state.templates = Environment(
        loader=PackageLoader("edge.diagnostics"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return app


# Pages
async def _overview(request: Request) -> Response:
    desk, session = _desk(request), _session(request)
    if session is None:
        return _door_page(request, "")
    facts, is_tested = await _facts(desk)
    found = findings(facts)
    return _page(
        request,
        "overview.html",
        session,
        headline=headline(facts, found),
        findings=found,
        is_well=not found,
        is_tested=is_tested,
        at=f"{facts.at:%H:%M:%S} UTC",
        is_examining=desk.is_examining,
        sections=sections(facts),
        deeds=DEEDS,
        said=desk.said.pop(session.token, ""),
    )


async def _programme(request: Request) -> Response:
    desk, session = _desk(request), _session(request)
    if session is None:
        return _to("/")
    stored = await run_in_threadpool(programme.read, desk.config.paths.current_manifest)
    if stored.manifest is None:
        return _page(
            request, "programme.html", session, view=None, problem=stored.fault or "Nothing was published yet."
        )
    at, problem, asked = desk.clock.now(), "", request.query_params.get("at", "")[:40]
    if asked:
        try:
            at = programme.at_wall_time(stored.manifest, asked)
        except VizoraError as error:
            problem = str(error)
    player = read_status(desk.config.paths.player_status, PlayerStatus)
    trust = gathering.clock_trust(desk.config.paths, desk.clock, stored.manifest)
    view = await run_in_threadpool(programme_view, stored.manifest, at, trust, player.unplayable if player else {})
    return _page(request, "programme.html", session, view=view, problem=problem)


async def _logs(request: Request) -> Response:
    desk, session = _desk(request), _session(request)
    if session is None:
        return _to("/")
    source = forms.chosen(logs.LogSource, request.query_params.get("of", logs.LogSource.PLAYER))
    if source is None:
        return PlainTextResponse(f"Allowed: {', '.join(logs.LogSource)}\n", 404)
    text = await run_in_threadpool(logs.recent, source, desk.journal)
    known = secrets(desk.config)
    return _page(request, "logs.html", session, sources=list(logs.LogSource), chosen=source, text=redact(text, known))


async def _screenshot(request: Request) -> Response:
    if _session(request) is None:
        return _to("/")
    picture = await run_in_threadpool(actions.screenshot, _desk(request).config.paths)
    return Response(picture, media_type="image/png") if picture else PlainTextResponse("No picture.\n", 404)


async def _bundle(request: Request) -> Response:
    desk = _desk(request)
    if _session(request) is None:
        return _to("/")
    made = await run_in_threadpool(
        collecting.collect, desk.config, desk.clock, gathering.EXAMINATION, desk.at, desk.journal
    )
    named = {"Content-Disposition": f'attachment; filename="{bundle.name(made.facts)}"'}
    return Response(made.packed, media_type="application/gzip", headers=named)


# Forms
async def _sign_in(request: Request) -> Response:
    door = _desk(request).door
    if not door.is_open:
        return _door_page(request, "It is closed.", 403)
    form = await forms.fields(request)
    session = door.sign_in("".join(form.get("pin", "").split()))
    if session is None:
        return _door_page(request, "That is not the number on the screen.", 403)
    answer = _to("/")
    answer.set_cookie(COOKIE, session.token, httponly=True, samesite="strict", path="/")
    return answer


async def _sign_out(request: Request) -> Response:
    desk, session = _desk(request), await _author(request)
    if session is not None:
        desk.door.sign_out(session.token)
    answer = _to("/")
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
    return answer


async def _test(request: Request) -> Response:
    desk, session = _desk(request), await _author(request)
    if session is None:
        return _not_yours()
    if not desk.is_examining:
        desk.is_examining = True
        try:
            facts = await run_in_threadpool(gathering.gather, desk.config, desk.clock, gathering.EXAMINATION, desk.at)
            desk.examined = facts, desk.clock.monotonic()
        finally:
            desk.is_examining = False
    return _to("/")


async def _act(request: Request) -> Response:
    desk, session = _desk(request), await _author(request)
    if session is None:
        return _not_yours()
    action = forms.chosen(Action, (await forms.fields(request)).get("action", ""))
    if action is None:
        return PlainTextResponse(f"Allowed: {', '.join(Action)}\n", 400)
    desk.said[session.token] = await run_in_threadpool(actions.carry_out, action, desk.config.paths)
    desk.examined = None
    return _to("/")


# Parts of them
async def _facts(desk: Desk) -> tuple[Facts, bool]:
    """The newest examination, or a glance when there is none that is fresh."""
    if desk.examined is not None and desk.clock.monotonic() - desk.examined[1] < FRESH_S:
        return desk.examined[0], True
    return await run_in_threadpool(gathering.gather, desk.config, desk.clock, gathering.GLANCE, desk.at), False


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _session(request: Request) -> Session | None:
    return _desk(request).door.session(request.cookies.get(COOKIE, ""))


async def _author(request: Request) -> Session | None:
    """Whose form this is; None without a session or with another one's token."""
    session = _session(request)
    return session if session is not None and (await forms.fields(request)).get("csrf") == session.csrf else None


def _page(request: Request, template: str, session: Session, **values: Any) -> Response:
    page: str = request.app.state.templates.get_template(template).render(
        csrf=session.csrf, path=request.url.path, **values
    )
    return HTMLResponse(page)


def _door_page(request: Request, problem: str, status: int = 200) -> Response:
    door = _desk(request).door
    values = {"is_open": door.is_open, "was_guessed": door.was_guessed, "problem": problem}
    return HTMLResponse(request.app.state.templates.get_template("door.html").render(**values), status)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def _not_yours() -> Response:
    return PlainTextResponse("This form is out of date: go back and load the page anew.\n", 403)
