"""One run of the demo, from the first process to the last."""

import fcntl
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import parse_qs, urlsplit

from edge.cli import player_socket
from edge.cli.demo import account, content, publishing
from edge.cli.demo.api import CloudApi, Refused
from edge.cli.demo.glass import Glass, Shown
from edge.cli.demo.options import Options
from edge.cli.demo.report import Report
from edge.cli.demo.supervisor import Child, Closed, Supervisor, last_words
from edge.cli.status_files import read_json
from edge.clock import Clock
from edge.paths import DevicePaths
from vizora.errors import NetworkError, OperatorError, VizoraError

START_LIMIT_S = 90.0
"""How long a part may take to come up before the demo says that it does not; generous, for busy machines."""
TICK_S = 0.05
PREVIEW_EVERY_S = 1.0
LONGEST_SOCKET_PATH = 100
"""Unix sockets take paths of at most 107 bytes."""
WINDOW = "1280x720"
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """SIGINT or SIGTERM came."""


@dataclass(slots=True)
class Session:
    options: Options
    clock: Clock
    report: Report
    shown: list[Shown] = field(default_factory=list)

    def run(self) -> int:
        """Plays until it is stopped or its window is closed. Returns the exit status: 0 if content was on the glass."""
        for number in ENDING_SIGNALS:
            signal.signal(number, _stop)
        with alone_in(self.options.data), tempfile.TemporaryDirectory(prefix="vizora-") as short:
            paths = self._paths(Path(short))
            supervisor = Supervisor(self.clock, self.options.data / "logs")
            try:
                with suppress(Stopped, Closed):
                    self._play(supervisor, paths)
                kept = self._last_screenshot(paths)
            finally:
                for number in ENDING_SIGNALS:  # a second Ctrl-C must not leave half of it running
                    signal.signal(number, signal.SIG_IGN)
                supervisor.stop()
        self.report.end(len(self.shown), kept)
        return 0 if self.shown else 1

    def _play(self, supervisor: Supervisor, paths: DevicePaths) -> None:
        options = self.options
        url = f"http://127.0.0.1:{options.port}"
        api = CloudApi(url)
        pieces = content.folder(options.content) if options.content else content.welcome()
        glass = Glass(paths.player_status)

        self.report.step("starting the cloud and the player")
        cloud = self._start(supervisor, paths, url)
        self._until(supervisor, api.is_up, cloud, "the cloud")
        kept = account.kept(options.data)
        account.sign_in(api, kept)
        accepted = publishing.upload(api, pieces, publishing.Uploads.of(options.data), self.report)
        self._pair(supervisor, paths, api)

        ready = publishing.keep_ready(api, accepted, self.report, lambda: self._pass_time(supervisor))
        if not ready:
            raise OperatorError(f"{options.content or 'the welcome loop'}: nothing in it can be shown")
        publishing.schedule(api, ready)
        self.report.step("waiting for the first picture")

        def first() -> bool:
            self.shown.extend(glass.news())
            return bool(self.shown)

        player = supervisor.child("player")
        self._until(supervisor, first, player, "the first picture")
        self.report.ready(url, kept.email, kept.password, headless=options.headless, data=options.data)
        for item in self.shown:
            self.report.shown(item)
        self._watch(supervisor, paths, glass)

    def _watch(self, supervisor: Supervisor, paths: DevicePaths, glass: Glass) -> None:
        started = previewed = self.clock.monotonic()
        while self.options.seconds is None or self.clock.monotonic() - started < self.options.seconds:
            self._pass_time(supervisor)
            for item in glass.news():
                self.shown.append(item)
                self.report.shown(item)
            if self.options.headless and self.clock.monotonic() - previewed >= PREVIEW_EVERY_S:
                previewed = self.clock.monotonic()
                picture = self.options.data / "glass.png"
                if _screenshot(paths, picture):
                    self.report.glass(picture, self.shown)

    def _start(self, supervisor: Supervisor, paths: DevicePaths, url: str) -> Child:
        data = self.options.data
        serve = (
            "cloud",
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.options.port),
            "--data",
            str(data / "cloud"),
        )
        cloud = supervisor.start("cloud", serve, {"VIZORA_PUBLIC_URL": url})
        device = {
            "VIZORA_STATE_DIR": str(paths.state),
            "VIZORA_RUN_DIR": str(paths.run),
            "VIZORA_CLOUD_URL": url,
            "VIZORA_WINDOW": WINDOW,
            "VIZORA_PLAYS_SYNC_MS": "1000",
        }
        shown = {"VIZORA_HEADLESS": "1", "SDL_VIDEODRIVER": "dummy"} if self.options.headless else {}
        supervisor.start("player", ("edge.player",), {**device, **shown})
        supervisor.start("provision", ("edge.provision",), device)
        supervisor.start("cache", ("edge.cache",), device)
        return cloud

    def _pair(self, supervisor: Supervisor, paths: DevicePaths, api: CloudApi) -> None:
        """Does what the installer's phone does after reading the QR."""
        tried: set[str] = set()

        def paired() -> bool:
            if paths.credentials.exists():
                return True
            waiting = read_json(paths.pairing_status)
            code = waiting.get("userCode")
            if waiting.get("state") == "waiting" and code and code not in tried:
                tried.add(code)
                fragment = parse_qs(urlsplit(waiting.get("verificationUriComplete") or "").fragment)
                with suppress(Refused):  # a code that ran out meanwhile: the device draws a new one
                    api.pair(code, next(iter(fragment.get("claimKey", [])), None), "Demo screen")
            return False

        provision = supervisor.child("provision")
        if not paths.credentials.exists():
            self.report.step("pairing the screen")
        self._until(supervisor, paired, provision, "pairing")

    def _until(self, supervisor: Supervisor, done: Callable[[], bool], child: Child, what: str) -> None:
        deadline = self.clock.monotonic() + START_LIMIT_S
        while True:
            with suppress(NetworkError):
                if done():
                    return
            self._pass_time(supervisor)
            if supervisor.gave_up(child):
                raise OperatorError(f"{child.name} does not start: {last_words(child.log)} (log: {child.log})")
            if self.clock.monotonic() > deadline:
                raise OperatorError(
                    f"{what} did not come within {START_LIMIT_S:g} s; see the logs in {supervisor.logs}"
                )

    def _pass_time(self, supervisor: Supervisor) -> None:
        self.clock.sleep(TICK_S)
        supervisor.tick()

    def _paths(self, short: Path) -> DevicePaths:
        device = self.options.data / "device"
        run = device / "run"
        if len(str(run / "player.sock")) > LONGEST_SOCKET_PATH:
            run = short
        paths = DevicePaths(device / "state", run)
        for folder in (paths.state, paths.run):
            folder.mkdir(parents=True, exist_ok=True)
        paths.player_status.unlink(missing_ok=True)
        paths.pairing_status.unlink(missing_ok=True)
        return paths

    def _last_screenshot(self, paths: DevicePaths) -> Path | None:
        wanted = self.options.screenshot or (self.options.data / "glass.png" if self.options.headless else None)
        if wanted is None or not self.shown:
            return None
        return wanted if _screenshot(paths, wanted) else None


@contextmanager
def alone_in(data: Path) -> Iterator[None]:
    """Holds the data folder for this run. Raises OperatorError while another demo does."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise OperatorError(f"data folder {data}: another demo is running with it; give another --data") from fault
        yield


def _screenshot(paths: DevicePaths, file: Path) -> bool:
    try:
        player_socket.ask(paths.player_socket, {"command": "screenshot", "file": str(file)})
    except VizoraError:
        return False
    return True


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped
