"""The demo's own admin, made once and kept in the data folder (0600)."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from edge.cli.demo.api import CloudApi, Refused
from edge.files import write_durably
from vizora.errors import OperatorError

EMAIL = "demo@vizora.example"


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    password: str


def kept(data: Path) -> Account:
    """The account of this data folder; a new password where there is none yet."""
    file = data / "account.json"
    try:
        stored = json.loads(file.read_text())
        return Account(stored["email"], stored["password"])
    except FileNotFoundError:
        account = Account(EMAIL, secrets.token_urlsafe(9))
        write_durably(file, json.dumps({"email": account.email, "password": account.password}).encode(), mode=0o600)
        return account
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise OperatorError(f"{file}: can't be read ({fault}); mend it, or remove {data} to start anew") from fault


def sign_in(api: CloudApi, account: Account) -> None:
    """Signs in, registering on the first run."""
    try:
        api.login(account.email, account.password)
    except Refused as refusal:
        if refusal.code != "AUTH_001":
            raise
        api.register(account.email, account.password, "Vizora demo")
