"""Updates in: order within a chat, chats side by side, nothing confirmed that was not done."""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot

from bot.chat import ingress
from bot.chat.ingress import Lanes, Poller, Webhook, WrongToken, lane_of
from bot.chat.request import AiohttpRequest
from bot.settings import SettingsError
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import TOKEN

Answer = Callable[[], Awaitable[None]]
SECRET = "s" * 40


def update(number: int, chat: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat}, "text": str(number)}}


async def test_turns_and_answers_of_a_chat_keep_their_order() -> None:
    turns: list[tuple[int, int]] = []
    answers: list[tuple[int, int]] = []
    chance = random.Random(1)

    async def handle(raw: dict[str, Any]) -> Answer:
        key = (lane_of(raw), raw["update_id"])
        for _ in range(chance.randrange(5)):
            await asyncio.sleep(0)
        turns.append(key)

        async def answer() -> None:
            for _ in range(chance.randrange(5)):
                await asyncio.sleep(0)
            answers.append(key)

        return answer

    lanes = Lanes(handle, width=7)
    for number in range(200):
        lanes.put(update(number, number % 9))
    await lanes.idle()
    for done in (turns, answers):
        assert len(done) == 200
        assert all(sorted(mine) == mine for chat in range(9) if (mine := [key for key in done if key[0] == chat]))


