"""The publishing room: overrides, and the manifests that carry everything to the screens."""

from collections.abc import Iterable

from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.publishing import overrides
from cloud.publishing.nudging import nudging
from cloud.publishing.renewing import Renewing
from cloud.publishing.signer import open_signer
from cloud.rooms import Room
from cloud.services import Cloud

PUBLISH = "/api/publish"


def parts(cloud: Cloud) -> Iterable[object]:
    yield open_signer(cloud)
    yield Renewing(cloud)


ROOM = Room(
    endpoints=(
        Endpoint("GET", PUBLISH, overrides.listing, Access.VIEWER),
        Endpoint(
            "POST", PUBLISH, overrides.publish, Access.MANAGER, overrides.Publish, "publish.start", idempotent=True
        ),
        Endpoint("DELETE", f"{PUBLISH}/{{id}}", overrides.end, Access.MANAGER, action="publish.end"),
        Endpoint("GET", f"{PUBLISH}/{{id}}/screens", overrides.screens, Access.VIEWER),
    ),
    parts=parts,
    work=nudging,
)
