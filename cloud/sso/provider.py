"""The OpenID provider, asked over HTTP: discovery, keys, the exchange of a code (OpenID Connect Core, Discovery).

What it publishes is kept for an hour. When it can't be reached then, what was kept serves for a day: a provider that
answers sign-ins can be believed to have its old keys. A key nobody knows makes us ask anew, at most every half minute.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.jwk import KeySet

from cloud.clock import Clock
from cloud.sso.address import IssuerAddress, may_be_asked
from cloud.sso.bounded import TIMEOUT, Bounded
from cloud.sso.client_secret import basic
from cloud.sso.id_token import ALGORITHMS, WrongToken, completed, read, usable_keys
from cloud.sso.identity import Identity, Refused, Unreachable

log = logging.getLogger("vizora.cloud")
SCOPE = "openid email profile"
FRESH_S = 3600.0
USABLE_S = 24 * 3600.0
ASK_ANEW_S = 30.0
BREATHER_S = 5.0
"""After it did not answer, nobody waits for it for so long."""


class Metadata(msgspec.Struct, frozen=True):
    """What we need of OpenID Provider Metadata (Discovery 1.0 section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    metadata: Metadata
    keys: KeySet
    at: float


class Provider:
    def __init__(
        self,
        address: IssuerAddress,
        clock: Clock,
        redirect_uri: str,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.address = address
        self._clock = clock
        self._redirect_uri = redirect_uri
        self._transport = transport
        self._known: Known | None = None
        self._asking = asyncio.Lock()
        self._failed_at = float("-inf")

    async def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser. Raises Unreachable."""
        metadata = (await self._know()).metadata
        async with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def identify(self, *, code: str, verifier: str, nonce: str, issuer: str | None) -> Identity:
        """Who the code stands for. `issuer` is what the answer says sent it (RFC 9207). Raises Unreachable, Refused."""
        known = await self._know()
        if issuer != known.metadata.issuer and (
            issuer is not None or known.metadata.authorization_response_iss_parameter_supported
        ):
            raise Refused(f"the answer comes from {issuer!r}, not from the provider that was asked")
        token = await self._exchange(known.metadata, code, verifier)
        identity = await self._read_with_newest_keys(known, token, nonce)
        return identity if identity.email else await self._completed(identity, known.metadata, token)

    async def end_session_url(self, back: str) -> str | None:
        """Where the browser signs out of the provider too (RP-Initiated Logout 1.0). Raises Unreachable."""
        metadata = (await self._know()).metadata
        if metadata.end_session_endpoint is None:
            return None
        query = {"client_id": self.address.client_id, "post_logout_redirect_uri": back}
        return str(httpx2.URL(metadata.end_session_endpoint).copy_merge_params(query))

    async def _read_with_newest_keys(self, known: Known, token: Mapping[str, Any], nonce: str) -> Identity:
        """Raises Refused."""
        try:
            return self._read(known, token, nonce)
        except WrongToken as fault:
            if self._clock.monotonic() - known.at < ASK_ANEW_S:
                raise Refused(f"its ID token: {fault}") from fault
        try:  # it may have been signed with a key that is new
            return self._read(await self._know(newer_than=known), token, nonce)
        except WrongToken as fault:
            raise Refused(f"its ID token: {fault}") from fault

    async def _completed(self, identity: Identity, metadata: Metadata, token: Mapping[str, Any]) -> Identity:
        """With address and names: strict providers tell them by UserInfo only (OpenID Connect Core, section 5.4).

        Who somebody is stands without them, so who has an account gets in all the same when there is no answer.
        """
        url, access_token = metadata.userinfo_endpoint, token.get("access_token")
        if url is None or not may_be_asked(url.partition("?")[0]) or not isinstance(access_token, str):
            return identity
        try:
            async with self._client() as client:
                said = await _get(client, url, {"Authorization": f"Bearer {access_token}"})
            return completed(identity, msgspec.json.decode(said, type=dict[str, Any]))
        except (httpx2.HTTPError, ValueError) as fault:
            log.warning("%s does not say more of somebody: %s", self.address.host, fault)
            return identity

    def _read(self, known: Known, token: Mapping[str, Any], nonce: str) -> Identity:
        access_token = token.get("access_token")
        return read(
            str(token.get("id_token", "")),
            known.keys,
            issuer=self.address.issuer,
            client_id=self.address.client_id,
            nonce=nonce,
            access_token=access_token if isinstance(access_token, str) else None,
            supported=known.metadata.id_token_signing_alg_values_supported,
            now=self._clock.now(),
        )

    async def _exchange(self, metadata: Metadata, code: str, verifier: str) -> Mapping[str, Any]:
        async with self._client(metadata) as client:
            try:
                return dict(await client.fetch_token(metadata.token_endpoint, code=code, code_verifier=verifier))
            except OAuthError as fault:
                raise Refused(f"it does not take the code: {fault}") from fault
            except (httpx2.HTTPError, ValueError, TypeError) as fault:
                raise Unreachable(f"{metadata.token_endpoint}: {fault}") from fault

    async def _know(self, newer_than: Known | None = None) -> Known:
        """What it published, asked for when there is nothing fresh. One asks, the others wait for that."""
        async with self._asking:
            known, at = self._known, self._clock.monotonic()
            if known is not None and known is not newer_than and at - known.at < FRESH_S:
                return known
            if at - self._failed_at >= BREATHER_S:
                try:
                    self._known = known = await self._ask()
                    return known
                except Unreachable as fault:
                    self._failed_at = self._clock.monotonic()
                    log.warning("%s can't be asked: %s", self.address.host, fault)
            if known is None or at - known.at >= USABLE_S:
                raise Unreachable("there is nothing to go by")
            return known

    async def _ask(self) -> Known:
        url = self.address.issuer.rstrip("/") + "/.well-known/openid-configuration"
        async with self._client() as client:
            try:
                metadata = msgspec.json.decode(await _get(client, url), type=Metadata)
                _check(metadata, self.address.issuer)
                keys = usable_keys(msgspec.json.decode(await _get(client, metadata.jwks_uri), type=dict[str, Any]))
            except (httpx2.HTTPError, ValueError) as fault:  # msgspec's and our own are ValueErrors
                raise Unreachable(f"{url}: {fault}") from fault
        return Known(metadata, keys, self._clock.monotonic())

    def _client(self, metadata: Metadata | None = None) -> AsyncOAuth2Client:
        methods = metadata.token_endpoint_auth_methods_supported if metadata else ()
        is_posted = "client_secret_post" in methods and "client_secret_basic" not in methods
        return AsyncOAuth2Client(
            self.address.client_id,
            self.address.client_secret,
            token_endpoint_auth_method="client_secret_post" if is_posted else basic,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            transport=Bounded(self._transport or httpx2.AsyncHTTPTransport()),
            timeout=TIMEOUT,
            follow_redirects=False,
        )


async def _get(client: AsyncOAuth2Client, url: str, headers: Mapping[str, str] | None = None) -> bytes:
    answer = await client.request("GET", url, withhold_token=True, headers=headers)
    if answer.status_code != 200:
        raise ValueError(f"{url} answers {answer.status_code}")
    return bytes(answer.content)


def _check(metadata: Metadata, issuer: str) -> None:
    """Raises ValueError."""
    if metadata.issuer != issuer:
        raise ValueError(f"it calls itself {metadata.issuer!r}: OIDC_ISSUER has to be the same to the letter")
    for url in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
        if not may_be_asked(url.partition("?")[0]):
            raise ValueError(f"it names {url!r}, where nothing secret may be sent")
    if not set(metadata.id_token_signing_alg_values_supported) & set(ALGORITHMS):
        raise ValueError("it signs with nothing that we believe")
