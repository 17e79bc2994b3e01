"""The simulated Telegram's updates, webhook, groups, clock and flood limits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

import bot.simulator.server as server
from bot.simulator import Simulator
from bot.simulator.flood import Flood
from tests.cast import Cast
from tests.conftest import TOKEN

AT = "2026-11-27T15:00:00Z"


async def call(cast: Cast, method: str, **given: Any) -> dict[str, Any]:
    """Calls a method and gives the body."""
    address = f"{cast.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as session, session.post(address, json=given) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def polling(cast: Cast, simulator: Simulator, **given: Any) -> "asyncio.Task[dict[str, Any]]":
    """Begins a long poll and gives it once it has reached the simulator."""
    begun: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    simulator.world.events.add(begun)
    poll = asyncio.create_task(call(cast, "getUpdates", timeout=50, **given))
    while (await begun.get())["kind"] != "poll":
        pass
    simulator.world.events.discard(begun)
    return poll


class Hook:
    """A webhook that answers as it is told, and waits no second between two tries."""

    def __init__(self) -> None:
        self.answers: list[web.Response] = []
        self.got: list[tuple[int, str | None]] = []
        self.pauses: list[float] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append((update["update_id"], request.headers.get(server.SECRET)))
        return self.answers.pop(0) if self.answers else web.Response()

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest_asyncio.fixture
async def hook(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    monkeypatch.setattr(server, "asyncio", hook)  # its pauses only
    yield hook
    await runner.cleanup()


async def test_a_long_poll_ends_with_the_first_update(cast: Cast, simulator: Simulator) -> None:
    ana = await cast.person("Ana")
    poll = await polling(cast, simulator, allowed_updates=["callback_query"])
    await ana.says("not asked for")
    sent = await call(cast, "sendMessage", chat_id=ana.id, text="x")
    await ana.presses_data(sent["result"], "yes")
    found = (await poll)["result"]
    assert [update["callback_query"]["data"] for update in found] == ["yes"]


async def test_offset_and_limit_walk_through_what_waits(cast: Cast) -> None:
    ana = await cast.person("Ana")
    for number in range(3):
        await ana.says(str(number))
    seen, offset = [], 0
    while found := (await call(cast, "getUpdates", offset=offset, limit=1))["result"]:
        assert (await call(cast, "getUpdates", offset=offset, limit=1))["result"] == found  # not confirmed: again
        seen.append(found[0]["message"]["text"])
        offset = found[0]["update_id"] + 1
    assert seen == ["0", "1", "2"]
    assert (await cast.get("/status"))["pending"] == 0


async def test_of_two_pollers_the_later_one_wins(cast: Cast, simulator: Simulator) -> None:
    first = await polling(cast, simulator)
    assert (await call(cast, "getUpdates"))["ok"]
    async with asyncio.timeout(10):  # at once, not when its fifty seconds are over
        lost = await first
    assert lost["error_code"] == 409 and "terminated by other getUpdates request" in lost["description"]


async def test_an_active_webhook_and_polling_exclude_each_other(cast: Cast, hook: Hook) -> None:
    await call(cast, "setWebhook", url=hook.url)
    refused = await call(cast, "getUpdates")
    assert refused["error_code"] == 409 and "while webhook is active" in refused["description"]
    await call(cast, "deleteWebhook")
    assert (await call(cast, "getUpdates"))["ok"]


async def test_the_webhook_gets_everything_in_order_again_until_it_takes_it(cast: Cast, hook: Hook) -> None:
    hook.answers = [web.Response(status=503, headers={"Retry-After": "7"}), web.Response(), web.Response(status=500)]
    await call(cast, "setWebhook", url=hook.url, secret_token="s" * 32)
    ana = await cast.person("Ana")
    await ana.says("one")
    await ana.says("two")
    await cast.settled()
    numbers = [number for number, _ in hook.got]
    assert numbers == [numbers[0]] * 2 + [numbers[0] + 1] * 2
    assert {secret for _, secret in hook.got} == {"s" * 32}
    assert hook.pauses == [7.0, 0.2]
    assert (await call(cast, "getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_blocking_and_letting_in_again_are_told(cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    await ana.blocks()
    assert (await call(cast, "sendMessage", chat_id=ana.id, text="x"))["error_code"] == 403
    await ana.blocks(blocked=False)
    assert (await call(cast, "sendMessage", chat_id=ana.id, text="x"))["ok"]
    changes = [u["my_chat_member"] for u in (await call(cast, "getUpdates"))["result"] if "my_chat_member" in u]
    states = [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes]
    assert states == [("member", "kicked"), ("kicked", "member")]


async def test_a_command_in_a_group_comes_from_there_and_opens_no_private_chat(cast: Cast) -> None:
    ana = await cast.person("Ana")
    group = await cast.group("Annotators", ana)
    await cast.post(f"/groups/{group}/messages", {"from": ana.id, "text": "🗳 /pay@kauli_demo_bot now"})
    message = (await call(cast, "getUpdates"))["result"][0]["message"]
    assert message["chat"] == {"id": group, "type": "group", "title": "Annotators"} and group < 0
    assert message["from"]["id"] == ana.id
    assert message["entities"] == [{"type": "bot_command", "offset": 3, "length": 19}]
    assert (await call(cast, "sendMessage", chat_id=group, text="x"))["ok"]
    assert (await call(cast, "sendMessage", chat_id=ana.id, text="x"))["error_code"] == 403


async def test_the_clock_moves_and_stands_still(cast: Cast, simulator: Simulator) -> None:
    clock, moment = simulator.world.clock, datetime(2026, 11, 27, 15, tzinfo=UTC)
    await cast.set_clock(AT, frozen=True)
    assert await cast.get("/clock") == await cast.get("/clock") == {"now": AT}
    await cast.advance(days=6, minutes=1)
    assert clock.now() == moment + timedelta(days=6, minutes=1)  # still frozen
    ana = await cast.person("Ana")
    assert (await ana.says("x"))["date"] == int(clock.now().timestamp())
    await cast.set_clock("2026-11-27T18:00:00+03:00", frozen=False)
    assert clock.frozen is None and moment <= clock.now() < moment + timedelta(hours=1)


def test_a_chat_takes_a_burst_and_then_one_a_second() -> None:
    now = [100.0]
    flood = Flood(lambda: now[0])
    flood.wrote(1)
    assert [flood.wait(1) for _ in range(22)] == [0] * 20 + [1, 1]
    for _ in range(5):
        now[0] += 1
        flood.wrote(1)
        assert [flood.wait(1), flood.wait(1)] == [0, 1]
    now[0] += 600  # no more than a burst is ever saved up
    assert [flood.wait(1) for _ in range(21)].count(0) == 20


def test_a_group_takes_twenty_in_any_minute() -> None:
    now = [100.0]
    flood = Flood(lambda: now[0])
    assert [flood.wait(-1) for _ in range(10)] == [0] * 10
    now[0] += 40
    assert [flood.wait(-1) for _ in range(11)] == [0] * 10 + [20]
    assert flood.wait(-2) == 0  # another group
    now[0] += 20
    assert [flood.wait(-1) for _ in range(11)] == [0] * 10 + [40]


def test_a_thousand_a_second_reach_chats_that_did_not_write_where_that_is_paid_for() -> None:
    now = [100.0]
    flood = Flood(lambda: now[0])
    assert [flood.wait(chat, paid=True) for chat in range(1001)] == [0] * 1000 + [1]
    assert flood.wait(2000) == 1  # and who does not pay waits as well
    now[0] += 1
    assert flood.wait(2000) == 0


async def test_a_call_says_that_it_pays(cast: Cast, simulator: Simulator) -> None:
    simulator.api.flood = Flood(lambda: 100.0)
    people = [simulator.add_person(f"P{number}", started=True).id for number in range(32)]
    paid = [await call(cast, "sendMessage", chat_id=one, text="x", allow_paid_broadcast=True) for one in people[:31]]
    assert all(answer["ok"] for answer in paid)
    assert (await call(cast, "sendMessage", chat_id=people[31], text="x"))["error_code"] == 429


def test_thirty_a_second_reach_chats_that_did_not_write() -> None:
    now = [100.0]
    flood = Flood(lambda: now[0])
    assert [flood.wait(chat) for chat in range(31)] == [0] * 30 + [1]
    flood.wrote(99)
    assert flood.wait(99) == 0  # an answer is not bulk
    now[0] += 1
    assert [flood.wait(chat) for chat in range(30, 61)] == [0] * 30 + [1]
    now[0] += 11
    assert [flood.wait(chat) for chat in (*range(100, 130), 99)] == [0] * 30 + [1]  # 99 wrote long ago


async def test_a_flood_is_refused_with_the_seconds_to_wait(cast: Cast, simulator: Simulator) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    now = [100.0]
    simulator.api.flood = Flood(lambda: now[0])
    for _ in range(20):
        assert (await call(cast, "sendMessage", chat_id=ana.id, text="x"))["ok"]
    refused = await call(cast, "sendMessage", chat_id=ana.id, text="x")
    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert (await call(cast, "sendChatAction", chat_id=ana.id, action="typing"))["ok"]  # is no message


async def test_stopping_waits_for_no_open_stream_and_no_open_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "AppRunner", partial(patient, web.AppRunner))
    simulator = Simulator(flood=False)
    await simulator.start()
    ana = simulator.add_person("Ana")
    async with Cast(simulator.url) as cast, aiohttp.ClientSession() as session:
        stream = await session.get(f"{cast.url}/stream")
        await stream.content.readline()
        poll = await polling(cast, simulator)
        chat = asyncio.create_task(cast.get(f"/people/{ana.id}/chat?after=99&timeout=30"))
        await cast.get("/status")
        async with asyncio.timeout(60):  # the server itself would wait ten minutes
            await simulator.stop()
            ended = await asyncio.gather(poll, chat, return_exceptions=True)
        stream.close()
    assert all(isinstance(end, aiohttp.ClientError) for end in ended)


def patient(runner: Any, app: web.Application, **given: Any) -> Any:
    """Gives a server that lets open requests finish for ten minutes."""
    return runner(app, **{**given, "shutdown_timeout": 600})
