"""A screen becomes an organization's: the quota held against any race, its row, its token."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, update

from cloud.accounts.tokens import Claims, fingerprint
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.endpoints import Reply
from cloud.problems import Problem, invalid_field
from cloud.publishing.signing_keys import trusted
from cloud.services import Cloud
from vizora.device_api import DeviceSettings, Paired, PairedDevice
from vizora.identifiers import DeviceId

TOKEN_LIFETIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a device says about itself."""

    device_identifier: str
    public_key: str
    model: str = ""
    resolution: str = ""
    software_version: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who adds it wants."""

    nickname: str | None = None
    location: str | None = None
    time_zone: str | None = None
    replace_device_id: str | None = None


def enlist(unit: Unit, hardware: Hardware, wishes: Wishes, *, id: str | None = None) -> str:  # noqa: A002
    """The id of the screen, new or replaced. Raises Problem 403 DEVICE_003, 409 DEVICE_002, 404."""
    organization = unit.organization(held=True)  # those who pair at the same time count one after another
    if wishes.replace_device_id is not None:
        return _replace(unit, hardware, wishes, wishes.replace_device_id)
    twin = unit.row(unit.select(tables.devices).where(tables.devices.c.public_key == hardware.public_key))
    if twin is not None and twin["last_seen_at"] is not None:
        raise Problem(
            409,
            "DEVICE_002",
            "This device is one of your screens already: remove that one first, or replace it.",
            details={"deviceId": twin["id"], "nickname": twin["nickname"]},
        )
    if twin is not None:  # paired before, but its token never reached it
        return _replace(unit, hardware, wishes, twin["id"])
    count = unit.connection.scalar(unit.select(tables.devices, func.count(tables.devices.c.id))) or 0
    if count >= organization["screen_quota"]:
        raise Problem(
            403,
            "DEVICE_003",
            f"All {organization['screen_quota']} screens of your subscription are in use.",
            details={
                "currentDevices": count,
                "quota": organization["screen_quota"],
                "subscriptionTier": organization["tier"],
            },
        )
    device_id = unit.create(
        tables.devices,
        id=id,
        nickname=wishes.nickname or hardware.model or "Screen",
        location=wishes.location or "",
        time_zone=wishes.time_zone or "UTC",
        power=[],
        paired_at=unit.now,
        **_of(hardware),
    )
    _announce(unit, device_id)
    return device_id


def take_back(unit: Unit, hardware: Hardware, device_id: str) -> str:
    """The same machine comes for its screen again: it gets a new token, and the old ones end."""
    return _replace(unit, hardware, Wishes(), device_id)


def hand_over(cloud: Cloud, unit: Unit, device_id: str) -> Reply:
    """The device's credentials, made in this moment: a token exists nowhere before its device fetches it."""
    device = unit.row(
        unit.select(tables.devices, tables.devices, tables.organizations.c.name.label("organization_name"))
        .join(tables.organizations, tables.organizations.c.id == tables.devices.c.organization_id)
        .where(tables.devices.c.id == device_id)
    )
    if device is None:  # removed between claim and poll
        return Reply.of(Problem(400, "DEVICE_001", "This screen was removed again.", error="access_denied"))
    paired = Paired(
        device_token=new_token(cloud, unit, device_id),
        device=PairedDevice(
            id=DeviceId(device_id),
            nickname=device["nickname"],
            organization_id=unit.organization_id,
            organization_name=device["organization_name"],
            time_zone=device["time_zone"],
        ),
        socket_url=socket_url(cloud),
        config=DeviceSettings(),
        manifest_keys=trusted(unit.connection),
    )
    return Reply(paired)


def new_token(cloud: Cloud, unit: Unit, device_id: str) -> str:
    token_id, expires_at = new_id(), unit.now + TOKEN_LIFETIME
    claims = Claims(token_id, device_id, unit.organization_id, expires_at)
    token = cloud.device_tokens.issue(claims, unit.now)
    unit.insert(
        tables.device_tokens,
        id=token_id,
        device_id=device_id,
        token_hash=fingerprint(token),
        created_at=unit.now,
        expires_at=expires_at,
    )
    return token


def revoke_tokens(unit: Unit, device_id: str) -> None:
    tokens = tables.device_tokens
    unit.connection.execute(
        unit.update(tokens)
        .where(tokens.c.device_id == device_id, tokens.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
    unit.told.revoked_devices.append(device_id)


def socket_url(cloud: Cloud) -> str:
    """`ws://` or `wss://`, where people reach the API."""
    return "ws" + cloud.config.public_url.removeprefix("http") + "/realtime/device"


def _replace(unit: Unit, hardware: Hardware, wishes: Wishes, device_id: str) -> str:
    """New hardware takes the place of a screen: its name, tags, schedule and history stay."""
    if unit.get(tables.devices, device_id) is None:
        raise invalid_field("/replaceDeviceId", "must be one of your screens")
    revoke_tokens(unit, device_id)
    named: dict[str, Any] = {
        "nickname": wishes.nickname,
        "location": wishes.location,
        "time_zone": wishes.time_zone,
    }
    unit.change(
        tables.devices,
        device_id,
        paired_at=unit.now,
        last_seen_at=None,
        last_report=None,
        copies_seen_at=None,
        **_of(hardware),
        **{name: value for name, value in named.items() if value is not None},
    )
    manifests = tables.manifests
    unit.connection.execute(  # its rotation and size belong to the hardware: build anew
        update(manifests).where(manifests.c.device_id == device_id).values(generation=0)
    )
    _announce(unit, device_id)
    return device_id


def _of(hardware: Hardware) -> dict[str, Any]:
    return {
        "device_identifier": hardware.device_identifier,
        "public_key": hardware.public_key,
        "model": hardware.model[:200],
        "resolution": hardware.resolution[:40],
        "software_version": hardware.software_version[:60],
    }


def _announce(unit: Unit, device_id: str) -> None:
    unit.screens_may_change()
    unit.tell("device:status", {"deviceId": device_id, "status": "pairing"})
