"""Who signs updates: a key and a certificate of the operator's, or a pair made once for development."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vizora.errors import OperatorError

VALID = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
"""Wide: a device whose clock is wrong must be able to take the update that mends it."""
DEVELOPMENT = "Vizora development updates (never for screens in the field)"


@dataclass(frozen=True, slots=True)
class Signer:
    key: Path
    certificate: Path
    """Also what devices trust: it goes into the image as RAUC's keyring."""


def given(key: Path, certificate: Path) -> Signer:
    """Raises OperatorError for a file that isn't there."""
    for path in (key, certificate):
        if not path.is_file():
            raise OperatorError(f"{path} is no file; allowed: a PEM file with the key, one with the certificate")
    return Signer(key, certificate)


def development(folder: Path) -> Signer:
    """The pair in this folder, made if there is none."""
    signer = Signer(folder / "development.key", folder / "development.crt")
    if not signer.certificate.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(signer)
    return signer


def _make(signer: Signer) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEVELOPMENT)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID[0])
        .not_valid_after(VALID[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    signer.key.touch(mode=0o600)
    signer.key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    signer.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
