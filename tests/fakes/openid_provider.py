"""A small OpenID provider that works: discovery, keys, codes with PKCE, ID tokens, signing out.

It confirms whoever `person` is without asking. What an attacker, or a provider gone wrong, would do otherwise is a
replaceable part: `claims`, `tell`, `sign`, `take_code`.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cloud.clock import EPOCH, Clock

Claims = dict[str, Any]
LIFETIME_S = 300


@dataclass(frozen=True, slots=True)
class Granted:
    """What a code stands for."""

    redirect_uri: str
    nonce: str
    challenge: str
    person: Claims


@dataclass
class OpenIdProvider:
    clock: Clock
    issuer: str = "https://id.example"
    client_id: str = "vizora"
    client_secret: str = "a secret that only + the two: know, 100% ü"
    person: Claims = field(
        default_factory=lambda: {
            "sub": "u-1",
            "email": "Ada@Acme.example",
            "email_verified": True,
            "given_name": "Ada",
            "family_name": "Lovelace",
        }
    )
    metadata: dict[str, Any] = field(default_factory=dict)
    """What discovery says otherwise than it should."""
    is_up: bool = True
    tells_by_user_info: bool = False
    """As strict providers do (OpenID Connect Core, section 5.4): the ID token has the subject only."""
    known_by: dict[str, Claims] = field(default_factory=dict)
    """Whom an access token is about."""
    asked: list[str] = field(default_factory=list)
    """Paths that were called, in their order."""
    codes: dict[str, Granted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = first_key()
        self.claims: Callable[[Claims], Claims] = lambda claims: claims
        self.tell: Callable[[Claims], Claims] = lambda person: person
        self.sign: Callable[[Claims], str] = lambda claims: signed(claims, self.key)
        self.take_code: Callable[[str], Granted | None] = lambda code: self.codes.pop(code, None)
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/me", self._user_info),
                Route("/out", self._out),
            ]
        )

    def public_keys(self) -> Any:
        return KeySet([self.key]).as_dict(private=False)

    async def _discovery(self, request: Request) -> Response:
        return self._answer(
            request,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/out",
                "userinfo_endpoint": f"{self.issuer}/me",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            },
        )

    async def _keys(self, request: Request) -> Response:
        return self._answer(request, self.public_keys())

    async def _authorize(self, request: Request) -> Response:
        said = request.query_params
        if said["client_id"] != self.client_id or said["response_type"] != "code":
            return JSONResponse({"error": "unauthorized_client"}, 400)
        back = {"state": said["state"], "iss": self.issuer}
        if "openid" in said["scope"].split() and said.get("code_challenge_method") == "S256" and self.person:
            code = secrets.token_urlsafe(16)
            self.codes[code] = Granted(said["redirect_uri"], said["nonce"], said["code_challenge"], self.person)
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return RedirectResponse(f"{said['redirect_uri']}?{urlencode(back)}", 303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if not self._is_client(request, form):
            return self._answer(request, {"error": "invalid_client"}, 401)
        granted = self.take_code(str(form["code"]))
        if granted is None or form["redirect_uri"] != granted.redirect_uri or _challenge(form) != granted.challenge:
            return self._answer(request, {"error": "invalid_grant"}, 400)
        now = int((self.clock.now() - EPOCH).total_seconds())
        standing = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + LIFETIME_S}
        told = {"sub": granted.person["sub"]} if self.tells_by_user_info else granted.person
        claims = self.claims({**standing, "nonce": granted.nonce, **told})
        access_token = secrets.token_urlsafe(16)
        self.known_by[access_token] = granted.person
        token = {"access_token": access_token, "token_type": "Bearer", "id_token": self.sign(claims)}
        return self._answer(request, token)

    async def _user_info(self, request: Request) -> Response:
        said = self.known_by.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return self._answer(request, self.tell(said) if said else {"error": "invalid_token"}, 200 if said else 401)

    async def _out(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    def _is_client(self, request: Request, form: Any) -> bool:
        said = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        pair = tuple(map(unquote_plus, said.split(":", 1)))  # RFC 6749, section 2.3.1
        posted = form.get("client_id") == self.client_id and form.get("client_secret") == self.client_secret
        return posted or pair == (self.client_id, self.client_secret)

    def _answer(self, request: Request, body: Any, status: int = 200) -> Response:
        self.asked.append(request.url.path)
        if not self.is_up:
            return Response("down for maintenance", 502)
        return JSONResponse(body, status)


@cache
def first_key() -> RSAKey:
    """The same for every provider of a test run: to make one takes a while."""
    return new_key("k1")


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def signed(claims: Claims, key: RSAKey, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)


def _challenge(form: Any) -> str:
    digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
