"""How the device gets to its network: what next, decided from what is seen and the time. Pure.

A cable comes first, then a Wi-Fi it knows, then a hotspot of its own through which a phone names one. Times are seconds
of a monotonic clock. Each look answers the state that follows and what to do now.
"""

from dataclasses import dataclass, replace

from edge.provision.network import sentences
from edge.provision.network.facts import Cable, CloudAnswer, Failure, Network, Radio, Seen, Wifi
from edge.provision.network.names import Ssid
from edge.status import Problem

PATIENCE_S = 20.0
"""So long a cable or a known Wi-Fi may take after the start, before the hotspot comes."""
KNOWN_PATIENCE_S = 45.0
"""The same where there is a Wi-Fi it knows: NetworkManager tries it several times."""
SCAN_S = 10.0
JOIN_S = 17.0
"""An attempt that has not got through the password by then has failed: 20 s with the hotspot's return."""
ADDRESS_S = 40.0
"""So long an attempt may take in all, once it is through the password."""
HOTSPOT_S = 15.0
"""A hotspot that isn't there by then is started anew."""
UNUSED_S = 180.0
"""A hotspot nobody uses for so long makes way for another try of a Wi-Fi the device knows."""
ASK_EVERY_S = 10.0
SIGN_IN_S = 60.0
"""A Wi-Fi that wants a sign-in page is left after so long, for another one or an operator who admits this screen."""


@dataclass(frozen=True, slots=True)
class Looking:
    """The cable is not there (yet), NetworkManager tries what it knows."""

    since: float
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Scanning:
    """Looking around before the hotspot starts: one radio can't do both."""

    since: float
    scanned: int
    problem: Problem | None = None
    has_left: bool = False
    """A Wi-Fi was just left for it, and may seem to be there for a moment yet."""


@dataclass(frozen=True, slots=True)
class Offering:
    """The hotspot is there, or comes."""

    since: float
    networks: tuple[Network, ...]
    problem: Problem | None = None
    asked_at: float = 0.0
    """When the hotspot was last asked for."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Trying what somebody chose at the portal; the hotspot is gone meanwhile."""

    since: float
    wifi: Wifi
    networks: tuple[Network, ...]
    was_through: bool = False
    """Whether the password was taken."""


@dataclass(frozen=True, slots=True)
class Online:
    since: float
    is_wired: bool
    ssid: Ssid | None = None
    asked_at: float | None = None
    """When the cloud was last asked."""


State = Looking | Scanning | Offering | Joining | Online


# What to do
@dataclass(frozen=True, slots=True)
class Scan:
    pass


@dataclass(frozen=True, slots=True)
class StartHotspot:
    pass


@dataclass(frozen=True, slots=True)
class StopHotspot:
    pass


@dataclass(frozen=True, slots=True)
class Join:
    wifi: Wifi


