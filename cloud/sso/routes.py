"""The room for signing in by an OpenID provider."""

from collections.abc import Iterable

from starlette.routing import Route

from cloud.accounts.authenticator import Password
from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.sso import beginning, pages
from cloud.sso.sign_on import CALLBACK, single_sign_on

OIDC = "/api/auth/oidc"


def parts(cloud: Cloud) -> Iterable[object]:
    yield single_sign_on(cloud)


ROOM = Room(
    endpoints=(
        Endpoint("POST", OIDC, beginning.begin, Access.PUBLIC, beginning.Beginning),
        Endpoint("POST", f"{OIDC}/link", beginning.link, Access.VIEWER, Password, in_person=True),
        Endpoint("GET", OIDC, beginning.listing, Access.VIEWER),
        Endpoint("DELETE", f"{OIDC}/{{id}}", beginning.unlink, Access.VIEWER, action="user.sso-unlink", in_person=True),
    ),
    routes=(
        Route("/sign-in/oidc", pages.with_failures(pages.to_provider)),
        Route(CALLBACK, pages.with_failures(pages.from_provider)),
        Route("/sign-in/oidc/out", pages.with_failures(pages.out_of_provider)),
    ),
    parts=parts,
)
