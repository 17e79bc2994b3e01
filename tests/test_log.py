"""The log door: templates and places pass, nobody and nothing that was said."""

import asyncio
import gc
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import create_engine, text
from telegram import Bot
from telegram.error import TelegramError

from bot.chat.request import AiohttpRequest
from bot.log import guard_loop, open_door
from tests.cast import Cast
from tests.conftest import TOKEN

SECRET = "Kipchumba-38417"
CANARIES = (SECRET, TOKEN, TOKEN[:6])


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    alembic = logging.getLogger("alembic").level
    stream = StringIO()
    open_door("DEBUG", stream)
    yield stream
    root.handlers[:], logging.raiseExceptions = kept[0], kept[2]
    root.setLevel(kept[1])
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    logging.getLogger("alembic").setLevel(alembic)
    assert not [canary for canary in CANARIES if canary in stream.getvalue()]


def test_templates_pass_and_values_do_not(log: StringIO) -> None:
    logging.getLogger("library").info("hello %s", SECRET)
    glued = "hello " + SECRET  # as libraries do
    logging.getLogger("library").info(glued)
    logging.getLogger("kauli.x").warning("we say", extra={"error": "ab12", "name_of_somebody": SECRET})
    lines = log.getvalue().splitlines()
    assert lines[0].endswith("INFO library hello %s")
    assert lines[1].endswith("(text left out)")
    assert lines[2].endswith("WARNING kauli.x we say error=ab12")


def test_own_records_show_the_few_values_that_are_named_and_others_none(log: StringIO) -> None:
    values = {"error": "ab12", "count": 3, "seconds": 1.5, "reason": "x", "port": 80, "method": "m", "code": 429}
    logging.getLogger("kauli.x").info("ours", extra=values)
    logging.getLogger("library").info("theirs", extra=dict.fromkeys(values, SECRET))
    lines = log.getvalue().splitlines()
    assert lines[0].endswith("ours error=ab12 count=3 seconds=1.5 reason=x port=80 method=m code=429")
    assert lines[1].endswith("INFO library theirs")


def test_a_message_that_was_put_together_beforehand_is_left_out_even_of_ours(log: StringIO) -> None:
    ours = logging.getLogger("kauli.x")
    ours.warning(f"we met {SECRET}")
    ours.warning(ValueError(SECRET))
    ours.warning("we met %s", SECRET, stack_info=True)
    lines = log.getvalue().splitlines()
    assert [line.split("kauli.x ")[1] for line in lines] == ["(text left out)"] * 2 + ["we met %s"]


def test_a_record_is_no_finer_than_a_minute(log: StringIO) -> None:
    logging.getLogger("kauli.x").info("now")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ INFO kauli\.x now$", log.getvalue())


