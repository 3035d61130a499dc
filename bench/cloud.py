"""What the cloud costs: `make bench BENCH=cloud`.

Every figure is of real `cloud serve` processes. Processor time is the server's own, as the kernel counts it; whoever
puts the load on is another process. The times of a clock (cold start, fan-out) hold on a quiet machine: the load is
printed beside each.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import analytics, process
from bench.crowd import BEAT_S
from bench.figures import Figure, tell
from bench.serving import Admin, Crowd, crowd, knock, serving
from cloud.config import CloudConfig, load
from cloud.content.media_type import MediaType
from cloud.content.privacy.cleaner import Cleaner
from tests.cloud.content import media
from tests.cloud.content.test_kill import picture
from tests.cloud.fleet import Fleet, make_fleet
from tests.cloud.serving import Serving
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server

SCREENS, ASKING, FETCHING = 10_000, 200, 1_000
REQUESTS, REQUESTS_OF_A_DATABASE = 30_000, 3_000
"""Of a process that answers from memory, and of one that asks a database."""
SPREAD_S, STEADY_S, REST_S = 40.0, 20.0, 3.0
"""For all to connect; of beating that is measured at a time; of doing nothing before memory is read."""
STARTS, WINDOWS, PUBLICATIONS = 3, 3, 3
UPLOAD_BYTES = 100_000_000


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.cloud", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which ones: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--screens", type=int, default=SCREENS, help="how many connect (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")

    def figures() -> Iterator[Figure]:
        for name in asked.parts or PARTS:
            yield from PARTS[name](asked.screens)

    return tell("cloud", figures(), as_json=asked.json)


# --- the embedded size
def cold_start(_: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        new = [_start(Path(folder) / f"new-{n}") for n in range(STARTS)]
        again = [_start(Path(folder) / "new-0") for _ in range(STARTS)]
    yield Figure("first start to first answer, new data folder, best of 3", min(one[0] for one in new), "s", 1.0)
    yield Figure("its own processor time", min(one[1] for one in new), "s CPU")
    yield Figure("later start to first answer, best of 3", min(one[0] for one in again), "s", 1.0)
    yield Figure("its own processor time, later start", min(one[1] for one in again), "s CPU")
    yield Figure("memory at rest, first start", max(one[2] for one in new), "MiB PSS", 80.0)
    yield Figure("memory at rest, later start", max(one[2] for one in again), "MiB PSS", 80.0)


def _start(data: Path) -> tuple[float, float, float]:
    """Seconds to its first answer, of processor time until then, and its memory after a rest."""
    begun = time.monotonic()
    with serving(data) as cloud:
        answered = time.monotonic() - begun
        busy = process.cpu_s(cloud.process.pid)
        time.sleep(REST_S)
        return answered, busy, process.pss_mib(cloud.process.pid)


def manifests(_: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        data = Path(folder) / "var"
        fleet = _populated(data, ASKING)[1]
        with serving(data) as cloud:
            yield from _asked([cloud], fleet, REQUESTS, {304: 70.0, 200: 130.0})


def _populated(data: Path, screens: int) -> tuple[Admin, Fleet]:
    with serving(data) as cloud:
        admin = Admin(cloud)
    return admin, make_fleet(CloudConfig(data_dir=data), admin.organization_id, screens)


def _asked(
    clouds: Sequence[Serving], fleet: Fleet, count: int, targets: Mapping[int, float | None]
) -> Iterator[Figure]:
    tokens = fleet.tokens[:ASKING]
    for cloud in clouds:
        knock(cloud, tokens, 2 * len(tokens), conditional=False)  # every manifest is there, every token was seen
    for status, target in targets.items():
        before = _cpu_s(clouds)
        told = [knock(cloud, tokens, count, conditional=status == 304) for cloud in clouds]
        used = (_cpu_s(clouds) - before) / (count * len(clouds)) * 1e6
        right = sum(one["statuses"].get(str(status), 0) for one in told)
        assert right >= count * len(clouds) - 2 * ASKING * len(clouds), told
        yield Figure(f"a manifest, {status}", used, "us CPU", target)
        yield Figure(f"manifests, {status}, with 32 callers", right / sum(one["seconds"] for one in told), "a second")


def connections(screens: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        data = Path(folder) / "var"
        admin, fleet = _populated(data, screens)
        with serving(data) as cloud:
            yield from _connected([cloud], admin, fleet, judged=screens == SCREENS)


def _connected(clouds: Sequence[Serving], admin: Admin, fleet: Fleet, *, judged: bool) -> Iterator[Figure]:
    count = len(fleet.tokens)
    before = _cpu_s(clouds)
    with crowd(clouds, fleet.tokens, SPREAD_S) as screens:
        yield Figure("a screen connects", (_cpu_s(clouds) - before) / count * 1000, "ms CPU")
        time.sleep(BEAT_S)  # until each has beaten once: before that it is not yet steady
        while screens.count()["acks"] < count:
            time.sleep(REST_S)
        used, beat = min(_beating(clouds, screens) for _ in range(WINDOWS))
        yield Figure(f"{count} screens that beat, best of {WINDOWS}", used, "% of a core", 10.0 if judged else None)
        yield Figure("a heartbeat", beat, "us CPU")
        end = screens.count()
        yield Figure("heartbeats without an answer", end["beats"] - end["acks"], "in all")
        memory = [process.pss_mib(cloud.process.pid) for cloud in clouds]
        yield Figure(
            f"memory of a process with {count // len(clouds)} screens",
            max(memory),
            "MiB PSS",
            300.0 if judged else None,
        )
        for number in range(PUBLICATIONS):
            wanted = {"contentId": fleet.content_id, "target": {"all": True}, "durationMs": 600_000}
            asked, busy = time.monotonic(), _cpu_s(clouds)
            admin.call(clouds[0], "POST", "/api/publish", json=wanted)
            nudged = screens.hear("nudged")
            target = 1.0 if judged and number else None
            yield Figure(f"publish to the first of {count} screens", nudged["first"] - asked, "s")
            yield Figure(f"publish to the last of {count} screens", nudged["last"] - asked, "s", target)
            yield Figure("its processor time", _cpu_s(clouds) - busy, "s CPU")
        coming, busy = fleet.tokens[:FETCHING], _cpu_s(clouds)
        told = knock(clouds[0], coming, len(coming), conditional=False)
        yield Figure(f"then {len(coming)} screens fetch what is new", told["seconds"], "s")
        yield Figure("a screen that does", (_cpu_s(clouds) - busy) / len(coming) * 1000, "ms CPU")


def _beating(clouds: Sequence[Serving], screens: Crowd) -> tuple[float, float]:
    """Percent of a core, and microseconds of processor time a heartbeat. Whoever else is busy on the machine empties
    the processor's caches, which only adds."""
    begun, busy, before = time.monotonic(), _cpu_s(clouds), screens.count()["beats"]
    time.sleep(STEADY_S)
    used, beats = _cpu_s(clouds) - busy, screens.count()["beats"] - before
    return used / (time.monotonic() - begun) * 100, used / max(beats, 1) * 1e6