async def test_a_slow_answer_holds_up_no_turn_and_no_other_chat() -> None:
    free = asyncio.Event()
    answered: list[int] = []

    async def handle(raw: dict[str, Any]) -> Answer:
        async def answer() -> None:
            if raw["update_id"] == 0:
                await free.wait()
            answered.append(raw["update_id"])

        return answer

    lanes = Lanes(handle)
    await asyncio.gather(*(lanes.put(update(number, number % 2)) for number in range(6)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert answered == [1, 3, 5]  # the other chat's; all six are committed
    free.set()
    await lanes.idle()
    assert answered[3:] == [0, 2, 4]


@pytest.mark.parametrize("junk", [{}, {"message": "x"}, {"message": {"chat": "x"}}, {"callback_query": {"message": 1}}])
def test_any_update_has_a_lane(junk: dict[str, Any]) -> None:
    assert lane_of(junk) == 0


@pytest_asyncio.fixture
async def telegram(simulator: Simulator) -> AsyncIterator[Bot]:
    line, updates = AiohttpRequest(2), AiohttpRequest(1)
    async with Bot(TOKEN, f"{simulator.url}/bot", request=line, get_updates_request=updates) as bot:
        yield bot


async def test_a_turn_that_storage_failed_is_not_confirmed_and_comes_again(telegram: Bot, cast: Cast) -> None:
    seen: list[str] = []
    pauses: list[float] = []

    async def handle(raw: dict[str, Any]) -> None:
        seen.append(raw["message"]["text"])
        if seen.count("two") == 1 and raw["message"]["text"] == "two":
            raise OSError("disk full")

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    ana = await cast.person("Ana")
    for words in ("one", "two", "three"):
        await ana.says(words)
    poller = Poller(telegram, Lanes(handle), sleep=pause)
    task = asyncio.create_task(poller.run())
    await cast.settled()
    await poller.stop()
    await task
    assert seen[:3] == ["one", "two", "three"] and seen[3:] == ["two", "three"]
    assert len(pauses) == 1 and poller.backlog_read.is_set()


async def test_an_outage_is_said_once_and_the_pauses_grow(
    telegram: Bot, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def handle(raw: dict[str, Any]) -> None:
        return None

    await cast.fault("getUpdates", status=502, description="Bad Gateway", times=8)
    poller = Poller(telegram, Lanes(handle), sleep=pause)
    task = asyncio.create_task(poller.run())
    ana = await cast.person("Ana")
    await ana.says("hello")
    await cast.settled()
    await poller.stop()
    await task
    assert len(pauses) == 8 and max(pauses) <= 60
    assert all(later > earlier * 1.3 for earlier, later in zip(pauses[:5], pauses[1:6], strict=True))
    said = [record.msg for record in caplog.records if record.name == "kauli.ingress"]
    assert said == ["updates do not come in", "updates come in again"]


async def test_a_revoked_token_ends_the_program(telegram: Bot, cast: Cast) -> None:
    await cast.fault("getUpdates", status=401, description="Unauthorized")

    async def handle(raw: dict[str, Any]) -> None:
        return None

    poller = Poller(telegram, Lanes(handle))
    with pytest.raises(WrongToken):
        await poller.run()
    await poller.abandon()


async def test_a_conflict_is_said_once_with_its_mend_and_the_pauses_grow(
    telegram: Bot, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    await cast.fault("getUpdates", status=409, description="Conflict: terminated by other getUpdates", times=4)
    pauses = await paused(telegram, cast)
    assert len(pauses) == 4 and all(earlier < later for earlier, later in zip(pauses, pauses[1:], strict=False))
    said = [vars(record).get("reason", "") for record in caplog.records if record.name == "kauli.ingress"]
    assert len(said) == 2 and "another program takes this bot's updates" in said[0]


async def test_a_429_is_waited_for_as_long_as_it_says(telegram: Bot, cast: Cast) -> None:
    await cast.fault("getUpdates", status=429, description="Too Many Requests: retry after 9", retry_after=9)
    assert await paused(telegram, cast) == [9.0]


async def paused(telegram: Bot, cast: Cast) -> list[float]:
    """Polls until somebody's words come through, and gives the pauses that were made."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    ana = await cast.person("Ana")
    await ana.says("hello")
    poller = Poller(telegram, Lanes(nothing), sleep=pause)
    task = asyncio.create_task(poller.run())
    await cast.settled()
    await poller.stop()
    await task
    return pauses


async def nothing(raw: dict[str, Any]) -> None:
    """Handles an update without an answer."""


async def test_an_update_that_always_fails_keeps_no_other_chat_waiting(telegram: Bot, cast: Cast) -> None:
    seen: set[str] = set()
    again = asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        words = raw["message"]["text"]
        if words in seen and len(seen) == 4:
            again.set()
        seen.add(words)
        if words == "poison":
            raise ValueError(words)

    people = [await cast.person(name) for name in ("Ana", "Ben", "Cleo")]
    for person, words in zip(people, ("one", "poison", "two"), strict=True):
        await person.says(words)
    await people[1].says("three")  # the same chat, behind it
    poller = Poller(telegram, Lanes(handle), sleep=lambda seconds: asyncio.sleep(0))
    task = asyncio.create_task(poller.run())
    await again.wait()
    assert seen == {"one", "poison", "two", "three"}
    assert (await cast.get("/status"))["pending"] == 3  # what stood before it is confirmed
    await poller.stop()
    await task


async def test_stopping_ends_a_long_poll_and_confirms_what_was_done(telegram: Bot, cast: Cast) -> None:
    seen = asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        seen.set()

    poller = Poller(telegram, Lanes(handle))
    task = asyncio.create_task(poller.run())
    await poller.backlog_read.wait()
    ana = await cast.person("Ana")
    await ana.says("hello")
    await seen.wait()
    async with asyncio.timeout(10):  # the poll itself would wait longer
        await poller.stop()
        await task
    assert (await cast.get("/status"))["pending"] == 0


class Door:
    """A webhook on a free port, with what knocks at it."""

    def __init__(self, telegram: Bot, handle: Any) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{found.getsockname()[1]}"
        self.url = f"http://{place}"
        self.hook = Webhook(telegram, Lanes(handle), f"{self.url}/hook", place, SECRET, lambda: {"ok": True})
        self.session = aiohttp.ClientSession()
        self.task = asyncio.create_task(self.hook.run())

    async def post(self, data: bytes, secret: Any = SECRET) -> tuple[int, str | None]:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        async with self.session.post(f"{self.url}/hook", data=data, headers=headers) as answer:
            return answer.status, answer.headers.get("Retry-After")

    async def close(self) -> None:
        await self.hook.stop()
        await self.task
        await self.session.close()


@asynccontextmanager
async def door(telegram: Bot, handle: Any) -> AsyncIterator[Door]:
    opened = Door(telegram, handle)
    await opened.hook.backlog_read.wait()
    try:
        yield opened
    finally:
        await opened.close()


async def test_a_webhook_takes_telegrams_updates_only(telegram: Bot) -> None:
    taken: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        taken.append(raw["update_id"])

    body = json.dumps(update(1, 7)).encode()
    async with door(telegram, handle) as opened:
        for wrong in (None, "", "x" * 40, SECRET + "x", SECRET[:-1], "\u00e9" * 40):
            assert (await opened.post(body, wrong))[0] == 403
        assert taken == []
        assert [(await opened.post(raw))[0] for raw in (b"{", b"\xff\xfe", b"", b"[]", b"7")] == [400] * 3 + [200] * 2
        assert (await opened.post(b"7" * (ingress.BODY_MOST + 1)))[0] == 413
        assert (await opened.post(body))[0] == 200 and taken == [1]
        async with opened.session.get(f"{opened.url}/health") as answer:
            assert (answer.status, await answer.json()) == (200, {"ok": True})
        async with opened.session.get(f"{opened.url}/hook") as answer:
            assert answer.status in (404, 405)


async def test_a_secret_that_is_no_text_is_a_wrong_secret(telegram: Bot) -> None:
    async with door(telegram, nothing) as opened:
        place = opened.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(place[0], int(place[1]))
        writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: \xff\xfe\r\n")
        writer.write(b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
        status = await reader.readline()
        writer.close()
    assert b" 403 " in status


async def test_a_webhook_says_200_after_the_commit_and_503_when_full_or_failing(
    telegram: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingress, "OPEN_MOST", 1)
    begun, free = asyncio.Event(), asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 2:
            raise OSError("disk full")
        begun.set()
        await free.wait()

    async with door(telegram, handle) as opened:
        first = asyncio.create_task(opened.post(json.dumps(update(1, 7)).encode()))
        await begun.wait()
        assert await opened.post(json.dumps(update(3, 8)).encode()) == (503, "1")
        assert not first.done()
        free.set()
        assert await first == (200, None)
        assert await opened.post(json.dumps(update(2, 7)).encode()) == (503, "5")
        assert await opened.post(json.dumps(update(3, 8)).encode()) == (200, None)


async def test_a_webhooks_port_that_is_taken_is_named(telegram: Bot) -> None:
    async with door(telegram, nothing) as opened:
        place = opened.url.removeprefix("http://")
        other = Webhook(telegram, Lanes(nothing), f"{opened.url}/hook", place, SECRET, dict)
        with pytest.raises(SettingsError, match=f"KAULI_WEBHOOK_LISTEN: {place} is taken by another program"):
            await other.run()
        await other.abandon()


async def test_a_webhook_with_a_short_secret_is_refused(telegram: Bot) -> None:
    with pytest.raises(ValueError, match="32"):
        Webhook(telegram, Lanes(nothing), "https://h/x", "127.0.0.1:0", "s" * 31, dict)
