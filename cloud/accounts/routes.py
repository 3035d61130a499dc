"""The accounts room's endpoints."""

from cloud.accounts.registration import Registration, register
from cloud.accounts.sessions import Login, login, logout, me, refresh
from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.rooms import Room

ROOM = Room(
    endpoints=(
        Endpoint("POST", "/api/auth/register", register, Access.PUBLIC, Registration),
        Endpoint("POST", "/api/auth/login", login, Access.PUBLIC, Login),
        Endpoint("POST", "/api/auth/refresh", refresh, Access.VIEWER, action="session.refresh"),
        Endpoint("POST", "/api/auth/logout", logout, Access.VIEWER, action="session.end"),
        Endpoint("GET", "/api/auth/me", me, Access.VIEWER),
    )
)
