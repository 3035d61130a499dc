"""The screens room: pairing from both sides, and the screens themselves."""

from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.rooms import Room
from cloud.screens import (
    bulk,
    claiming,
    commands,
    copies,
    devices,
    enrolment,
    forecast,
    overview,
    pairing,
    redeeming,
    setup_file,
)
from vizora.device_api import PairingRequest, RedeemRequest, TokenRequest

DEVICE = "/api/devices/{id}"
TOKENS = "/api/devices/enrolment-tokens"

ROOM = Room(
    endpoints=(
        Endpoint("POST", "/api/pairing", pairing.start, Access.PUBLIC, PairingRequest),
        Endpoint("POST", "/api/pairing/token", pairing.token, Access.PUBLIC, TokenRequest),
        Endpoint("POST", "/api/pairing/redeem", redeeming.redeem, Access.PUBLIC, RedeemRequest, "device.redeem"),
        Endpoint(
            "POST", "/api/devices/pair", claiming.claim, Access.MANAGER, claiming.Claim, "device.pair", idempotent=True
        ),
        Endpoint("POST", "/api/devices/pairing-preview", claiming.look, Access.MANAGER, claiming.Look),
        Endpoint(
            "POST",
            "/api/devices/pairing-codes",
            redeeming.make_code,
            Access.MANAGER,
            redeeming.CodeWanted,
            "device.pairing-code",
            idempotent=True,
        ),
        Endpoint("GET", TOKENS, enrolment.listing, Access.MANAGER),
        Endpoint(
            "POST", TOKENS, enrolment.create, Access.MANAGER, enrolment.NewEnrolmentToken, "enrolment-token.create"
        ),
        Endpoint("DELETE", f"{TOKENS}/{{id}}", enrolment.revoke, Access.MANAGER, action="enrolment-token.revoke"),
        Endpoint("POST", "/api/devices/setup-file", setup_file.setup_file, Access.MANAGER, setup_file.SetupWanted),
        Endpoint("GET", "/api/devices", devices.listing, Access.VIEWER),
        Endpoint("GET", "/api/devices/overview", overview.overview, Access.VIEWER),
        Endpoint("POST", "/api/devices/meant", bulk.meant, Access.VIEWER, bulk.Meaning),
        Endpoint("POST", "/api/devices/tags", bulk.tag, Access.MANAGER, bulk.Tagging, "device.tag"),
        Endpoint(
            "POST", "/api/devices/commands", bulk.order, Access.MANAGER, bulk.Order, "device.command", idempotent=True
        ),
        Endpoint("GET", DEVICE, devices.get, Access.VIEWER),
        Endpoint("PATCH", DEVICE, devices.change, Access.MANAGER, devices.Change, "device.change"),
        Endpoint("DELETE", DEVICE, devices.remove, Access.MANAGER, action="device.remove"),
        Endpoint(
            "POST",
            f"{DEVICE}/commands",
            commands.send,
            Access.MANAGER,
            commands.Command,
            "device.command",
            idempotent=True,
        ),
        Endpoint("POST", f"{DEVICE}/revoke", copies.revoke, Access.ADMIN, action="device.revoke"),
        Endpoint("GET", f"{DEVICE}/commands/{{command_id}}", commands.get, Access.VIEWER),
        Endpoint("GET", f"{DEVICE}/now", forecast.now, Access.VIEWER),
        Endpoint("GET", f"{DEVICE}/timeline", forecast.show_timeline, Access.VIEWER),
        Endpoint("GET", f"{DEVICE}/explain", forecast.explain, Access.VIEWER),
    ),
)