def upload(_: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder, serving(Path(folder) / "var") as cloud:
        admin, pid = Admin(cloud), cloud.process.pid
        _send(admin, cloud, 1_000_000)
        _send(admin, cloud, 1_000_000)
        process.forget_peak(pid)
        before = process.rss_mib(pid)
        begun = process.cpu_s(pid)
        _send(admin, cloud, UPLOAD_BYTES)
        yield Figure("an upload of 100 MB adds to the server's memory", process.peak_mib(pid) - before, "MiB RSS", 8.0)
        yield Figure("its processor time", process.cpu_s(pid) - begun, "s CPU")
        for name, kind, data in (
            ("a photo", MediaType.JPEG, media.photo()),
            ("a document", MediaType.PDF, media.document()),
            ("a film of 100 MB", MediaType.MP4, media.video() + media.mp4_box(b"mdat", bytes(UPLOAD_BYTES) + b"Sam")),
        ):
            file = Path(folder) / "sample"
            file.write_bytes(data)
            yield Figure(f"taking private data out of {name}, best of 3", min(map(_clean, [(file, kind)] * 3)), "s")


def _clean(sample: tuple[Path, MediaType]) -> float:
    """From the start of the confined process to its end."""
    begun = time.monotonic()
    Cleaner().clean(*sample, sink=lambda _: None)
    return time.monotonic() - begun


def _send(admin: Admin, cloud: Serving, size: int) -> None:
    """A picture that is whole, with so many bytes that no decoder looks at."""

    def form() -> Iterator[bytes]:
        yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        data = picture(secrets.randbelow(1 << 31), size)
        for start in range(0, len(data), 1 << 20):
            yield data[start : start + (1 << 20)]
        yield b"\r\n--edge--\r\n"

    about = {"Content-Type": "multipart/form-data; boundary=edge"}
    admin.call(cloud, "POST", "/api/content", data=form(), headers=about)


def dashboards(_: int) -> Iterator[Figure]:
    yield from analytics.figures(1_000_000)


# --- two processes on servers
def two_processes(screens: int) -> Iterator[Figure]:
    """Told, not judged: the servers share the machine, and theirs is most of the work."""
    with (
        tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder,
        postgres() as database,
        redis_server() as redis,
    ):
        variables = {
            "POSTGRES_URL": f"{database}/postgres",
            "REDIS_URL": redis,
            "JWT_SECRET": secrets.token_hex(32),
            "DEVICE_JWT_SECRET": secrets.token_hex(32),
        }
        first, second = Path(folder) / "first", Path(folder) / "second"
        with serving(first, variables) as cloud:
            admin = Admin(cloud)
        fleet = make_fleet(load(variables, data_dir=first), admin.organization_id, screens)
        with serving(first, variables) as here, serving(second, variables) as there:
            for figures in (
                _asked([here, there], fleet, REQUESTS_OF_A_DATABASE, {304: None, 200: None}),
                _connected([here, there], admin, fleet, judged=False),
            ):
                for one in figures:
                    yield Figure(f"two processes: {one.name}", one.value, one.unit, one.target)


def _cpu_s(clouds: Sequence[Serving]) -> float:
    return sum(process.cpu_s(cloud.process.pid) for cloud in clouds)


PARTS: dict[str, Callable[[int], Iterator[Figure]]] = {
    "start": cold_start,
    "manifest": manifests,
    "connected": connections,
    "upload": upload,
    "dashboards": dashboards,
    "two": two_processes,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
