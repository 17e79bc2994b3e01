"""The HTTP client: every outcome has its own error, and none shows the token."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.chat.patience import seconds
from bot.chat.request import AiohttpRequest, NeverConnected, OutcomeUnknown, Plain, Ready
from bot.simulator import Simulator
from tests.cast import Cast, png
from tests.conftest import TOKEN


@pytest_asyncio.fixture
async def line() -> AsyncIterator[AiohttpRequest]:
    opened = AiohttpRequest(connections=2)
    await opened.initialize()
    yield opened
    await opened.shutdown()


async def failing(line: AiohttpRequest, url: str, timeout: float = 5.0) -> TelegramError:
    """Makes a call that fails, and gives the error after looking for the token in everything it shows."""
    with pytest.raises(TelegramError) as caught:
        await line.post(f"{url}/bot{TOKEN}/sendMessage", Plain({"chat_id": 1}), read_timeout=timeout)  # type: ignore[arg-type]  # Plain stands for RequestData
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value)
    assert TOKEN not in shown
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (401, InvalidToken), (403, Forbidden), (409, Conflict), (429, RetryAfter), (502, NetworkError)],
)
async def test_every_status_has_its_error(
    line: AiohttpRequest, cast: Cast, status: int, kind: type[TelegramError]
) -> None:
    await cast.fault("sendMessage", status=status, description="Something", retry_after=3 if status == 429 else 0)
    error = await failing(line, cast.url)
    assert isinstance(error, kind)
    if isinstance(error, RetryAfter):
        assert seconds(error.retry_after) == 3


async def test_never_connected_and_outcome_unknown_are_told_apart(
    line: AiohttpRequest, cast: Cast, simulator: Simulator
) -> None:
    for moment in ("before", "after"):
        await cast.fault("sendMessage", drop=moment, status=200)
        assert isinstance(await failing(line, cast.url), OutcomeUnknown)
    assert len(await cast.calls("sendMessage")) == 2  # it is for the caller to say whether to repeat
    await cast.fault("sendMessage", delay=5, status=200)
    assert isinstance(await failing(line, cast.url, timeout=0.05), OutcomeUnknown)
    url = simulator.url
    await simulator.stop()
    assert isinstance(await failing(line, url), NeverConnected)


@asynccontextmanager
async def answering(raw: bytes) -> AsyncIterator[str]:
    """Serves one raw answer to whatever comes, and gives the address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 12\r\n\r\n<html></html", NetworkError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html></html", NetworkError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", OutcomeUnknown),
        (b"not HTTP at all\r\n\r\n", OutcomeUnknown),
    ],
    ids=["page of a proxy", "page of a hotel", "cut off", "other protocol"],
)
async def test_answers_that_are_none_are_errors_like_others(
    line: AiohttpRequest, raw: bytes, kind: type[TelegramError]
) -> None:
    async with answering(raw) as url:
        assert type(await failing(line, url)) is kind


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "telegram", "http://[::1"])
async def test_an_address_that_is_none_shows_no_token(line: AiohttpRequest, url: str) -> None:
    assert isinstance(await failing(line, url), NetworkError)


async def test_the_library_shows_no_token_when_telegram_cannot_be_reached(simulator: Simulator) -> None:
    url, lines = simulator.url, (AiohttpRequest(2), AiohttpRequest(1))
    await simulator.stop()
    with pytest.raises(NeverConnected) as caught:
        await Bot(TOKEN, f"{url}/bot", request=lines[0], get_updates_request=lines[1]).initialize()
    for line in lines:
        await line.shutdown()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_a_line_that_was_not_opened_says_so() -> None:
    with pytest.raises(RuntimeError, match="not initialised"):
        await AiohttpRequest().do_request("http://127.0.0.1", "POST")


async def test_files_are_sent_by_the_library_through_it(cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    line, updates = AiohttpRequest(2), AiohttpRequest(1)
    async with Bot(TOKEN, f"{cast.url}/bot", request=line, get_updates_request=updates) as bot:
        sent = await bot.send_photo(ana.id, png(), caption="Chart")
        again = await bot.send_photo(ana.id, sent.photo[-1].file_id)
    assert sent.caption == "Chart" and again.photo


@pytest.mark.parametrize("pictured", [False, True], ids=["words", "picture"])
async def test_where_moments_are_not_known_their_words_go_out_from_then_on(
    line: AiohttpRequest, cast: Cast, *, pictured: bool
) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    method, said = ("sendPhoto", "caption") if pictured else ("sendMessage", "text")
    refusal = 'Bad Request: can\'t parse entities: Unsupported start tag "tg-time" at byte offset 6'
    await cast.fault(method, status=400, description=refusal)
    words = 'Until <tg-time unix="1795791600" format="wDt">Fri &lt;27&gt;</tg-time>, <b>all</b>'
    bot = Bot(TOKEN, f"{cast.url}/bot", request=line, get_updates_request=AiohttpRequest(1))
    for _ in range(2):
        if pictured:
            sent = await bot.send_photo(ana.id, png(), caption=words, parse_mode="HTML")
        else:
            sent = await bot.send_message(ana.id, words, parse_mode="HTML")
        assert (sent.caption or sent.text) == "Until Fri <27>, all"
    calls = await cast.calls(method)
    assert ["tg-time" in call["parameters"][said] for call in calls] == [True, False, False]


async def test_calls_made_once_for_many_go_out_in_words_too(line: AiohttpRequest, cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    await cast.fault("sendMessage", status=400, description="Bad Request: can't parse entities")
    words = '<tg-time unix="1795791600" format="wDt">Fri &lt;27&gt;</tg-time> "ሰላም"'
    ready = Ready(json.dumps({"chat_id": ana.id, "text": words, "parse_mode": "HTML"}).encode())
    for _ in range(2):
        await line.post(f"{cast.url}/bot{TOKEN}/sendMessage", ready)  # type: ignore[arg-type]  # Ready stands for RequestData
    said = [call["parameters"]["text"] for call in await cast.calls("sendMessage")]
    assert said == [words, 'Fri &lt;27&gt; "ሰላም"', 'Fri &lt;27&gt; "ሰላም"']


async def test_other_refusals_change_nothing_of_moments(line: AiohttpRequest, cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    bot = Bot(TOKEN, f"{cast.url}/bot", request=line, get_updates_request=AiohttpRequest(1))
    words = '<tg-time unix="1795791600" format="wDt">Fri</tg-time>'
    for said in ("<b>", words + "x" * 4097):
        with pytest.raises(BadRequest):
            await bot.send_message(ana.id, said, parse_mode="HTML")
    sent = await bot.send_message(ana.id, words, parse_mode="HTML")
    assert [entity.type for entity in sent.entities] == ["date_time"]


async def test_a_proxy_that_the_environment_names_is_used(
    line: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"ok":true,"result":42}') as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        asked = line.post(f"http://telegram.invalid/bot{TOKEN}/getMe", Plain({}))  # type: ignore[arg-type]  # Plain stands for RequestData
        assert await asked == 42