@dataclass(frozen=True, slots=True)
class Keep:
    """The attempt went well: what was chosen is remembered."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The attempt failed: what was known before is as it was."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The Wi-Fi that is joined, for now."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """To a Wi-Fi the device knows."""


@dataclass(frozen=True, slots=True)
class AskCloud:
    pass


Step = Scan | StartHotspot | StopHotspot | Join | Keep | Abandon | Leave | Reconnect | AskCloud
Next = tuple[State, tuple[Step, ...]]


def look(state: State, seen: Seen, at: float) -> Next:
    """What follows from what is seen now."""
    if seen.cable is Cable.ONLINE and not (isinstance(state, Online) and state.is_wired):
        return Online(at, is_wired=True), _ended(state)
    match state:
        case Looking():
            return _looking(state, seen, at)
        case Scanning():
            return _scanning(state, seen, at)
        case Offering():
            return _offering(state, seen, at)
        case Joining():
            return _joining(state, seen, at)
        case Online():
            return _online(state, seen, at)


def chosen(state: State, wifi: Wifi, at: float) -> Next:
    """Somebody chose a network at the portal."""
    if not isinstance(state, Offering):
        return state, ()
    return Joining(at, wifi, state.networks), (StopHotspot(), Join(wifi))


def asked_to_scan(state: State, seen: Seen, at: float) -> Next:
    """Somebody at the portal misses a network."""
    if not isinstance(state, Offering):
        return state, ()
    return Scanning(at, seen.scanned, state.problem), (StopHotspot(), Scan())


def problem(state: State, seen: Seen) -> Problem | None:
    """What the screen has to say about the network now."""
    match state:
        case Online(since=since):
            return seen.cloud.problem if seen.cloud is not None and seen.cloud.at >= since else None
        case Joining():
            return None
    return state.problem


def _ended(state: State) -> tuple[Step, ...]:
    """The cable has come up: everything else makes way."""
    match state:
        case Offering():
            return (StopHotspot(),)
        case Joining():
            return (Abandon(),)
    return ()


def _looking(state: Looking, seen: Seen, at: float) -> Next:
    if seen.radio is Radio.ONLINE:
        return Online(at, is_wired=False, ssid=seen.ssid), ()
    waited = at - state.since
    why = _nearest(seen, waited) or state.problem
    if seen.failure is Failure.PASSWORD and seen.radio is not Radio.ABSENT:
        return Scanning(at, seen.scanned, why), (Scan(),)
    if waited < (KNOWN_PATIENCE_S if seen.knows_wifi else PATIENCE_S):
        return replace(state, problem=why), ()
    why = why or sentences.no_network(has_radio=seen.radio is not Radio.ABSENT, knows_wifi=seen.knows_wifi)
    if seen.radio is Radio.ABSENT:
        return replace(state, problem=why), ()
    return Scanning(at, seen.scanned, why), (Scan(),)


def _nearest(seen: Seen, waited: float) -> Problem | None:
    """What is known to be wrong, apart from there being nothing."""
    if seen.failure is not None:
        return sentences.not_joined(seen.failure, seen.ssid)
    if seen.cable is Cable.PLUGGED and waited >= PATIENCE_S:
        return sentences.no_address_by_cable()
    return None


def _scanning(state: Scanning, seen: Seen, at: float) -> Next:
    if seen.radio is Radio.ONLINE and not state.has_left:
        return Online(at, is_wired=False, ssid=seen.ssid), ()
    if seen.radio is Radio.ABSENT:
        return Looking(at, state.problem), ()
    if seen.scanned == state.scanned and at - state.since < SCAN_S:
        return state, ()
    return Offering(at, seen.networks, state.problem, asked_at=at), (StartHotspot(),)


def _offering(state: Offering, seen: Seen, at: float) -> Next:
    if seen.radio is Radio.ABSENT:
        return Looking(at, state.problem), ()
    used_at = max(state.since, seen.portal_used_at or 0.0)
    if seen.knows_wifi and at - used_at >= UNUSED_S:
        return Looking(at, state.problem), (StopHotspot(), Reconnect())
    if seen.radio is not Radio.HOTSPOT and at - state.asked_at >= HOTSPOT_S:
        return replace(state, asked_at=at), (StartHotspot(),)
    return state, ()


def _joining(state: Joining, seen: Seen, at: float) -> Next:
    ours = seen.ssid == state.wifi.ssid
    if ours and seen.radio is Radio.ONLINE:
        return Online(at, is_wired=False, ssid=seen.ssid), (Keep(),)
    failure = seen.failure
    through = state.was_through or (ours and seen.radio is Radio.ASKING)
    waited = at - state.since
    if failure is None and through and waited >= ADDRESS_S:
        failure = Failure.NO_ADDRESS
    elif failure is None and not through and waited >= JOIN_S:
        failure = Failure.OTHER
    if failure is None:
        return replace(state, was_through=through), ()
    why = sentences.not_joined(failure, state.wifi.ssid)
    return Offering(at, state.networks, why, asked_at=at), (Abandon(), StartHotspot())


def _online(state: Online, seen: Seen, at: float) -> Next:
    if (seen.cable if state.is_wired else seen.radio) not in (Cable.ONLINE, Radio.ONLINE):
        return Looking(at), ()
    answer = _answer(state, seen)
    if answer is not None and answer.problem is None:
        return state, ()
    wants_sign_in = answer is not None and answer.problem is not None and answer.problem.code == sentences.SIGN_IN
    if wants_sign_in and not state.is_wired and at - state.since >= SIGN_IN_S:
        assert answer is not None
        return Scanning(at, seen.scanned, answer.problem, has_left=True), (Leave(), Scan())
    if state.asked_at is None or (answer and answer.at >= state.asked_at and at - answer.at >= ASK_EVERY_S):
        return replace(state, asked_at=at), (AskCloud(),)
    return state, ()


def _answer(state: Online, seen: Seen) -> CloudAnswer | None:
    """The answer to this link's own question."""
    return seen.cloud if seen.cloud is not None and seen.cloud.at >= state.since else None
