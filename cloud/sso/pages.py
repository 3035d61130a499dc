"""What browsers visit on their way: to the provider, back, and out of it. A failure is a page that says what to do."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud.accounts import sessions
from cloud.addresses import network
from cloud.limits.classes import DOOR
from cloud.problems import Problem, slow_down
from cloud.services import Cloud
from cloud.sso import journey
from cloud.sso.identity import Identity, Refused, Unreachable
from cloud.sso.joining import let_in
from cloud.sso.journey import Arrival, Found, Join, Plan, SignIn
from cloud.sso.refusals import Refusal, Turned
from cloud.sso.sign_on import SingleSignOn, depart
from cloud.web.listening import spoken
from cloud.web.rendering import page
from cloud.web.speech import _

if TYPE_CHECKING:
    from cloud.sso.provider import Provider

log = logging.getLogger("vizora.cloud")
MOST_CHARACTERS = 4096
"""Of a code or a state; providers' are far shorter."""
Draw = Callable[[Request, Cloud, "Provider"], Awaitable[Response]]


def with_failures(draw: Draw) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        cloud: Cloud = request.app.state.cloud
        provider = cloud.part(SingleSignOn).provider
        if provider is None:
            return page("missing.html", 404)
        try:
            await _limit(request, cloud)
            return await draw(request, cloud, provider)
        except Turned as turned:
            failure = _failed(turned.refusal, provider.address.host, turned.detail)
        except Problem as problem:
            refusal = Refusal.UNREACHABLE if problem.status == 503 else Refusal.NOT_ALLOWED
            failure = _failed(refusal, provider.address.host, problem.detail, status=problem.status)
            failure.headers.update(problem.headers)
        journey.forget_cookie(failure, secure=cloud.config.secure)
        return failure

    return spoken(answer)


async def to_provider(request: Request, cloud: Cloud, _: "Provider") -> Response:
    """The plain link of the sign-in page, which works without scripts too."""
    location, departure = await depart(cloud, Plan(SignIn(), journey.own_path(request.query_params.get("next"))))
    answer = RedirectResponse(location, 303, {"Cache-Control": "no-store"})
    journey.set_cookie(answer, departure, secure=cloud.config.secure)
    return answer


async def from_provider(request: Request, cloud: Cloud, provider: "Provider") -> Response:
    """Where the provider sends the browser back to (OAuth 2.0, RFC 6749 section 4.1.2).

    It answers a page that goes on by itself, not a redirect: the session's cookie is `strict`, and browsers would keep
    it to themselves on a way that began on the provider's page.
    """
    said, secure = request.query_params, cloud.config.secure
    arrival = await _arrival(request, cloud)
    code = said.get("code")
    if code is None or len(code) > MOST_CHARACTERS:
        log.info("%s did not sign somebody in: %s", provider.address.host, said.get("error", "no reason given")[:200])
        raise Turned(Refusal.DECLINED)
    identity = await _identity(provider, code, arrival, said.get("iss"))
    signed_in = await _let_in(cloud, identity, arrival, request.client.host if request.client else "")
    answer = page("signed-in.html", next=arrival.plan.next)
    journey.forget_cookie(answer, secure=secure)
    if signed_in is not None:
        sessions.set_cookie(cloud, answer, signed_in)
    return answer


async def out_of_provider(_: Request, cloud: Cloud, provider: "Provider") -> Response:
    """Signs out of the provider, where it can do that; of this cloud one has signed out before."""
    back = f"{cloud.config.public_url}/sign-in"
    try:
        location = await provider.end_session_url(back)
    except Unreachable as fault:
        raise Turned(Refusal.UNREACHABLE) from fault
    return RedirectResponse(location or back, 303, {"Cache-Control": "no-store"})


async def _limit(request: Request, cloud: Cloud) -> None:
    caller = network(request.client.host if request.client else "")
    wait = await cloud.rates.wait(f"GET {request.url.path} {caller}", DOOR, cloud.clock.monotonic())
    if wait > 0:
        raise slow_down(ceil(wait))


async def _arrival(request: Request, cloud: Cloud) -> Arrival:
    state, browser = request.query_params.get("state"), journey.cookie_of(request, secure=cloud.config.secure)
    if state is None or browser is None or max(len(state), len(browser)) > MOST_CHARACTERS:
        raise Turned(Refusal.OTHER_BROWSER)
    arrival = await cloud.write(lambda unit: journey.arrive(unit, state, browser))
    if arrival is None:
        raise Turned(Refusal.OTHER_BROWSER)
    return arrival


async def _identity(provider: "Provider", code: str, arrival: Arrival, issuer: str | None) -> Identity:
    try:
        return await provider.identify(code=code, verifier=arrival.verifier, nonce=arrival.nonce, issuer=issuer)
    except Refused as fault:
        log.warning("%s: nobody was signed in: %s", provider.address.host, fault)
        raise Turned(Refusal.NOT_BELIEVED) from fault
    except Unreachable as fault:
        log.warning("%s: nobody was signed in: %s", provider.address.host, fault)
        raise Turned(Refusal.UNREACHABLE) from fault


async def _let_in(cloud: Cloud, identity: Identity, arrival: Arrival, ip: str) -> sessions.SignedIn | None:
    purpose, password_hash = arrival.plan.purpose, ""
    if isinstance(purpose, Join | Found):
        password_hash = await cloud.passwords.hash(secrets.token_urlsafe(32))  # one that nobody knows
    try:
        return await cloud.write(lambda unit: let_in(cloud, unit, identity, purpose, password_hash, ip))
    except IntegrityError as fault:  # two of the same at the same moment: the other one was first
        raise Turned(Refusal.HAS_ACCOUNT) from fault


def _failed(refusal: Refusal, host: str, detail: str, *, status: int | None = None) -> Response:
    words = refusal.value
    told: dict[str, object] = {"host": host, "detail": detail}
    return page(
        "not-signed-in.html",
        status or words.status,
        title=_(words.title, **told),
        sentence=_(words.sentence, **told),
        advice=_(words.advice, **told),
        again=refusal in (Refusal.OTHER_BROWSER, Refusal.DECLINED, Refusal.NOT_BELIEVED, Refusal.UNREACHABLE),
    )
