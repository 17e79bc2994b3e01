"""Updates in: order within a chat, chats side by side, nothing confirmed that was not done."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.chat.ingress import Lanes, Poller, WrongToken, lane_of
from bot.chat.request import AiohttpRequest
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import TOKEN

Answer = Callable[[], Awaitable[None]]


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
