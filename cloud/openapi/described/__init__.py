"""Every endpoint's description, by `METHOD /path`: one module a room."""

from collections.abc import Mapping

from cloud.openapi.described import (
    accounts,
    analytics,
    billing,
    content,
    device,
    planning,
    publishing,
    screens,
    sso,
    updates,
    uploads,
    uses,
    watching,
)  # fmt: skip
from cloud.openapi.description import Described

DESCRIBED: Mapping[str, Described] = {
    **accounts.DESCRIBED,
    **screens.DESCRIBED,
    **content.DESCRIBED,
    **uploads.DESCRIBED,
    **uses.DESCRIBED,
    **planning.DESCRIBED,
    **publishing.DESCRIBED,
    **device.DESCRIBED,
    **updates.DESCRIBED,
    **analytics.DESCRIBED,
    **billing.DESCRIBED,
    **sso.DESCRIBED,
    **watching.DESCRIBED,
}
