"""`vizora-setup.toml` for the boot partition: where the cloud is, the token, and the Wi-Fi, which is stored nowhere."""

import re

from starlette.responses import Response

from cloud.bodies import Body
from cloud.endpoints import Call
from cloud.problems import FieldError, invalid_field, refuse
from cloud.screens.enrolment import PREFIX, live, used_up
from cloud.screens.setup_text import Wifi, render

COUNTRY = re.compile(r"[A-Z]{2}")


class SetupWanted(Body, frozen=True):
    token: str
    wifi: Wifi | None = None


async def setup_file(call: Call) -> Response:
    """`application/toml`. 404 DEVICE_001 for a token that is none of the organization's, or adds nothing any more."""
    wanted: SetupWanted = call.body
    if wanted.wifi is not None:
        _check(wanted.wifi)
    if not wanted.token.startswith(PREFIX):
        raise invalid_field("/token", "must be an enrolment token")
    row = await call.read(lambda unit: live(unit, wanted.token))
    if row is None or row["organization_id"] != call.organization_id or row["uses"] >= row["max_uses"]:
        raise used_up()
    text = render(call.cloud.config.public_url, wanted.token, wanted.wifi)
    headers = {"Content-Disposition": 'attachment; filename="vizora-setup.toml"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/toml", headers=headers)


def _check(wifi: Wifi) -> None:
    """IEEE 802.11: 1 to 32 bytes of name; WPA: 8 to 63 printable ASCII characters, or 64 hex digits."""
    errors = []
    if not 1 <= len(wifi.ssid.encode()) <= 32 or not wifi.ssid.isprintable():
        errors.append(FieldError("/wifi/ssid", "must have 1 to 32 bytes"))
    is_phrase = 8 <= len(wifi.password) <= 63 and wifi.password.isascii() and wifi.password.isprintable()
    if wifi.password and not is_phrase and not re.fullmatch(r"[0-9A-Fa-f]{64}", wifi.password):
        errors.append(FieldError("/wifi/password", "must have 8 to 63 ASCII characters, or 64 hex digits"))
    if wifi.country is not None and not COUNTRY.fullmatch(wifi.country):
        errors.append(FieldError("/wifi/country", "must be two capital letters, as in DE"))
    refuse(errors)
