"""Provision at work: one `turn` after the other, for as long as the device runs."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from edge import problems
from edge.clock import Clock
from edge.files import sync_folder, write_at_once, write_durably
from edge.identity import Credentials, credentials_of, read_credentials
from edge.paths import DevicePaths
from edge.provision.identity import ensure_identity, forget_identity, store_credentials
from edge.provision.pairing import (
    AskForCode,
    Event,
    Granted,
    Keep,
    Pause,
    Poll,
    Redeem,
    Redeeming,
    Refused,
    Starting,
    State,
    Waiting,
    after,
    at_once,
    next_step,
)
from edge.status import (
    CacheState,
    CacheStatus,
    NetworkState,
    NetworkStatus,
    PairingState,
    PairingStatus,
    Problem,
    SetupKept,
    read_status,
)
from vizora.device_api import PairingRequest, RedeemRequest
from vizora.manifest.model import Value

WATCH_S = 1.0
"""How often a paired device looks whether it still is."""
STORAGE_PAUSE_S = 5.0
ANNOUNCE_S = 60.0
"""How long a screen that was just added says to whom, and offers the way out (CONTRACT section 3)."""
ANNOUNCED = timedelta(seconds=ANNOUNCE_S)

log = logging.getLogger(__name__)


class UsedUp(Value, frozen=True):
    """`identity/redeemed.json`: the pairing code of the settings that has done its work, as a digest."""

    sha256: str


class Calls(Protocol):
    def ask_for_code(self, request: PairingRequest) -> Event: ...

    def poll(self, device_code: str) -> Event: ...

    def redeem(self, request: RedeemRequest) -> Event: ...

    def leave(self, device_token: str) -> bool: ...


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
        pairing_code: str = "",
        mistake: Problem | None = None,
    ) -> None:
        """Without a `cloud_url` it doesn't pair, and says the `mistake` that took it."""
        self._paths = paths
        self._clock = clock
        self._calls = calls
        self._cloud_url = cloud_url
        self._about = about
        self._random_bytes = random_bytes
        self._jitter = jitter
        self._code = pairing_code
        self._state: State = Redeeming(pairing_code) if pairing_code and not self._is_used_up() else Starting()
        self._announced: tuple[float, datetime] | None = None
        """Until when by the monotonic clock, and by the wall's."""
        self._published: PairingStatus | None = None
        self._was_online = False
        self._mistake = mistake or problems.of_setup_files(read_status(paths.setup_kept, SetupKept))

    def turn(self) -> float:
        """Does the next thing; answers how many seconds to wait before the one after."""
        try:
            credentials = read_credentials(self._paths.credentials)
            if credentials is not None and not self._is_revoked(credentials):
                self._use_up()
                self._state = Starting()
                self._publish(
                    PairingState.PAIRED,
                    organization_name=credentials.organization_name,
                    announced_until=self._announced_until(),
                )
                return WATCH_S
            if credentials is not None:
                forget_identity(self._paths.device_key)
                self._forget(credentials)
            if not self._cloud_url:
                self._publish(PairingState.FAILED)
                return WATCH_S
            self._look_at_network()
            return self._pair()
        except OSError as error:
            log.error("storage: %s", error)
            self._publish(PairingState.FAILED, problem=problems.storage_failing(error))
            return STORAGE_PAUSE_S

    def leave(self) -> dict[str, Any]:
        """The way out for whoever stands before a screen that somebody just added. Raises nothing."""
        credentials = read_credentials(self._paths.credentials)
        if credentials is None or self._announced_until() is None:
            return {"ok": False, "error": "only in the first minute after it was added; later an admin removes it"}
        is_told = self._calls.leave(credentials.device_token)
        try:
            self._forget(credentials)
        except OSError as error:
            return {"ok": False, "error": f"the storage can't be written ({error.strerror or error})"}
        self._publish_state()
        return {"ok": True, "cloudKnows": is_told}

    def _look_at_network(self) -> None:
        """Somebody who has just set up Wi-Fi waits for the code: a back-off from before must not hold it up."""
        network = read_status(self._paths.network_status, NetworkStatus)
        is_online = network is not None and network.state is NetworkState.ONLINE
        if is_online and not self._was_online:
            self._state = at_once(self._state, self._clock.monotonic())
        self._was_online = is_online

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
            case Redeem(code):
                self._publish_state()
                self._redeem(code)
            case Keep(paired):
                store_credentials(self._paths.credentials, credentials_of(paired, self._cloud_url, self._clock.now()))
                self._announced = (self._clock.monotonic() + ANNOUNCE_S, self._clock.now() + ANNOUNCED)
                log.info("paired as %s of %s", paired.device.id, paired.device.organization_name)
        return 0.0

    def _take(self, event: Event) -> None:
        self._state = after(self._state, event, self._clock.monotonic(), self._jitter())
        if not isinstance(self._state, Granted):
            self._publish_state()

    def _redeem(self, code: str) -> None:
        request = self._request()
        event = self._calls.redeem(
            RedeemRequest(
                code=code,
                device_identifier=request.device_identifier,
                public_key=request.public_key,
                model=request.model,
                resolution=request.resolution,
                software_version=request.software_version,
            )
        )
        if isinstance(event, Refused) and event.is_used_up:
            self._use_up()
        self._take(event)

    def _is_used_up(self) -> bool:
        used = read_status(self._paths.redeemed, UsedUp)
        return used is not None and used.sha256 == _digest(self._code)

    def _use_up(self) -> None:
        """A code from the settings is for the first start: a screen that is removed later must not add itself again."""
        if self._code and not self._is_used_up():
            self._paths.identity.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._paths.redeemed, msgspec.json.encode(UsedUp(_digest(self._code))), mode=0o600)
        self._code = ""

    def _announced_until(self) -> datetime | None:
        if self._announced is None or self._clock.monotonic() >= self._announced[0]:
            return None
        return self._announced[1]

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
        log.warning("%s is no longer paired; pairing anew, content stays", credentials.device_id)
        self._announced = None
        self._paths.credentials.unlink(missing_ok=True)
        sync_folder(self._paths.credentials.parent)
        self._state = Starting()

    def _publish_state(self) -> None:
        match self._state:
            case Waiting():
                self._publish(
                    PairingState.WAITING,
                    waiting=self._state,
                    problem=self._state.problem,
                )
            case Starting(problem=problem) | Redeeming(problem=problem):
                self._publish(PairingState.FAILED if problem else PairingState.STARTING, problem=problem)
            case Granted():
                self._publish(PairingState.STARTING)

    def _publish(
        self,
        state: PairingState,
        *,
        waiting: Waiting | None = None,
        organization_name: str | None = None,
        announced_until: datetime | None = None,
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
            announced_until=announced_until,
            confirmation=waiting.confirmation if waiting else None,
            problem=problem or self._mistake,
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


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _same(old: PairingStatus, new: PairingStatus) -> bool:
    """Apart from when it was written, and from the expiry's rounding."""
    return old == msgspec.structs.replace(new, at=old.at, expires_at=old.expires_at) and (
        old.expires_at is None
        or new.expires_at is None
        or abs((old.expires_at - new.expires_at).total_seconds()) < WATCH_S
    )
