"""How a client says its secret in a header (RFC 6749 section 2.3.1): form-encoded first, which authlib leaves out.

A provider that decodes it, as it should, would read a `+` in the secret as a blank.
"""

import base64
from typing import Any
from urllib.parse import quote_plus


def basic(client: Any, _method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """A `client_secret_basic` for authlib's clients."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return uri, {**headers, "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, body
