"""A real nginx with what deploy/nginx ships, before a real cloud, and a caller at an address of his own."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter

from tests.free_port import free_port
from tests.servers.program import program, running

SHIPPED = Path(__file__).parents[2] / "deploy/nginx/vizora.conf"
CALLER = "127.0.0.2"
AROUND = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/vizora.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    port: int
    plain_port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def caller(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.certificate)
        session.mount("https://", _From(CALLER))
        return session


class _From(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **named)


def ports() -> tuple[int, int]:
    return free_port(), free_port()


@contextmanager
def proxy(folder: Path, cloud_port: int, at: tuple[int, int], *, without: str = "") -> Iterator[Proxy]:
    """`without`: a line of the configuration that is left out, for broken twins."""
    port, plain_port = at
    certificate, key = _certificate(folder)
    text = SHIPPED.read_text()
    for shipped, here in (
        ("server 127.0.0.1:3000 ", f"server 127.0.0.1:{cloud_port} "),
        ("listen 80;", f"listen 127.0.0.1:{plain_port};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("/etc/ssl/vizora/fullchain.pem", str(certificate)),
        ("/etc/ssl/vizora/privkey.pem", str(key)),
        *([(without, "")] if without else []),
    ):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, here)
    (folder / "vizora.conf").write_text(text)
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(user="user root;" if os.geteuid() == 0 else "", folder=folder))
    nginx = [program("nginx", Path("/usr/sbin")), "-c", str(whole), "-p", str(folder), "-e", str(folder / "error.log")]
    subprocess.run([*nginx, "-t"], check=True, capture_output=True)
    made = Proxy(port, plain_port, certificate)
    with running(nginx, folder, lambda: _answers(made)):
        yield made


def _answers(made: Proxy) -> bool:
    try:
        return made.caller().get(f"{made.url}/metrics", timeout=10).status_code == 404
    except requests.RequestException:
        return False


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signage.example.org")])
    now = datetime.now(UTC)  # noqa: TID251 - nginx and its callers have the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "fullchain.pem", folder / "privkey.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
