"""Pictures and files in a chat: uploaded once, changed and taken away with their screens, known to /hide."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from telegram import Bot

from bot.chat.answers import Answers, Reply
from bot.chat.incoming import Incoming
from bot.chat.keyboards import CAPTION, Printer, shortened
from bot.chat.request import AiohttpRequest
from bot.dialogue import Button, Content, Document, Link, Picture, Screen, rows
from bot.texts import Catalogues, data_folder, text
from tests.cast import Cast, Person, png
from tests.conftest import TOKEN

NOW = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
DONE = rows(Button("done", text("button.done"), Link("done")))


def pictured(key: str, words: str = "one", content: Content | None = None, **more: Any) -> Screen:
    return Screen(text("value", value=words), DONE, picture=Picture(key, caption(key), content or png()), **more)


def caption(words: str) -> Any:
    return text("value", value=f"{words} <&>")


class Chat:
    """One person's chat with the answers of a bot."""

    def __init__(self, answers: Answers, person: Person) -> None:
        self.answers, self.person = answers, person

    async def gets(self, screen: Screen, *, on: int | None = None, asking: bool = False, command: str = "") -> None:
        """Gives a screen: as a new message, or with `on` in place of the one whose button was pressed."""
        kind: Any = "command" if on is None else "press"
        incoming = Incoming(kind, 1, self.person.id, self.person.id, message_id=on, command=command)
        await self.answers.give(incoming, Reply(screen, "en", "UTC", asking=asking, in_place=on is not None))

    async def shows(self) -> list[str]:
        """Lists what the bot shows: [picture], (file), or the words of a text."""
        return [sketch(message) for message in await self.messages()]

    async def messages(self) -> list[dict[str, Any]]:
        return [message for message in (await self.person.chat())["messages"] if message["from"] == "bot"]

    async def text(self) -> int:
        """Gives the id of the text."""
        return int(next(m["message_id"] for m in await self.messages() if "text" in m))


def sketch(message: dict[str, Any]) -> str:
    if "photo" in message:
        return f"[{message['caption']}]"
    return f"({message['document']['name']})" if "document" in message else str(message["text"])


@pytest_asyncio.fixture
async def chat(cast: Cast) -> AsyncIterator[Chat]:
    person = await cast.person("Ana")
    await person.says("/start")
    line = AiohttpRequest(connections=2)
    bot = Bot(TOKEN, base_url=f"{cast.url}/bot", request=line)
    await bot.initialize()
    answers = Answers(bot, Printer(Catalogues.load(data_folder("locales"))), lambda member: [])

    async def now() -> datetime:
        return NOW

    answers.clock = now
    yield Chat(answers, person)
    await bot.shutdown()


async def test_a_picture_stands_above_its_text_and_is_changed_and_taken_away_with_it(chat: Chat) -> None:
    await chat.gets(Screen(text("value", value="menu"), DONE))
    await chat.gets(pictured("light"), on=await chat.text())
    assert await chat.shows() == ["[light <&>]", "one"]  # both anew: a text cannot become a picture
    before = [m["message_id"] for m in await chat.messages()]
    await chat.gets(pictured("dark", "two"), on=await chat.text())
    assert await chat.shows() == ["[dark <&>]", "two"]
    await chat.gets(pictured("dark", "three"), on=await chat.text())
    assert await chat.shows() == ["[dark <&>]", "three"]
    assert [m["message_id"] for m in await chat.messages()] == before  # edited in place, both
    assert len(await chat.person.cast.calls("editMessageMedia")) == 1
    await chat.gets(Screen(text("value", value="menu"), DONE), on=await chat.text())
    assert await chat.shows() == ["menu"]


async def test_a_new_question_takes_the_old_one_away_with_its_picture(chat: Chat) -> None:
    await chat.gets(pictured("a"), asking=True)
    await chat.gets(pictured("b", "two"), asking=True)
    assert await chat.shows() == ["[b <&>]", "two"]


async def test_what_has_a_key_is_made_and_uploaded_once(chat: Chat) -> None:
    made: list[str] = []

    async def draw() -> bytes:
        made.append("once")
        return png()

    document = Document("table.csv", caption("t"), b"a,b", key="table")
    for words in ("one", "two"):
        await chat.gets(replace(pictured("a", words, draw), document=document))
    assert made == ["once"]
    for method, name in (("sendPhoto", "photo"), ("sendDocument", "document")):
        first, second = [call["parameters"][name] for call in await chat.person.cast.calls(method)]
        assert isinstance(first, list) and isinstance(second, str)


