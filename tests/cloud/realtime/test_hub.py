import asyncio
import json

from cloud.realtime.hub import GOING, QUEUE, Hub
from vizora.identifiers import DeviceId, OrganizationId

SCREEN = DeviceId("screen")


def test_every_line_of_a_screen_hears_it_and_nobody_else() -> None:
    hub = Hub()
    with hub.device(SCREEN) as one, hub.device(SCREEN) as two, hub.device(DeviceId("other")) as other:
        heard = hub.to_device(SCREEN, "manifest:changed", {"version": 3})

        assert heard
        assert json.loads(one.waiting()[0] or b"")["data"] == {"version": 3}
        assert len(two.waiting()) == 1
        assert other.waiting() == ()
    assert not hub.to_device(SCREEN, "manifest:changed", {"version": 4})
    assert hub.connected() == set()


def test_what_is_said_to_many_screens_is_one_message() -> None:
    hub, away = Hub(), DeviceId("away")
    with hub.device(SCREEN) as one, hub.device(DeviceId("other")) as other:
        heard = hub.to_devices([SCREEN, away, DeviceId("other")], "manifest:changed", {"version": 3})

        assert heard == 2
        assert one.waiting()[0] is other.waiting()[0]


def test_a_line_whose_screen_spoke_is_not_ended_for_silence_before_that_was_read() -> None:
    hub = Hub()
    with hub.device(SCREEN) as one, hub.device(SCREEN) as two:
        one.has_unread = lambda: True
        for line in (one, two):
            hub.close_silent(SCREEN, line.id)

    assert (one.reason, two.reason) == ("", "silent")


def test_a_listener_that_is_too_slow_is_cut_off_instead_of_filling_the_memory() -> None:
    hub = Hub()
    with hub.organization(OrganizationId("o")) as line:
        for _ in range(QUEUE + 5):
            hub.to_organization(OrganizationId("o"), "device:now", {})
        said = line.waiting()

    assert said[-1] is None
    assert line.reason == "too slow"


def test_a_call_between_listening_and_waiting_is_not_missed() -> None:
    async def listen() -> bool:
        hub = Hub()
        with hub.listening("pairing:1") as news:
            hub.wake("pairing:1")
            hub.wake("pairing:2")
            return news.done()

    assert asyncio.run(listen())


def test_the_end_of_the_server_lets_everybody_go() -> None:
    async def end() -> tuple[bool, bytes | None, str]:
        hub = Hub()
        with hub.listening("pairing:1") as news, hub.device(SCREEN) as line:
            hub.close()
            return news.done() and hub.closing, line.waiting()[0], line.reason

    assert asyncio.run(end()) == (True, None, GOING)
