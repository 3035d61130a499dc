"""Who is asking: a person with a role in an organization, or a screen."""

from dataclasses import dataclass
from enum import StrEnum

from vizora.identifiers import DeviceId, OrganizationId


class Role(StrEnum):
    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return tuple(Role).index(self)


@dataclass(frozen=True, slots=True)
class User:
    id: str
    organization_id: OrganizationId
    role: Role
    session_id: str
    email: str
    api_token_id: str | None = None
    """Of the program that speaks for this person; None when it is the person."""


@dataclass(frozen=True, slots=True)
class Device:
    id: DeviceId
    organization_id: OrganizationId
    token_id: str


Principal = User | Device


class Access(StrEnum):
    """Who may call an endpoint. People need at least the role of that name."""

    PUBLIC = "public"
    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"
    DEVICE = "device"
