import re
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from cloud.figures import Figures, line
from tests.cloud.house import House
from vizora import __version__

LINE = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [0-9.e+-]+|# (HELP|TYPE) .+')


def test_counters_and_histograms_as_prometheus_reads_them() -> None:
    figures = Figures()
    figures.count("a_total", "A.", status="200")
    figures.count("a_total", "A.", status="200")
    for seconds in (0.001, 0.3, 99.0):
        figures.observe("b_seconds", "B.", seconds)
    text = figures.text()

    assert all(LINE.fullmatch(one) for one in text.splitlines()), text
    assert 'a_total{status="200"} 2' in text
    assert 'b_seconds_bucket{le="0.25"} 1\nb_seconds_bucket{le="0.5"} 2' in text
    assert 'b_seconds_bucket{le="+Inf"} 3' in text
    assert "b_seconds_sum 99.301\nb_seconds_count 3" in text


def test_a_label_can_not_break_out_of_its_line() -> None:
    assert line("a", {"b": 'x"} 1\n\\'}, 1) == 'a{b="x\\"} 1\\n\\\\"} 1'


def test_the_cloud_tells_its_screens_and_requests(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    admin.get(f"/api/devices/{screen.id}")
    admin.get("/api/nothing/here")
    text = house.client.get("/metrics").text

    assert all(LINE.fullmatch(one) for one in text.splitlines()), text
    assert re.search(r'vizora_screens\{state="o?[a-z]+"\} 1', text)
    assert 'vizora_requests_total{method="GET",route="/api/devices/{id}",status="200"} 1' in text
    assert 'vizora_requests_total{method="GET",route="other",status="404"} 1' in text
    assert screen.id not in text
    assert "vizora_request_seconds_count" in text


def test_how_long_publishing_took_is_counted_once_a_screen(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    playlist = house.stock(admin, "one")
    publication = admin.post("/api/publish", {"target": {"all": True}, "playlistId": playlist}).json()["id"]
    screen.manifest()
    house.clock.pass_time(1.5)
    play = {
        "bootId": "b", "n": 0, "itemId": "i", "contentId": "c", "playlistId": playlist, "scheduleId": None,
        "startedAt": house.clock.now().isoformat(), "durationMs": 1, "completed": True, "clock": "trusted",
    }  # fmt: skip
    for _ in range(2):
        assert screen.post("/api/device/plays", {"events": [play]}).status_code == 200
    house.settle()
    text = house.client.get("/metrics").text

    assert publication
    assert "vizora_publish_seconds_count 1" in text
    assert "vizora_publish_seconds_sum 1.5" in text


@pytest.mark.parametrize(("given", "kept"), [("abcdef-123456", True), ("x", False), ("a b" * 5, False)])
def test_every_answer_has_a_request_id_and_a_proxys_is_kept(house: House, given: str, kept: bool) -> None:
    answers = [house.client.get(path, headers={"X-Request-Id": given}) for path in ("/healthz", "/api/nothing")]

    for answer in answers:
        assert answer.headers.get_list("X-Request-Id") == [given] or not kept
        assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answer.headers["X-Request-Id"])


def test_a_counter_goes_on_counting_past_a_million() -> None:
    assert line("a_total", {}, 1_234_567.0) == "a_total 1234567"
    assert line("a_bytes", {}, 123_456_789_012) == "a_bytes 123456789012"
    assert line("a_seconds_sum", {}, 1_234_567.25) == "a_seconds_sum 1234567.25"
    assert f"{1_234_567.0:g}" == f"{1_234_568.0:g}", "the broken twin: six digits"


def test_a_database_that_is_away_takes_only_its_own_figures_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.register()

    def away(*_: object, **__: object) -> NoReturn:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(house.cloud, "read", away)
    answer = house.client.get("/metrics")

    assert answer.status_code == 200
    assert 'vizora_server_up{server="database"} 0' in answer.text
    assert "vizora_requests_total" in answer.text
    assert "vizora_screens{" not in answer.text


def test_what_the_process_costs_and_what_it_holds_is_told(house: House) -> None:
    text = house.client.get("/metrics").text
    told = {name: float(value) for name, value in re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}

    assert told['vizora_server_up{server="database"}'] == 1
    assert told['vizora_database_connections{state="most"}'] == 5
    assert told["process_open_fds"] > 3
    assert 10e6 < told["process_resident_memory_bytes"] < 10e9
    assert 1.7e9 < told["process_start_time_seconds"] < 5e9
    assert f'vizora_build_info{{version="{__version__}"}}' in told


def test_how_long_each_route_takes_is_told_apart(house: House) -> None:
    admin = house.register()
    admin.get("/api/devices")
    text = house.client.get("/metrics").text

    assert 'vizora_request_seconds_count{method="GET",route="/api/devices"} 1' in text
