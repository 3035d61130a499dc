"""A screen out of its box: the device's real processes, headless, unpaired, beside a cloud of its own."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from edge.cli import player_socket
from edge.cli.demo.supervisor import Supervisor
from edge.cli.status_files import read_json
from edge.clock import SystemClock
from edge.paths import DevicePaths
from tests.free_port import free_port
from tests.journeys.running_demo import eventually
from vizora.errors import OperatorError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewScreen:
    url: str
    paths: DevicePaths
    supervisor: Supervisor

    def when(self, look: Callable[[], T | None], what: str) -> T:
        """The first true value of `look`; processes that die meanwhile are started again."""

        def tick() -> T | None:
            self.supervisor.tick()
            return look()

        try:
            return eventually(tick, what)
        except AssertionError as fault:
            raise AssertionError(f"{fault}\n{self.logs()}") from fault

    def qr(self) -> Any:
        """What a phone reads off the glass."""
        return str(self.when(lambda: read_json(self.paths.pairing_status).get("verificationUriComplete"), "the code"))

    def player(self) -> dict[str, Any]:
        return read_json(self.paths.player_status)

    def screenshot(self, file: Path) -> Path:
        """What is on the glass now, in `file`. Asked again while the player says that it is too busy."""
        return eventually(lambda: self._picture(file), "a picture of the glass")

    def _picture(self, file: Path) -> Path | None:
        try:
            player_socket.ask(self.paths.player_socket, {"command": "screenshot", "file": str(file)}, seconds=60)
        except OperatorError as fault:
            if "too busy" not in str(fault):
                raise
            return None
        return file

    def logs(self) -> str:
        logs = sorted(self.supervisor.logs.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


@contextmanager
def new_screen(data: Path) -> Iterator[NewScreen]:
    """Cloud and device with all they keep below `data`; they end with the block."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    supervisor = Supervisor(SystemClock(), data / "logs")
    with tempfile.TemporaryDirectory(prefix="vizora-") as run:  # sockets need a short path
        paths = DevicePaths(data / "state", Path(run))
        paths.state.mkdir(parents=True)
        environ = {
            "VIZORA_STATE_DIR": str(paths.state),
            "VIZORA_RUN_DIR": run,
            "VIZORA_CLOUD_URL": url,
            "VIZORA_WINDOW": "1280x720",
        }
        serve = ("cloud", "serve", "--host", "127.0.0.1", "--port", port, "--data", str(data / "cloud"))
        try:
            supervisor.start("cloud", serve, {"VIZORA_PUBLIC_URL": url})
            headless = {"VIZORA_HEADLESS": "1", "SDL_VIDEODRIVER": "dummy"}
            supervisor.start("player", ("edge.player",), {**environ, **headless})
            supervisor.start("provision", ("edge.provision",), environ)
            supervisor.start("cache", ("edge.cache",), environ)
            yield NewScreen(url, paths, supervisor)
        finally:
            supervisor.stop()
