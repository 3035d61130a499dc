"""Provision at work: one `turn` after the other, for as long as the device runs."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from edge import problems
from edge.clock import Clock
from edge.files import sync_folder, write_at_once
from edge.identity import Credentials, read_credentials
from edge.paths import DevicePaths
from edge.provision.identity import ensure_identity, store_credentials
from edge.provision.pairing import (
    AskForCode,
    Event,
    Granted,
    Keep,
    Pause,
    Poll,
    Starting,
    State,
    Waiting,
    after,
    next_step,
)
from edge.status import CacheState, CacheStatus, PairingState, PairingStatus, Problem, read_status
from vizora.device_api import Paired, PairingRequest

WATCH_S = 1.0
"""How often a paired device looks whether it still is."""
STORAGE_PAUSE_S = 5.0

log = logging.getLogger(__name__)


class Calls(Protocol):
    def ask_for_code(self, request: PairingRequest) -> Event: ...

    def poll(self, device_code: str) -> Event: ...


class Provision:
    """Pairs when there are no credentials, again when they vanish or are revoked; content is never touched."""

    def __init__(
        self,
        *,
        paths: DevicePaths,
        clock: Clock,
        calls: Calls,
        cloud_url: str,
        about: Callable[[], PairingRequest],
        random_bytes: Callable[[int], bytes],
        jitter: Callable[[], float],
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._calls = calls
        self._cloud_url = cloud_url
        self._about = about
        self._random_bytes = random_bytes
        self._jitter = jitter
        self._state: State = Starting()
        self._published: PairingStatus | None = None

    def turn(self) -> float:
        """Does the next thing; answers how many seconds to wait before the one after."""
        try:
            credentials = read_credentials(self._paths.credentials)
            if credentials is not None and not self._is_revoked(credentials):
                self._state = Starting()
                self._publish(PairingState.PAIRED, organization_name=credentials.organization_name)
                return WATCH_S
            if credentials is not None:
                self._forget(credentials)
            return self._pair()
        except OSError as error:
            log.error("storage: %s", error)
            self._publish(PairingState.FAILED, problem=problems.storage_failing(error))
            return STORAGE_PAUSE_S

    def _pair(self) -> float:
        match next_step(self._state, self._clock.monotonic()):
            case Pause(seconds):
                self._publish_state()
                return min(seconds, WATCH_S)
            case AskForCode():
                self._publish_state()
                self._take(self._calls.ask_for_code(self._request()))
            case Poll(device_code):
                self._take(self._calls.poll(device_code))
            case Keep(paired):
                store_credentials(self._paths.credentials, self._credentials(paired))
                log.info("paired as %s of %s", paired.device.id, paired.device.organization_name)
        return 0.0

    def _take(self, event: Event) -> None:
        self._state = after(self._state, event, self._clock.monotonic(), self._jitter())
        if not isinstance(self._state, Granted):
            self._publish_state()

    def _request(self) -> PairingRequest:
        identity = ensure_identity(self._paths.device_key, self._random_bytes)
        return msgspec.structs.replace(
            self._about(), device_identifier=identity.device_identifier, public_key=identity.public_key
        )

    def _is_revoked(self, credentials: Credentials) -> bool:
        """The cache says so, and means these credentials, not the ones before them."""
        cache = read_status(self._paths.cache_status, CacheStatus)
        return cache is not None and cache.state is CacheState.REVOKED and cache.paired_at == credentials.paired_at

    def _forget(self, credentials: Credentials) -> None:
        log.warning("%s was unpaired by the cloud; pairing anew, content stays", credentials.device_id)
        self._paths.credentials.unlink(missing_ok=True)
        sync_folder(self._paths.credentials.parent)
        self._state = Starting()

    def _credentials(self, paired: Paired) -> Credentials:
        return Credentials(
            cloud_url=self._cloud_url,
            socket_url=paired.socket_url,
            device_id=paired.device.id,
            organization_id=paired.device.organization_id,
            organization_name=paired.device.organization_name,
            nickname=paired.device.nickname,
            device_token=paired.device_token,
            manifest_keys=paired.manifest_keys,
            config=paired.config,
            paired_at=self._clock.now(),
        )

    def _publish_state(self) -> None:
        match self._state:
            case Waiting():
                self._publish(
                    PairingState.WAITING,
                    waiting=self._state,
                    problem=self._state.problem,
                )
            case Starting(problem=problem):
                self._publish(PairingState.FAILED if problem else PairingState.STARTING, problem=problem)
            case Granted():
                self._publish(PairingState.STARTING)

    def _publish(
        self,
        state: PairingState,
        *,
        waiting: Waiting | None = None,
        organization_name: str | None = None,
        problem: Problem | None = None,
    ) -> None:
        now = self._clock.now()
        status = PairingStatus(
            state=state,
            at=now,
            cloud_url=self._cloud_url,
            user_code=waiting.started.user_code if waiting else None,
            verification_uri=waiting.started.verification_uri if waiting else None,
            verification_uri_complete=waiting.started.verification_uri_complete if waiting else None,
            expires_at=self._expiry(waiting, now) if waiting else None,
            organization_name=organization_name,
            confirmation=waiting.confirmation if waiting else None,
            problem=problem,
        )
        if self._published is not None and _same(self._published, status) and self._paths.pairing_status.exists():
            return
        try:
            self._paths.run.mkdir(parents=True, exist_ok=True)
            write_at_once(self._paths.pairing_status, msgspec.json.encode(status))
            self._published = status
        except OSError as error:
            log.error("%s: %s", self._paths.pairing_status, error)

    def _expiry(self, waiting: Waiting, now: datetime) -> datetime:
        return now + timedelta(seconds=waiting.expires_at - self._clock.monotonic())


def _same(old: PairingStatus, new: PairingStatus) -> bool:
    """Apart from when it was written, and from the expiry's rounding."""
    return old == msgspec.structs.replace(new, at=old.at, expires_at=old.expires_at) and (
        old.expires_at is None
        or new.expires_at is None
        or abs((old.expires_at - new.expires_at).total_seconds()) < WATCH_S
    )
