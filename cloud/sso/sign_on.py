"""The part of the cloud that knows whether there is a provider, and sends browsers there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud.problems import Problem, not_found
from cloud.services import Cloud
from cloud.sso import journey
from cloud.sso.identity import Unreachable
from cloud.sso.journey import Departure, Plan

if TYPE_CHECKING:
    from cloud.sso.provider import Provider

CALLBACK = "/sign-in/oidc/callback"
"""What the provider has to know as the redirect URI, behind VIZORA_PUBLIC_URL."""


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    provider: "Provider | None"


def single_sign_on(cloud: Cloud) -> SingleSignOn:
    """Nothing is asked of the provider yet: a cloud starts whether it answers or not."""
    if cloud.config.oidc is None:
        return SingleSignOn(None)
    from cloud.sso.provider import Provider  # here: clouds without a provider start without its libraries

    return SingleSignOn(Provider(cloud.config.oidc, cloud.clock, cloud.config.public_url + CALLBACK))


async def depart(cloud: Cloud, plan: Plan) -> tuple[str, Departure]:
    """Where to send the browser, and what it keeps. Raises Problem 404 without a provider, 503 when it is away."""
    provider = cloud.part(SingleSignOn).provider
    if provider is None:
        raise not_found()
    departure = journey.depart()
    try:
        location = await provider.authorization_url(
            state=departure.state, nonce=departure.nonce, verifier=departure.verifier
        )
    except Unreachable as fault:
        detail = f"{provider.address.host} does not answer at the moment: try again in a minute, or use your password."
        raise Problem(503, "SERVER_003", detail, headers={"Retry-After": "10"}) from fault
    await cloud.write(lambda unit: journey.remember(unit, departure, plan))
    return location, departure
