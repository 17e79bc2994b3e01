"""The log door: templates and places pass, nobody and nothing that was said."""

import asyncio
import gc
import logging
import resource
import sys
import threading
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.log import guard_loop, harden_process, open_door

SECRET = "Kipchumba-38417"


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    stream = StringIO()
    open_door("DEBUG", stream)
    yield stream
    root.handlers[:], logging.raiseExceptions = kept[0], kept[2]
    root.setLevel(kept[1])
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    assert SECRET not in stream.getvalue()


def test_templates_pass_and_values_do_not(log: StringIO) -> None:
    logging.getLogger("library").info("hello %s", SECRET)
    glued = "hello " + SECRET  # as libraries do
    logging.getLogger("library").info(glued)
    logging.getLogger("kauli.x").warning("we say", extra={"error": "ab12", "name_of_somebody": SECRET})
    lines = log.getvalue().splitlines()
    assert lines[0].endswith("INFO library hello %s")
    assert lines[1].endswith("(text left out)")
    assert lines[2].endswith("WARNING kauli.x we say error=ab12")


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
    logging.getLogger("library").info("%d", SECRET)
    assert SECRET not in "".join(capfd.readouterr())


def test_the_process_is_hardened() -> None:
    asked: list[tuple[int, ...]] = []

    def prctl(*given: int) -> int:
        asked.append(given)
        return 0

    harden_process(prctl)
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    if sys.platform == "linux":
        assert asked[0][:2] == (4, 0)
