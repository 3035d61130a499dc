"""A signing key is replaced: real screens follow, whether they were there or away, and a thief gets nowhere. On both
sizes: embedded by the command on a cloud that was stopped, with PostgreSQL while its processes run."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cloud import cli
from cloud.config import CloudConfig
from cloud.db.database import open_postgres
from cloud.operations import rotation
from cloud.operations.rotation import Announced, ChangedOver, Waiting, rotate
from cloud.publishing import key_ring, signing_keys
from cloud.publishing.key_ring import KeyRing
from cloud.publishing.signing_keys import seal_of
from edge.cache.device_calls import Signed
from tests.cloud.house import House, Person
from tests.cloud.operations.key_screen import KeyScreen
from tests.fakes.clock import FakeClock
from vizora.errors import TrustError
from vizora.manifest.codec import encode
from vizora.manifest.handover import hand_over
from vizora.manifest.model import Key
from vizora.manifest.signature import sign

Outcome = Announced | Waiting | ChangedOver
FAR_AHEAD = 2**53 - 1


class Rig:
    """A cloud whose key is replaced, and its screens."""

    def __init__(self, config: CloudConfig, folder: Path, clock: FakeClock) -> None:
        self._config, self._folder, self._clock = config, folder, clock
        self.screens: list[KeyScreen] = []
        self._open()
        self.admin: Person = self.house.register()
        self.playlist = self.house.stock(self.admin, "one")
        self.house.schedule(self.admin, self.playlist)

    def _open(self) -> None:
        self.house = House(self._config, self._clock)
        self.house.__enter__()

    def close(self) -> None:
        for screen in self.screens:
            screen.close()
        self.house.__exit__(None, None, None)

    def add_screen(self, name: str = "Lobby") -> KeyScreen:
        paired = self.house.pair(self.admin, nickname=name)
        self.screens.append(KeyScreen(paired, self._folder / "screens"))
        self.screens[-1].fetch(self.house)
        return self.screens[-1]

    def rotate(self, *, at_once: bool = False) -> Outcome:
        """With a server, in another process' place: the house hears nothing of it."""
        if self._config.postgres_url is not None:
            database = open_postgres(self._config.postgres_url)
            try:
                return rotate(database, self._seal(), self._clock, at_once=at_once)
            finally:
                database.close()
        token = self.admin.client.headers["Authorization"].removeprefix("Bearer ")
        self.house.__exit__(None, None, None)
        self.house = House(self._config, self._clock)  # not serving: as the command opens it
        outcome = rotate(self.house.cloud.database, self._seal(), self._clock, at_once=at_once)
        self.house.cloud.close()
        self._open()
        self.admin.client = self.house.bearing(token)
        return outcome

    def publish(self) -> None:
        """Something else to play."""
        self.playlist = self.house.stock(self.admin, "more")
        self.house.schedule(self.admin, self.playlist, name="more")

    def ring(self) -> KeyRing:
        with self.house.cloud.database.read() as connection:
            return signing_keys.read(connection, self._seal())

    def _seal(self) -> signing_keys.Seal:
        return seal_of(self._config, self.house.cloud.secrets)


@pytest.fixture
def rig(config: CloudConfig, clock: FakeClock, tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(config, tmp_path, clock)
    yield rig
    rig.close()


class Thief:
    """Has the key that signs now."""

    def __init__(self, rig: Rig) -> None:
        stolen = rig.ring().live[0]
        assert stolen.private is not None
        self._private, self.key = stolen.private, stolen.key
        self._own = bytes(range(32))

    def signed(self, screen: KeyScreen, version: int, *, hands_over: bool = False) -> Signed:
        """The screen's own manifest as another version; with a handover to a key of the thief's."""
        assert screen.manifests.current is not None
        own = key_ring.key_of(self._own)
        key, private = (own, self._own) if hands_over else (self.key, self._private)
        keys: tuple[Key, ...] = (key,)
        body = encode(msgspec.structs.replace(screen.manifests.current, version=version, keys=keys))
        said = hand_over(self._private, self.key.key_id, own) if hands_over else ""
        return Signed(body, sign(body, key.key_id, private), "", said)


def test_screens_that_are_there_change_over_to_the_new_key(rig: Rig) -> None:
    screens = [rig.add_screen("Lobby"), rig.add_screen("Bar")]
    old = rig.ring().trusted[0].key_id

    announced = rig.rotate()
    assert isinstance(announced, Announced)
    waiting = rig.rotate()
    for screen in screens:
        screen.fetch(rig.house, reads_handovers=False)
        assert screen.trusted == [old, announced.new]
    changed = rig.rotate()
    for screen in screens:
        screen.fetch(rig.house, reads_handovers=False)

    assert waiting == Waiting(announced.new, ("Bar", "Lobby"), 2)
    assert changed == ChangedOver(old, announced.new)
    assert [key.key_id for key in rig.ring().trusted] == [announced.new]
    assert [screen.version for screen in screens] == [3, 3]


def test_a_screen_that_did_not_fetch_what_was_announced_is_waited_for(rig: Rig) -> None:
    here, away = rig.add_screen("Lobby"), rig.add_screen("Bar")
    announced = rig.rotate()
    assert isinstance(announced, Announced)
    here.fetch(rig.house)

    waiting = rig.rotate()
    away.fetch(rig.house)
    changed = rig.rotate()

    assert waiting == Waiting(announced.new, ("Bar",), 2)
    assert isinstance(changed, ChangedOver)


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "stolen"])
def test_a_screen_that_was_away_through_two_rotations_follows_when_it_comes_back(rig: Rig, announced: bool) -> None:
    away, other = rig.add_screen(), rig.add_screen()
    for _ in range(2):
        if announced:
            rig.rotate()
            other.fetch(rig.house)
        assert isinstance(rig.rotate(at_once=True), ChangedOver)
        rig.publish()
        other.fetch(rig.house)

    away.fetch(rig.house)
    away.restart()
    rig.publish()
    away.fetch(rig.house)

    assert away.playing == away.version
    assert away.schedules == 4


