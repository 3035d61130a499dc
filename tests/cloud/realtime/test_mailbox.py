import asyncio

from cloud.realtime.mailbox import Mailbox


def test_messages_come_in_order_to_a_reader_that_waits_and_to_one_that_comes_late() -> None:
    async def read() -> list[int]:
        mailbox = Mailbox[int]()
        waiting = asyncio.create_task(mailbox.get())
        await asyncio.sleep(0)
        for n in (1, 2, 3):
            mailbox.put_nowait(n)
        return [await waiting, await mailbox.get(), mailbox.get_nowait()]

    assert asyncio.run(read()) == [1, 2, 3]


def test_a_reader_that_gave_up_takes_nothing_with_it() -> None:
    async def read() -> int:
        mailbox = Mailbox[int]()
        impatient = asyncio.create_task(mailbox.get())
        await asyncio.sleep(0)
        impatient.cancel()
        mailbox.put_nowait(1)
        return await mailbox.get()

    assert asyncio.run(read()) == 1


def test_news_is_told_once() -> None:
    mailbox, told = Mailbox[int](), list[str]()
    mailbox.on_news(lambda: told.append("first"))
    mailbox.put_nowait(1)
    mailbox.put_nowait(2)
    mailbox.on_news(lambda: told.append("at once"))

    assert told == ["first", "at once"]
