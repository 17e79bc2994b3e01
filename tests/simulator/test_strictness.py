"""The simulated Bot API refuses what Telegram refuses, in Telegram's words."""

from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.entities import Broken, parse
from bot.simulator.flood import Flood
from tests.cast import Cast
from tests.conftest import TOKEN

KEY = {"text": "x", "callback_data": "d"}


async def call(cast: Cast, method: str, token: str = TOKEN, **given: Any) -> tuple[int, dict[str, Any]]:
    """Calls a method and gives status and body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{cast.url}/bot{token}/{method}", json=given) as answer,
    ):
        return answer.status, await answer.json()


async def started(cast: Cast) -> int:
    ana = await cast.person("Ana")
    await ana.says("/start")
    return ana.id


def keys(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"text": "  "}, "Bad Request: message text is empty"),
    "long": ({"text": "🗳" * 2049}, "Bad Request: message is too long"),
    "open tag": ({"text": "<b>x", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "crossed": ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "unknown tag": ({"text": "<h1>x</h1>", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "bare <": ({"text": "1 < 2", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "long data": ({"text": "x", "reply_markup": keys([KEY | {"callback_data": "é" * 33}])}, "BUTTON_DATA_INVALID"),
    "wide row": ({"text": "x", "reply_markup": keys([KEY] * 9)}, "reply markup is too long"),
    "many": ({"text": "x", "reply_markup": keys(*[[KEY]] * 101)}, "reply markup is too long"),
    "no label": ({"text": "x", "reply_markup": keys([KEY | {"text": " "}])}, "Text buttons are unallowed"),
    "style": ({"text": "x", "reply_markup": keys([KEY | {"style": "pink"}])}, "invalid button style"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_messages_telegram_refuses(cast: Cast, name: str) -> None:
    given, words = REFUSED[name]
    status, body = await call(cast, "sendMessage", chat_id=await started(cast), **given)
    assert status == body["error_code"] == 400
    assert words in body["description"]


async def test_what_just_fits_is_taken(cast: Cast) -> None:
    chat = await started(cast)
    markup = keys(*[[KEY | {"callback_data": "x" * 64}]] * 12, [KEY] * 8)
    status, body = await call(cast, "sendMessage", chat_id=chat, text="🗳" * 2048, reply_markup=markup)
    assert status == 200 and len(body["result"]["text"]) == 2048


async def test_edits_and_deletes_of_what_is_not_there(cast: Cast) -> None:
    chat = await started(cast)
    _, sent = await call(cast, "sendMessage", chat_id=chat, text="x")
    at = {"chat_id": chat, "message_id": sent["result"]["message_id"]}
    assert "message is not modified" in (await call(cast, "editMessageText", text="x", **at))[1]["description"]
    assert (await call(cast, "editMessageText", text="y", **at))[0] == 200
    assert (await call(cast, "deleteMessage", **at))[0] == 200
    assert "message to delete not found" in (await call(cast, "deleteMessage", **at))[1]["description"]
    assert "message to edit not found" in (await call(cast, "editMessageText", text="z", **at))[1]["description"]


async def test_who_can_be_written_to(cast: Cast) -> None:
    ana = await cast.person("Ana")
    assert (await call(cast, "sendMessage", chat_id=ana.id, text="x"))[1]["description"].endswith(
        "bot can't initiate conversation with a user"
    )
    await ana.says("/start")
    await ana.blocks()
    status, body = await call(cast, "sendMessage", chat_id=ana.id, text="x")
    assert (status, body["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert "chat not found" in (await call(cast, "sendMessage", chat_id=1, text="x"))[1]["description"]


async def test_tokens_methods_and_old_queries(cast: Cast) -> None:
    assert (await call(cast, "getMe", token="nonsense"))[0] == 401
    assert (await call(cast, "getMoon"))[0] == 404
    assert "query is too old" in (await call(cast, "answerCallbackQuery", callback_query_id="1"))[1]["description"]
    command = {"command": "Pay", "description": "x"}
    assert "BOT_COMMAND_INVALID" in (await call(cast, "setMyCommands", commands=[command]))[1]["description"]
    assert "language code" in (await call(cast, "setMyCommands", commands=[], language_code="swa"))[1]["description"]


async def test_updates_stay_until_they_are_confirmed(cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("one")
    await ana.says("two")
    for _ in range(2):
        found = (await call(cast, "getUpdates"))[1]["result"]
        assert [update["message"]["text"] for update in found] == ["one", "two"]
    left = (await call(cast, "getUpdates", offset=found[1]["update_id"]))[1]["result"]
    assert [update["message"]["text"] for update in left] == ["two"]
    await call(cast, "setWebhook", url=f"{cast.url}/nowhere")
    assert (await call(cast, "getUpdates"))[0] == 409


async def test_a_photo_is_uploaded_once_and_sent_again_by_its_id(cast: Cast) -> None:
    chat = await started(cast)
    form = aiohttp.FormData()
    form.add_field("chat_id", str(chat))
    form.add_field("photo", b"\x89PNG", filename="chart.png")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{cast.url}/bot{TOKEN}/sendPhoto", data=form) as answer:
            file_id = (await answer.json())["result"]["photo"][0]["file_id"]
        async with session.get(f"{cast.url}/file/bot{TOKEN}/{file_id}") as answer:
            assert await answer.read() == b"\x89PNG"
    assert (await call(cast, "sendPhoto", chat_id=chat, photo=file_id, caption="<b>x</b>", parse_mode="HTML"))[0] == 200
    assert (await call(cast, "sendPhoto", chat_id=chat, photo="unknown"))[0] == 400


def test_entities_count_utf_16_units() -> None:
    text, entities = parse("  🗳 <b>a <i>b</i></b> /pay &lt;x&gt; https://t.me/kauli?start=abc  ")
    assert text == "🗳 a b /pay <x> https://t.me/kauli?start=abc"
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [
        ("bold", 3, 3),
        ("italic", 5, 1),
        ("bot_command", 7, 4),
        ("url", 16, 28),
    ]
    with pytest.raises(Broken):
        parse("</b>")


def test_floods_are_as_telegrams() -> None:
    now = [100.0]
    flood = Flood(lambda: now[0])
    flood.wrote(1)
    assert [flood.wait(1) for _ in range(21)] == [0] * 20 + [1]
    now[0] += 1
    assert flood.wait(1) == 0
    assert [flood.wait(-5) for _ in range(21)] == [0] * 20 + [60]
    now[0] += 1
    assert [flood.wait(chat) for chat in range(10, 41)] == [0] * 30 + [1]


async def test_stopping_takes_no_time_with_open_streams(simulator: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        stream = await session.get(f"{simulator.url}/stream")
        await stream.content.readline()
        await simulator.stop()
        stream.close()
