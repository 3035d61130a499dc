"""The analytics room."""

from cloud.analytics.plays import grouped, summary
from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.rooms import Room

ROOM = Room(
    endpoints=(
        Endpoint("GET", "/api/analytics/plays", grouped, Access.VIEWER),
        Endpoint("GET", "/api/analytics/summary", summary, Access.VIEWER),
    )
)