def test_without_the_handover_a_screen_that_was_away_is_lost(rig: Rig) -> None:
    """The broken twin."""
    away = rig.add_screen()
    rig.rotate(at_once=True)

    with pytest.raises(TrustError, match="not among those this screen trusts"):
        away.fetch(rig.house, reads_handovers=False)

    assert away.playing == 1


def test_what_a_thief_signs_with_the_old_key_is_refused_afterwards(rig: Rig) -> None:
    screen, thief = rig.add_screen(), Thief(rig)
    before = thief.signed(screen, 2)
    rig.rotate(at_once=True)
    screen.fetch(rig.house)

    assert screen.refuses(thief.signed(screen, 99))
    assert screen.refuses(thief.signed(screen, 99, hands_over=True))
    assert screen.refuses(before)
    assert rig.add_screen("New").refuses(thief.signed(screen, 99))


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "stolen"])
@pytest.mark.parametrize("version", [2**31, FAR_AHEAD])
def test_a_version_far_ahead_that_a_thief_signed_is_got_rid_of(rig: Rig, version: int, announced: bool) -> None:
    screen, thief = rig.add_screen(), Thief(rig)
    if announced:
        rig.rotate()
        screen.fetch(rig.house)
    screen.take(thief.signed(screen, version))
    rig.publish()
    with pytest.raises(TrustError, match="is older than"):
        screen.fetch(rig.house)

    rig.rotate(at_once=True)
    screen.fetch(rig.house)
    assert screen.version is not None
    assert screen.version < 10
    assert screen.refuses(thief.signed(screen, version))
    rig.publish()
    screen.fetch(rig.house)

    assert screen.schedules == 3


def test_before_the_change_a_thief_is_believed(rig: Rig) -> None:
    """The broken twin of refusing: it is the change that shuts the door, and why it is to be done at once."""
    screen, thief = rig.add_screen(), Thief(rig)

    assert not screen.refuses(thief.signed(screen, 99))


def test_a_screen_that_is_added_meanwhile_knows_both_keys(rig: Rig) -> None:
    rig.rotate()
    added = rig.add_screen()
    changed = rig.rotate()

    added.fetch(rig.house, reads_handovers=False)

    assert isinstance(changed, ChangedOver)
    assert added.version == 2


def test_whatever_instant_it_is_cut_off_at_exactly_one_key_signs(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = rig.add_screen()
    before = rig.ring()

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("_make_manifests_due", "signing_keys.add", "signing_keys.retire"):
        with monkeypatch.context() as patched:
            target = rotation if "." not in step else signing_keys
            patched.setattr(target, step.rpartition(".")[2], cut)
            with pytest.raises(KeyboardInterrupt):
                _cut(rig)
        assert rig.ring() == before
        screen.fetch(rig.house)
    assert isinstance(_cut(rig), ChangedOver)
    assert len(rig.ring().live) == 1


def _cut(rig: Rig) -> Outcome:
    seal = seal_of(rig.house.cloud.config, rig.house.cloud.secrets)
    return rotate(rig.house.cloud.database, seal, FakeClock(), at_once=True)


def test_the_old_private_key_is_nowhere_any_more(rig: Rig, tmp_path: Path) -> None:
    rig.add_screen()
    old = rig.ring().live[0]
    assert old.private is not None

    rig.rotate(at_once=True)

    assert [one.private for one in rig.ring().keys if one.key == old.key] == [None]
    files = [path for path in (tmp_path / "var").rglob("*") if path.is_file()]
    assert [path for path in files if old.private in path.read_bytes()] == []


def test_a_backup_brings_back_the_key_that_signs_and_the_one_that_is_announced(tmp_path: Path) -> None:
    first, other, archive = CloudConfig(tmp_path / "var"), CloudConfig(tmp_path / "other"), tmp_path / "vizora.tar"
    rig = Rig(first, tmp_path, FakeClock())
    screen = rig.add_screen()
    rig.rotate()
    screen.fetch(rig.house)
    before = rig.ring()

    assert cli.main(["backup", str(archive), "--data", str(first.data_dir)], environ={}) == 0
    assert cli.main(["restore", str(archive), "--data", str(other.data_dir)], environ={}) == 0
    changed = cli.main(["rotate-signing-key", "--now", "--data", str(other.data_dir)], environ={})
    with House(other, FakeClock()) as restored:
        screen.fetch(restored, reads_handovers=False)

    rig.close()
    assert len(before.live) == 2
    assert changed == 0
    assert screen.trusted == [before.live[1].key.key_id]


def test_the_command_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*more: str) -> tuple[int, str]:
        status = cli.main(["rotate-signing-key", "--data", str(tmp_path / "var"), *more], environ={})
        said = capsys.readouterr()
        return status, said.out + said.err

    with House(CloudConfig(tmp_path / "var"), FakeClock()) as house:
        house.pair(house.register(), nickname="Lobby")
        running = run()
    first, second, now = run(), run(), run("--now")

    assert running[0] == 1
    assert "the old one still signs" in first[1]
    assert (first[0], second[0], now[0]) == (0, 1, 0)
    assert "does not know the key" in second[1]
    assert "1 of 1 screens do not know the new key yet" in second[1]
    assert "Lobby" in second[1]
    assert "make a backup now" in now[1]
