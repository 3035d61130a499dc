"""Which OpenID provider people may sign in with: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cloud.settings import LOOPBACK, Settings

NAMES = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class IssuerAddress:
    issuer: str
    """To the letter as the provider writes it, a slash at its end included: it is compared with what tokens say."""
    client_id: str
    client_secret: str = field(repr=False)

    @property
    def host(self) -> str:
        """What people know it by."""
        return urlsplit(self.issuer).netloc


def issuer_address(settings: Settings) -> IssuerAddress | None:
    """All of it or nothing."""
    issuer, client_id, client_secret = (settings.text(name) for name in NAMES)
    if issuer is None and client_id is None and client_secret is None:
        return None
    for name, value in zip(NAMES, (issuer, client_id, client_secret), strict=True):
        if value is None:
            settings.wrong(name, "is not set, but another OIDC_ variable is", f"all of {', '.join(NAMES)}, or none")
    if issuer is not None and not may_be_asked(issuer):
        settings.wrong("OIDC_ISSUER", f"is {issuer!r}, which is no issuer", "as in https://login.example.org/realm")
    if issuer is None or client_id is None or client_secret is None:
        return None
    return IssuerAddress(issuer, client_id, client_secret)


def may_be_asked(url: str) -> bool:
    """Whether secrets may be sent there: https, or http to this very machine; nothing else in it than an address."""
    try:
        parts = urlsplit(url)
        is_sound = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_sound and is_plain and is_safe
