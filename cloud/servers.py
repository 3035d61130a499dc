"""The addresses of the servers that stand behind the configured size (CONTRACT section 2), read from the settings."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cloud.settings import Settings

S3_NAMES = ("MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_BUCKET")


@dataclass(frozen=True, slots=True)
class S3Address:
    endpoint: str
    """`host` or `host:port`, without a scheme."""
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    use_ssl: bool = True
    region: str = "us-east-1"


def postgres_url(settings: Settings) -> str | None:
    value = settings.text("POSTGRES_URL")
    if value is None or (urlsplit(value).scheme in ("postgres", "postgresql") and urlsplit(value).hostname):
        return value
    settings.wrong("POSTGRES_URL", "is no PostgreSQL address", "as in postgresql://user:password@host:5432/database")
    return None


def redis_url(settings: Settings) -> str | None:
    """As in `redis://:password@host:6379/0`; `rediss` for TLS."""
    value = settings.text("REDIS_URL")
    if value is None or _is_redis(value):
        return value
    settings.wrong("REDIS_URL", "is no Redis address", "as in redis://:password@host:6379/0, or rediss:// for TLS")
    return None


def s3_address(settings: Settings) -> S3Address | None:
    """All of it or nothing: a store with half an address is a fault."""
    given = {name: settings.text(name) for name in S3_NAMES}
    if given["MINIO_ENDPOINT"] is None:
        for name in (*S3_NAMES, "MINIO_PORT", "MINIO_USE_SSL"):
            if settings.text(name) is not None:
                settings.wrong(name, "is set, but MINIO_ENDPOINT is not", "both or neither")
        return None
    before = len(settings.faults)
    for name, value in given.items():
        if value is None:
            settings.wrong(name, "is not set, but MINIO_ENDPOINT is", "what your S3 store gave you")
    port = settings.optional_port("MINIO_PORT")
    use_ssl = _yes_or_no(settings, "MINIO_USE_SSL")
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", given["MINIO_ENDPOINT"]):
        settings.wrong("MINIO_ENDPOINT", "is no host", "a host name without http://, as in s3.example.org")
    elif ":" in given["MINIO_ENDPOINT"] and port is not None:
        settings.wrong("MINIO_ENDPOINT", "has a port, and MINIO_PORT is set", "the port in one of the two")
    if given["MINIO_BUCKET"] and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", given["MINIO_BUCKET"]):
        settings.wrong("MINIO_BUCKET", "is no bucket name", "3 to 63 of a-z, 0-9, dots and dashes")
    if len(settings.faults) > before:
        return None
    return S3Address(
        endpoint=given["MINIO_ENDPOINT"] + (f":{port}" if port is not None else ""),
        bucket=given["MINIO_BUCKET"] or "",
        access_key=given["MINIO_ACCESS_KEY"] or "",
        secret_key=given["MINIO_SECRET_KEY"] or "",
        use_ssl=use_ssl,
    )


def _yes_or_no(settings: Settings, name: str) -> bool:
    """Yes when it is not set."""
    value = (settings.text(name) or "").lower()
    if value not in ("", "true", "false", "1", "0", "yes", "no"):
        settings.wrong(name, f"is {value!r}", "true or false")
    return value in ("", "true", "1", "yes")


def _is_redis(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("redis", "rediss") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
