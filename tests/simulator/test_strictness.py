"""The simulated Bot API refuses what Telegram refuses, in Telegram's words."""

from io import BytesIO
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.chat.request import AiohttpRequest
from bot.simulator.entities import Broken, parse
from bot.simulator.files import MOST_PHOTO
from tests.cast import Cast, Person, png
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
    "long": ({"text": "🗳" * 2048 + "x"}, "Bad Request: message is too long"),
    "to nobody": ({"text": "x", "chat_id": None}, "Bad Request: chat_id is empty"),
    "open tag": ({"text": "<b>x", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "crossed": ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "unknown tag": ({"text": "<h1>x</h1>", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "end alone": ({"text": "x</b>", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "no end of the tag": ({"text": "<b", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "only tags": ({"text": "<b> </b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
    "long in tags": ({"text": f"<b>{'x' * 4097}</b>", "parse_mode": "HTML"}, "Bad Request: message is too long"),
    "other marks": ({"text": "x", "parse_mode": "Wiki"}, "Bad Request: unsupported parse_mode"),
    "no moment": ({"text": '<tg-time unix="soon">x</tg-time>', "parse_mode": "HTML"}, "can't parse entities"),
    "no format": ({"text": '<tg-time unix="1" format="tD">x</tg-time>', "parse_mode": "HTML"}, "can't parse entities"),
    "bare <": ({"text": "1 < 2", "parse_mode": "HTML"}, "Bad Request: can't parse entities"),
    "long data": ({"text": "x", "reply_markup": keys([KEY | {"callback_data": "é" * 33}])}, "BUTTON_DATA_INVALID"),
    "a byte too much": (
        {"text": "x", "reply_markup": keys([KEY | {"callback_data": "x" * 65}])},
        "BUTTON_DATA_INVALID",
    ),
    "no data": ({"text": "x", "reply_markup": keys([KEY | {"callback_data": ""}])}, "BUTTON_DATA_INVALID"),
    "no use": ({"text": "x", "reply_markup": keys([{"text": "x"}])}, "Text buttons are unallowed"),
    "wide row": ({"text": "x", "reply_markup": keys([KEY] * 9)}, "reply markup is too long"),
    "many": ({"text": "x", "reply_markup": keys(*[[KEY]] * 101)}, "reply markup is too long"),
    "no label": ({"text": "x", "reply_markup": keys([KEY | {"text": " "}])}, "Text buttons are unallowed"),
    "style": ({"text": "x", "reply_markup": keys([KEY | {"style": "pink"}])}, "invalid button style"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_messages_telegram_refuses(cast: Cast, name: str) -> None:
    given, words = REFUSED[name]
    status, body = await call(cast, "sendMessage", **{"chat_id": await started(cast)} | given)
    assert status == body["error_code"] == 400
    assert words in body["description"]


async def test_what_just_fits_is_taken(cast: Cast) -> None:
    chat = await started(cast)
    markup = keys(*[[KEY | {"callback_data": "x" * 64}]] * 12, [KEY] * 8)
    status, body = await call(cast, "sendMessage", chat_id=chat, text="🗳" * 2048, reply_markup=markup)
    assert status == 200 and len(body["result"]["text"]) == 2048
    text = f"<b>{'x' * 4095}</b>&amp;"  # tags are not counted, and an escaped sign counts once
    assert (await call(cast, "sendMessage", chat_id=chat, text=text, parse_mode="HTML"))[0] == 200


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


async def test_commands_are_kept_per_scope_and_language_and_the_nearest_is_shown(cast: Cast) -> None:
    ana, ben = await cast.person("Ana", language="sw-KE"), await cast.person("Ben")
    private, alone = {"type": "all_private_chats"}, {"type": "chat", "chat_id": ana.id}
    for name, where in (("a", {}), ("b", {"scope": private}), ("c", {"scope": private, "language_code": "sw"})):
        assert (await call(cast, "setMyCommands", commands=[{"command": name, "description": "x"}], **where))[0] == 200
    assert await menu(ana) == ["c"] and await menu(ben) == ["b"]
    await call(cast, "setMyCommands", commands=[{"command": "d", "description": "x"}], scope=alone)
    assert await menu(ana) == ["d"]
    await call(cast, "deleteMyCommands", scope=alone)
    await call(cast, "deleteMyCommands", scope=private)
    assert await menu(ana) == ["c"] and await menu(ben) == ["a"]
    kept = (await call(cast, "getMyCommands", scope=private, language_code="sw"))[1]["result"]
    assert kept == [{"command": "c", "description": "x"}]


async def menu(person: Person) -> list[str]:
    """Lists what stands in somebody's command menu."""
    return [command["command"] for command in (await person.chat())["commands"]]


MENUS: dict[str, tuple[dict[str, Any], str]] = {
    "scope": ({"commands": [], "scope": {"type": "moon"}}, "unsupported scope specified"),
    "many": ({"commands": [{"command": "x", "description": "x"}] * 101}, "too many commands"),
    "long name": ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    "no words": ({"commands": [{"command": "x", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    "many words": ({"commands": [{"command": "x", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
}


@pytest.mark.parametrize("name", MENUS)
async def test_menus_telegram_refuses(cast: Cast, name: str) -> None:
    given, words = MENUS[name]
    status, body = await call(cast, "setMyCommands", **given)
    assert status == 400 and words in body["description"]


async def test_a_pressed_button_is_answered_once_and_in_few_words(cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    _, sent = await call(cast, "sendMessage", chat_id=ana.id, text="x", reply_markup=keys([KEY]))
    await ana.presses("x")
    query = (await call(cast, "getUpdates"))[1]["result"][-1]["callback_query"]
    assert query["data"] == "d" and query["message"]["message_id"] == sent["result"]["message_id"]
    long, answer = {"callback_query_id": query["id"], "text": "y" * 201}, {"callback_query_id": query["id"]}
    assert "MESSAGE_TOO_LONG" in (await call(cast, "answerCallbackQuery", **long))[1]["description"]
    assert (await call(cast, "answerCallbackQuery", **answer, text="y" * 200))[0] == 200
    assert (await ana.sees_toast("y")) == "y" * 200
    assert "query is too old" in (await call(cast, "answerCallbackQuery", **answer))[1]["description"]


async def test_the_library_talks_to_it_as_to_telegram(cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    roots, lines = (f"{cast.url}/bot", f"{cast.url}/file/bot"), (AiohttpRequest(2), AiohttpRequest(1))
    async with Bot(TOKEN, *roots, request=lines[0], get_updates_request=lines[1]) as bot:
        assert bot.username == "kauli_demo_bot"
        button = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
        sent = await bot.send_message(ana.id, "🗳 <b>Vote</b>", parse_mode="HTML", reply_markup=button)
        assert sent.entities[0].offset == 3 and sent.parse_entity(sent.entities[0]) == "Vote"
        await ana.presses("Yes")
        updates = await bot.get_updates(timeout=0)
        assert [bool(update.callback_query) for update in updates] == [False, True]
        edited = await bot.edit_message_text("Thanks", ana.id, sent.message_id)
        assert isinstance(edited, Message) and edited.edit_date and edited.reply_markup is None
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("Thanks", ana.id, sent.message_id)
        photo = (await bot.send_photo(ana.id, png(), caption="Chart")).photo[-1]
        assert bytes(await (await bot.get_file(photo)).download_as_bytearray()) == png()
        assert await bot.delete_message(ana.id, sent.message_id)


async def test_a_photo_is_uploaded_once_and_sent_again_by_its_id(cast: Cast) -> None:
    chat = await started(cast)
    form = aiohttp.FormData()
    form.add_field("chat_id", str(chat))
    form.add_field("photo", png(), filename="chart.png")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{cast.url}/bot{TOKEN}/sendPhoto", data=form) as answer:
            file_id = (await answer.json())["result"]["photo"][0]["file_id"]
        async with session.get(f"{cast.url}/file/bot{TOKEN}/{file_id}") as answer:
            assert await answer.read() == png()
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
    for broken in ("</b>", "<b>x</i>", "<a href='x>", "< b>x</b>", "x <"):
        with pytest.raises(Broken):
            parse(broken)


@pytest.mark.parametrize("shown", ["r", "wDT", "t", "d"])
def test_moments_are_read_with_their_format_and_count_as_their_words(shown: str) -> None:
    text, entities = parse(f'🗳 <b>until <tg-time unix="1795791600" format="{shown}">Friday</tg-time></b>')
    assert text == "🗳 until Friday" and [entity["type"] for entity in entities] == ["bold", "date_time"]
    moment = {"type": "date_time", "offset": 9, "length": 6, "unix_time": 1795791600, "date_time_format": shown}
    assert entities[1] == moment
    assert "date_time_format" not in parse('<tg-time unix="1">Friday</tg-time>')[1][0]


def test_only_the_four_entities_that_telegram_knows_by_name_are_read() -> None:
    assert parse("&lt;&gt;&amp;&quot;&#128499;")[0] == '<>&"🗳'
    assert parse("a&nbsp;b &copy;")[0] == "a&nbsp;b &copy;"


@pytest.mark.parametrize(
    ("method", "name", "upload", "words"),
    [
        ("sendPhoto", "photo", b"no picture", "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", "photo", png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", "photo", png() + bytes(MOST_PHOTO), "file is too big"),
        ("sendDocument", "document", b"", "file must be non-empty"),
    ],
    ids=["no picture", "too narrow", "too big", "empty"],
)
async def test_files_telegram_refuses(cast: Cast, method: str, name: str, upload: bytes, words: str) -> None:
    form = aiohttp.FormData({"chat_id": str(await started(cast))})
    form.add_field(name, BytesIO(upload), filename="x.png")
    async with cast.session.post(f"{cast.url}/bot{TOKEN}/{method}", data=form) as answer:
        assert words in (await answer.json())["description"]


async def test_ids_of_files_are_of_one_kind_and_photos_hold_no_text(cast: Cast) -> None:
    chat = await started(cast)
    form = aiohttp.FormData({"chat_id": str(chat)})
    form.add_field("document", b"a,b", filename="x.csv")
    async with cast.session.post(f"{cast.url}/bot{TOKEN}/sendDocument", data=form) as answer:
        sent = (await answer.json())["result"]
    assert sent["document"] | {"file_id": "", "file_unique_id": ""} == {
        "file_id": "",
        "file_unique_id": "",
        "file_name": "x.csv",
        "mime_type": "text/csv",
        "file_size": 3,
    }
    number, at = sent["document"]["file_id"], {"chat_id": chat, "message_id": sent["message_id"]}
    wrong = await call(cast, "sendPhoto", chat_id=chat, photo=number)
    assert "can't use file of type Document as Photo" in wrong[1]["description"]
    assert "wrong file identifier" in (await call(cast, "sendPhoto", chat_id=chat, photo="x"))[1]["description"]
    assert (await call(cast, "sendDocument", chat_id=chat, document=number))[0] == 200
    assert "there is no text in the message" in (await call(cast, "editMessageText", text="x", **at))[1]["description"]
    _, plain = await call(cast, "sendMessage", chat_id=chat, text="x")
    at["message_id"], media = plain["result"]["message_id"], {"type": "document", "media": number}
    assert "no media in the message" in (await call(cast, "editMessageMedia", media=media, **at))[1]["description"]
    assert "no caption in the message" in (await call(cast, "editMessageCaption", caption="y", **at))[1]["description"]