async def test_a_persons_own_file_is_uploaded_each_time_and_its_id_not_remembered(chat: Chat) -> None:
    for _ in range(2):
        await chat.gets(Screen(text("value", value="x"), document=Document("claim.pdf", caption("mine"), b"%PDF")))
    assert all(isinstance(c["parameters"]["document"], list) for c in await chat.person.cast.calls("sendDocument"))
    sent = (await chat.messages())[-1]["document"]
    assert sent["url"].split("/")[-1] not in str(vars(chat.answers.enclosures))


async def test_an_id_that_telegram_forgot_is_uploaded_again_and_a_429_waited_for(chat: Chat) -> None:
    await chat.gets(pictured("a"))
    await chat.person.cast.fault("sendPhoto", status=400, description="Bad Request: wrong file identifier")
    await chat.person.cast.fault("sendPhoto", status=429, description="Too Many Requests", retry_after=1)
    await chat.gets(pictured("a", "two"))
    assert (await chat.shows())[-2:] == ["[a <&>]", "two"]
    kinds = [type(call["parameters"]["photo"]) for call in await chat.person.cast.calls("sendPhoto")]
    assert kinds == [list, str, list, list]


async def test_the_text_stands_alone_where_a_picture_cannot_be_made(chat: Chat, caplog: Any) -> None:
    async def broken() -> bytes:
        raise TimeoutError

    await chat.gets(pictured("a", content=broken))
    await chat.gets(pictured("b", "two", content=b"no picture"))
    assert await chat.shows() == ["one", "two"]
    assert "could not be made" in caplog.text


@pytest.mark.parametrize("protected", [True, False])
async def test_pictures_and_files_are_protected_and_fleeting_as_their_screen(chat: Chat, protected: bool) -> None:
    document = Document("claim.pdf", caption("c"), b"%PDF")
    await chat.gets(replace(pictured("a", protected=protected, fleeting=600 * protected), document=document))
    assert await chat.shows() == ["[a <&>]", "one", "(claim.pdf)"]
    assert [m.get("has_protected_content", False) for m in await chat.messages()] == [protected] * 3
    await chat.answers.sweep(NOW + timedelta(minutes=11))
    assert len(await chat.messages()) == (1 if protected else 3)


async def test_a_file_of_ones_own_may_be_carried_away_and_goes_all_the_same(chat: Chat) -> None:
    document = Document("claim.html", caption("c"), b"<p>", own=True)
    await chat.gets(replace(pictured("a", protected=True, fleeting=600), document=document))
    assert [m.get("has_protected_content", False) for m in await chat.messages()] == [True, True, False]
    await chat.answers.sweep(NOW + timedelta(minutes=11))
    assert len(await chat.messages()) == 1


async def test_hide_knows_pictures_and_files(chat: Chat) -> None:
    screen = replace(pictured("a"), document=Document("claim.pdf", caption("c"), b"%PDF"))
    await chat.gets(screen)
    newest = (await chat.messages())[0]["message_id"] - 1  # what is known must go, not what lies in the range
    await chat.answers.traces.clear(chat.person.id, newest)
    assert await chat.messages() == []


async def test_the_chat_page_gets_the_very_bytes(chat: Chat) -> None:
    await chat.gets(replace(pictured("a"), document=Document("bei ya “saa” በብር.csv", caption("c"), b"a,b")))
    picture, _, document = await chat.messages()
    async with chat.person.cast.session.get(chat.person.cast.url + picture["photo"]) as answer:
        assert answer.content_type == "image/png" and await answer.read() == png()
    async with chat.person.cast.session.get(chat.person.cast.url + document["document"]["url"]) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''" + quote("bei ya “saa” በብር.csv")
        assert await answer.read() == b"a,b"


def test_captions_are_cut_to_what_telegram_takes() -> None:
    assert shortened("x" * CAPTION) == "x" * CAPTION
    assert shortened("🗳" * CAPTION) == "🗳" * (CAPTION // 2 - 1) + "…"
