"""The cloud's settings: the environment, read once (CONTRACT section 2).

With nothing set the cloud is embedded: a SQLite file, a local folder, an in-process hub, secrets of its own making.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cloud.mail.server import SmtpServer, smtp_server
from cloud.servers import S3Address, postgres_url, redis_url, s3_address
from cloud.settings import LOOPBACK, LOOPBACK_ADDRESSES, Registration, Settings, WrongSettingsError
from cloud.sso.address import IssuerAddress, issuer_address

DEFAULT_PORT = 3000
SILENCE_S = 45.0
"""Three heartbeats. A screen is offline at the latest 60 s after its last one (CONTRACT section 4)."""


@dataclass(frozen=True, slots=True)
class CloudConfig:
    """What the cloud was told. Secrets that are None are kept in the data folder (`cloud.secret_files`)."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    realtime_port: int | None = None
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    """Without a slash at its end; what QR codes and links begin with."""
    postgres_url: str | None = None
    redis_url: str | None = None
    s3: S3Address | None = None
    clickhouse_url: str | None = None
    stripe_secret_key: str | None = None
    stripe_webhook_secret: str | None = None
    jwt_secret: str | None = None
    jwt_lifetime: timedelta = timedelta(days=7)
    device_jwt_secret: str | None = None
    cors_origins: tuple[str, ...] = ()
    registration: Registration = Registration.OPEN
    oidc: IssuerAddress | None = None
    """Where people may sign in with an account they have already."""
    smtp: SmtpServer | None = None
    """Where letters go; without it they go to the log."""
    does_jobs: bool = True
    """Whether the server itself does what is to be done beside the requests; else `vizora cloud worker` does."""
    trusted_proxies: tuple[str, ...] = LOOPBACK_ADDRESSES
    """Addresses and networks whose `X-Forwarded-For` says who calls."""
    look_s: float = 5.0
    """How often a worker looks for jobs of which no message came: repetitions, periodic ones, those of the dead."""
    recheck_s: float = 20.0
    """How often an open line of a person is asked whether they may still listen."""
    silence_s: float = SILENCE_S
    """How long a screen may say nothing before it counts as offline."""
    log_level: str = "warning"
    """`debug`, `info` (what people change, and refusals), `warning` or `error`."""
    long_poll_s: float = 25.0
    """How long a device's question whether it was paired is held."""

    @property
    def embedded(self) -> bool:
        return self.postgres_url is None

    @property
    def secure(self) -> bool:
        """Whether people reach it by https."""
        return self.public_url.startswith("https://")


def load(
    environ: Mapping[str, str], *, host: str = "127.0.0.1", port: int | None = None, data_dir: Path | None = None
) -> CloudConfig:
    """The settings; what the command line gives wins over the environment.

    Raises WrongSettingsError, an OperatorError that names every wrong variable, its fault and what is allowed.
    """
    settings = Settings(environ)
    port = settings.port("API_PORT", DEFAULT_PORT) if port is None else port
    postgres, redis = postgres_url(settings), redis_url(settings)
    configured = postgres is not None
    public_url = settings.site("VIZORA_PUBLIC_URL") or f"http://{_in_url(host)}:{port}"
    only_here = host in LOOPBACK and urlsplit(public_url).hostname in LOOPBACK  # else a proxy lets others in
    config = CloudConfig(
        data_dir=data_dir or Path(settings.text("VIZORA_DATA_DIR") or "./var"),
        host=host,
        port=port,
        realtime_port=settings.optional_port("REALTIME_PORT"),
        public_url=public_url,
        postgres_url=postgres,
        redis_url=redis,
        s3=s3_address(settings),
        clickhouse_url=settings.url("CLICKHOUSE_URL"),
        stripe_secret_key=settings.with_prefix("STRIPE_SECRET_KEY", ("sk_", "rk_"), needs="STRIPE_WEBHOOK_SECRET"),
        stripe_webhook_secret=settings.with_prefix("STRIPE_WEBHOOK_SECRET", ("whsec_",), needs="STRIPE_SECRET_KEY"),
        jwt_secret=settings.secret("JWT_SECRET", required=configured),
        jwt_lifetime=settings.duration("JWT_EXPIRES_IN", timedelta(days=7)),
        device_jwt_secret=settings.secret("DEVICE_JWT_SECRET", required=configured),
        cors_origins=settings.origins("CORS_ORIGIN"),
        log_level=settings.choice("VIZORA_LOG_LEVEL", ("debug", "info", "warning", "error"), "warning"),
        oidc=issuer_address(settings),
        smtp=smtp_server(settings),
        trusted_proxies=settings.networks("VIZORA_TRUSTED_PROXIES", LOOPBACK_ADDRESSES),
        registration=Registration(
            settings.choice(
                "VIZORA_REGISTRATION",
                tuple(Registration),
                Registration.OPEN if only_here else Registration.TOKEN,
            )
        ),
        does_jobs=postgres is None or redis is None,
    )
    settings.refuse_misspelt()
    if settings.faults:
        raise WrongSettingsError(settings.faults)
    return config


def _in_url(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
