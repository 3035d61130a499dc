import re

import pytest

from cloud.figures import Figures, line
from tests.cloud.house import House

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
