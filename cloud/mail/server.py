"""`SMTP_URL` in its parts: `smtp://user:password@host:587?from=signage@example.org`, or `smtps://` for TLS at once."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from cloud.settings import LOOPBACK, Settings

PORTS = {"smtp": 587, "smtps": 465}
ALLOWED = "as in smtp://user:password@host:587?from=signage@example.org, or smtps://…"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_at_once: bool = False

    @property
    def local(self) -> bool:
        """A server on this very machine may be talked to in clear text."""
        return self.host in LOOPBACK


def smtp_server(settings: Settings) -> SmtpServer | None:
    value = settings.text("SMTP_URL")
    try:
        return None if value is None else read(value)
    except ValueError as fault:
        settings.wrong("SMTP_URL", str(fault), ALLOWED)
        return None


def read(url: str) -> SmtpServer:
    """Raises ValueError with a sentence that never shows the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise ValueError("has no sound host and port") from fault
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("is no address of a mail server")
    sender = parse_qs(parts.query).get("from", [unquote(parts.username or "")])[0]
    if "@" not in sender or any(character.isspace() for character in sender):
        raise ValueError("names no sender: add ?from=ADDRESS")
    return SmtpServer(
        parts.hostname,
        port or PORTS[parts.scheme],
        sender,
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
        tls_at_once=parts.scheme == "smtps",
    )