def test_as_json_a_record_holds_the_same_and_no_more(log: StringIO) -> None:
    stream = StringIO()
    open_door("DEBUG", stream, "json")
    glued = "hello " + SECRET
    logging.getLogger("library").info("hello %s", SECRET, extra={"error": SECRET})
    logging.getLogger("library").info(glued)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("kauli.x").exception("it failed", extra={"count": 3, "name_of_somebody": SECRET})
    first, second, third = map(json.loads, stream.getvalue().splitlines())
    when = first["time"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", when)
    assert first == {"time": when, "level": "INFO", "logger": "library", "message": "hello %s"}
    assert second["message"] == "(text left out)"
    assert third.pop("exception").startswith("ValueError at ") and SECRET not in stream.getvalue()
    assert {**third, "time": when} == {
        "time": when,
        "level": "ERROR",
        "logger": "kauli.x",
        "message": "it failed",
        "count": 3,
    }


async def test_telegrams_library_at_debug_shows_neither_token_nor_words(log: StringIO, cast: Cast) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    await cast.fault("sendMessage", status=400, description=f"Bad Request: {SECRET}")
    lines = (AiohttpRequest(2), AiohttpRequest(1))
    async with Bot(TOKEN, f"{cast.url}/bot", request=lines[0], get_updates_request=lines[1]) as bot:
        try:
            await bot.send_message(ana.id, SECRET)
        except TelegramError as error:
            logging.getLogger("kauli").error("it was refused", exc_info=error)
        await bot.send_message(ana.id, SECRET)
        await bot.get_updates(timeout=0)
    said = log.getvalue()
    assert "it was refused BadRequest at" in said and " telegram." in said
    assert str(ana.id) not in said


async def test_a_web_servers_log_shows_no_path_and_no_error_text(log: StringIO) -> None:
    async def fail(request: web.Request) -> web.Response:
        raise ValueError(SECRET)

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", fail)
    runner = web.AppRunner(app, shutdown_timeout=0.1)  # with its access log
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot{TOKEN}/{SECRET}"
    async with aiohttp.ClientSession() as session, session.post(url, data=SECRET) as answer:
        assert answer.status == 500
    await runner.cleanup()
    said = log.getvalue()
    assert "aiohttp.server" in said and "ValueError at" in said and "aiohttp.access (text left out)" in said


def test_errors_show_their_kind_and_place_only(log: StringIO) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError:
        logging.getLogger("kauli").exception("it failed")
    said = log.getvalue()
    assert "it failed KeyError at" in said and "from ValueError at" in said and "test_log.py:" in said


def test_a_database_error_shows_no_value(log: StringIO, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db", echo=False, hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("create table t (a text primary key)"))
        connection.execute(text("insert into t values (:a)"), {"a": SECRET})
    try:
        with engine.begin() as connection:
            connection.execute(text("insert into t values (:a)"), {"a": SECRET})
    except Exception as error:
        logging.getLogger("kauli").error("storage failed", exc_info=error)
    engine.dispose()
    assert "IntegrityError" in log.getvalue()


def test_hooks_of_threads_of_the_interpreter_and_of_warnings_lead_through_the_door(log: StringIO) -> None:
    failing = ValueError(SECRET)
    sys.excepthook(ValueError, failing, None)
    thread = threading.Thread(target=lambda: 1 / 0, name=SECRET)
    thread.start()
    thread.join()
    warnings.showwarning(UserWarning(SECRET), UserWarning, SECRET, 1)
    said = log.getvalue()
    assert said.count("uncaught error") == 2 and "ZeroDivisionError" in said and "reason=UserWarning" in said


def test_threads_destructors_and_warnings_lead_through_the_door(
    log: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    class Dying:
        def __del__(self) -> None:
            raise ValueError(SECRET)

    def fail() -> None:
        raise KeyError(SECRET)

    thread = threading.Thread(target=fail, name=SECRET)
    thread.start()
    thread.join()
    Dying()
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    said = log.getvalue()
    assert "uncaught error KeyError at" in said and "uncaught error ValueError at" in said
    assert "a warning reason=UserWarning" in said
    assert SECRET not in "".join(capfd.readouterr())


async def test_a_callback_that_failed_is_told_without_its_arguments(log: StringIO) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    guard_loop(loop)
    loop.call_soon(fail, SECRET)
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": SECRET, "handle": SECRET})
    loop.set_exception_handler(before)
    lines = log.getvalue().splitlines()
    assert "an error that nobody waited for ValueError at" in lines[-2]
    assert lines[-1].endswith("an error that nobody waited for")


async def test_a_task_nobody_waited_for_is_told_without_its_words(log: StringIO) -> None:
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    guard_loop(loop)

    async def fails() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(fails(), name=SECRET)
    await asyncio.wait({task})
    del task
    gc.collect()
    await asyncio.sleep(0)
    loop.set_exception_handler(before)
    assert "an error that nobody waited for ValueError at" in log.getvalue()


def test_logging_itself_never_prints_what_it_was_given(log: StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    for template, given in (("%d", SECRET), ("%s %s", SECRET), ("none", SECRET), ("%(a)s", {"b": SECRET})):
        logging.getLogger("library").info(template, given)
    assert SECRET not in "".join(capfd.readouterr())
