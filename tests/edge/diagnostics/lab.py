"""Far sides for the connectivity test: clouds, portals and proxies that misbehave, certificates of every kind."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.http_server import HttpServer

NAME = "127.0.0.1"
Answer = Callable[[BaseHTTPRequestHandler], None]


def say(status: int, body: bytes = b"{}", media_type: str = "application/problem+json", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def fall_silent(over: threading.Event) -> Answer:
    def answer(_: BaseHTTPRequestHandler) -> None:
        over.wait(60)

    return answer


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


CLOUD = say(401, b'{"code":"AUTH_002","title":"who are you"}')


class _Server(HttpServer):
    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):
            super().shutdown_request(request)


@contextmanager
def far_side(answer: Answer, *, certificate: "Issued | None" = None, date: datetime | None = None) -> Iterator[str]:
    """The address of a server that gives every question this answer, and says it is `date`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with suppress(OSError, ValueError):
                super().handle_one_request()

        def do_GET(self) -> None:
            answer(self)

        def do_CONNECT(self) -> None:
            answer(self)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(date, usegmt=True) if date else super().date_time_string(timestamp)

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(Handler)
    if certificate is not None:
        secured = certificate.serving()
        server.socket = secured.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Authority:
    """Issues certificates into a folder; `file` is what its friends trust."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)  # noqa: TID251  certificates are judged by OpenSSL, with the machine's own clock
        self._own = self._signed(self._name, self._key, now - timedelta(days=5000), now + timedelta(days=5000), ca=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def issue(self, start: datetime, end: datetime, name: str = NAME) -> "Issued":
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key, start, end, name=name)
        file = self._folder / f"{start:%Y%j}-{end:%Y%j}-{name}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Issued(file)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        start: datetime,
        end: datetime,
        *,
        name: str = "",
        ca: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if name:
            try:
                named: x509.GeneralName = x509.IPAddress(ip_address(name))
            except ValueError:
                named = x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([named]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


class Issued:
    def __init__(self, file: Path) -> None:
        self._file = file

    def serving(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._file)
        return context
