"""What `vizora-setup.toml` says (docs/reference/setup-file.md)."""

import msgspec

HEAD = "# For the boot partition of a Vizora screen. Who has this file can add screens: keep it as you keep a key.\n"


class Wifi(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    ssid: str
    password: str = ""
    """Empty for a network without one."""
    country: str | None = None
    """ISO 3166: which channels may be used."""


def render(cloud_url: str, token: str, wifi: Wifi | None) -> str:
    """The keys are the device's own settings (docs/reference/device-settings.md); `[wifi]` is for its network."""
    lines = [HEAD, f"cloud_url = {_string(cloud_url)}", f"pairing_code = {_string(token)}"]
    if wifi is not None:
        lines += ["", "[wifi]", f"ssid = {_string(wifi.ssid)}", f"password = {_string(wifi.password)}"]
        lines += [f"country = {_string(wifi.country)}"] if wifi.country else []
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A TOML basic string (TOML 1.0): JSON's are that too, once DEL is escaped."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
