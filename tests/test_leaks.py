"""Nothing leaks: no log and no file shows anybody, or anything that was said."""

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import LargeBinary, String, inspect
from sqlalchemy.engine import Connection

from bot.database import BOX
from bot.log import guard_loop, open_door
from bot.settings import Settings
from bot.simulator import Simulator
from bot.turn import Turn
from handlers import wishes
from tests.cast import Cast, Person
from tests.conftest import TOKEN, Bot, run_bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import crowd, enrol, founded, keeps_a_ledger
from tests.postgres import Postgres, PostgresError

CLAIMED = "0badc0ffee"
WORDS = (
    "pelicanmarmalade",
    "zebrafjordvoltage",
    "quokkabassoonmist",
    "lampionturnipfrost",
    "gherkinobeliskwren",
    "walrusquinceparade",
    "48,317.50",
    "48317.50",
    "4831750",
    CLAIMED,
)
NAMES = ("Zawadiqu", "Mtanashatix", "zawadi_quux_77", "Brunhildex")
IDS = (7_312_345_678, 6_918_273_645)


def test_the_box_has_no_column_for_a_time_an_id_or_a_language() -> None:
    """Names, nullifiers, boots and sealed values: nothing else can be said about a vote, so nothing else can leak."""
    columns = [column for table in BOX.sorted_tables for column in table.columns]
    assert {column.name for column in columns} <= {"ballot", "nullifier", "boot", "blob", "document"}
    assert all(isinstance(column.type, LargeBinary | String) for column in columns)
    assert not any(column.default or column.server_default or column.onupdate for column in columns)
    assert all(table.dialect_options["sqlite"]["with_rowid"] is False for table in BOX.sorted_tables)


async def test_the_database_has_the_columns_of_the_box_and_no_more(bot: Bot) -> None:
    """What the migrations made is what the schema says; only the version's own table stands beside it."""
    async with bot.app.database.box.writer.begin() as connection:
        schema = "box" if connection.dialect.name == "postgresql" else None
        found = await connection.run_sync(columns_of, schema)
    expected = {table.name: {column.name for column in table.columns} for table in BOX.sorted_tables}
    assert found == expected | {"migration": {"version_num"}}


def columns_of(connection: Connection, schema: str | None) -> dict[str, set[str]]:
    """Reads what columns each table of a schema really has."""
    seen = inspect(connection)
    names = seen.get_table_names(schema)
    return {name: {column["name"] for column in seen.get_columns(name, schema)} for name in names}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Opens the real door at debug level with asyncio's own debugging on, and gives what passes it."""
    stream = StringIO()
    with everything_restored():
        open_door("DEBUG", stream)
        yield stream


@contextmanager
def everything_restored() -> Iterator[None]:
    """Gives back what the door takes over: it is meant for a process of its own."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level, alembic = root.handlers[:], root.level, logging.getLogger("alembic").level
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(alembic)
    logging.raiseExceptions = raising
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks


@pytest_asyncio.fixture
async def watched(settings: Settings, simulator: Simulator, cast: Cast, log: StringIO) -> AsyncIterator[Bot]:
    """Gives a bot whose whole log, from its first line to its last, goes through the door."""
    loop = asyncio.get_running_loop()
    debugging, handler = loop.get_debug(), loop.get_exception_handler()
    loop.set_debug(True)
    guard_loop(loop)
    running = await run_bot(settings, simulator, cast)
    yield running
    await running.app.stop()
    loop.set_debug(debugging)
    loop.set_exception_handler(handler)


async def test_neither_logs_nor_files_show_anybody_or_anything_said(
    watched: Bot,
    log: StringIO,
    folders: Callable[[], list[Path]],
    database_url: str | None,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zawadi, juma = await distinctive(watched)
    await organize(watched)
    await converse(zawadi)
    code = await keeps_a_ledger(zawadi, WORDS[6], WORDS[4])
    await fails_in_our_code(zawadi, monkeypatch)
    await fails_on_the_way(watched, juma)
    await watched.restart(kill=True)
    await watched.tick()
    await watched.restart()
    for expected in ("unexpected error", "a letter was refused by Telegram", "updates do not come in"):
        assert expected in log.getvalue()  # else this test would show nothing
    assert shown_in(log.getvalue()) == []
    said = b"".join(path.read_bytes() for path in folders())
    assert not [form for form in code if form in log.getvalue() or form.encode() in said]
    assert any(path.name == "master.key" for path in folders())
    assert leaks(folders()) == []
    if database_url:
        server: Postgres = request.getfixturevalue("postgres")
        files = [*(server.home / "data" / "base").rglob("*"), *written_ahead(server)]
        assert leaks([server.log, *(path for path in files if path.is_file())]) == []


async def test_sealed_batches_show_nothing_either(bot: Bot, folders: Callable[[], list[Path]]) -> None:
    """Twenty people are sealed, with their reports, and one more waits: neither shows in any file."""
    people = await crowd(bot, 21, start=IDS[0])
    await opened(bot)
    for person in people:
        await person.says("/ballots")
        await person.presses("Shall we strike")
        await vote(person, "2. No")
        await person.sees_new("Received")
        await answers(person, amount=WORDS[6])
        await person.presses("Send")
        await person.sees_new("Received")
    await bot.settled()
    assert leaks(folders(), [person.id for person in people]) == []


def test_postgresql_logs_no_value_even_of_a_statement_that_fails(postgres: Postgres) -> None:
    postgres.ask("create table if not exists canary (word text primary key)")
    for _ in range(2):
        with suppress(PostgresError):
            postgres.ask(f"insert into canary values ('{WORDS[0]}-in-a-row')")
    assert leaks([postgres.log]) == []
    postgres.ask("drop table canary")


def written_ahead(server: Postgres) -> list[Path]:
    """Lists the segments of the write-ahead log that are written; those laid out for later hold nothing of ours."""
    server.ask("checkpoint")
    current = server.ask("select pg_walfile_name(pg_switch_wal())")
    return [path for path in (server.home / "data" / "pg_wal").iterdir() if path.is_file() and path.name <= current]


async def test_an_update_that_nobody_can_read_shows_nothing_and_holds_up_nobody(
    watched: Bot, simulator: Simulator, log: StringIO
) -> None:
    """It is confirmed and over: neither does it come again, nor do those behind it happen a second time."""
    _, juma = await distinctive(watched)
    for poison in ({"text": WORDS[5], "from": {"id": IDS[0]}, "chat": {"id": IDS[0]}}, {"chat": NAMES[0]}, WORDS[4]):
        simulator.world.put(message=poison)
    await juma.says("/privacy")
    await juma.sees_new("What we cannot protect against")
    assert shown_in(log.getvalue()) == []
    await watched.settled()
    sent = [call for call in await watched.cast.calls("sendMessage") if "cannot protect" in call["parameters"]["text"]]
    assert len(sent) == 1


async def distinctive(bot: Bot) -> tuple[Person, Person]:
    """Enrols two people whose names, usernames and ids cannot be anywhere by chance."""
    for number, first, last, username in ((IDS[0], *NAMES[:3]), (IDS[1], NAMES[3], NAMES[1], NAMES[2])):
        named = {"id": number, "first_name": first, "last_name": last, "username": username, "language_code": "en"}
        await bot.cast.post("/people", named)
        await enrol(bot, number, "en", "KE", 60)
    people = Person(bot.cast, IDS[0], NAMES[0]), Person(bot.cast, IDS[1], NAMES[3])
    for person in people:
        await person.says("/help")
        await person.sees_new("/pay")
    return people


async def organize(bot: Bot) -> None:
    """Puts unusual words to the vote and into the post of the week."""
    admin = await founded(bot)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says(f"{WORDS[0]}?")
    await admin.sees_new("Type the options")
    await admin.says(f"{WORDS[1]}\n{WORDS[2]}")
    for label in ("Go on", "The whole union", "1 day", "Open the ballot"):
        await admin.presses(label)
    await admin.sees_new("The ballot is opening")
    await admin.says("/post")
    await admin.presses("English")
    await admin.says(WORDS[3])
    await admin.presses("Keep it")
    await admin.sees_new("Kept")
    await bot.tick()


async def tells_more(person: Person) -> None:
    """Answers by button, amount and hours beyond the six questions, and goes back to the review."""
    for act in ("Tell more", "Late pay", "On time", "Where unpaid", "Waiting", "5 h", "Back", "What is still owed"):
        await person.presses(act)
        await person.sees_new("")
    await person.says(WORDS[6])
    await person.sees_new("withheld")
    await person.presses("Nothing")
    await person.presses("Ready")
    await person.sees_new("Still owed to you: 48,317.50")


async def converse(zawadi: Person) -> None:
    """Says unusual things wherever something can be typed: taken, refused, edited, with nothing open."""
    await vote(zawadi, f"1. {WORDS[1]}")
    await zawadi.sees_new("Received")
    await answers(zawadi, amount=WORDS[6])
    await tells_more(zawadi)
    await zawadi.presses("Send")
    await zawadi.sees_new("Received")
    await zawadi.says(WORDS[4])
    await zawadi.sees_new("There is no open question")
    typed = await zawadi.says("/help")
    await zawadi.sees_new("/pay")
    await zawadi.edits(typed, WORDS[5])
    await zawadi.sees_new("I do not read edited messages")
    await zawadi.says(f"/claim {CLAIMED}")
    await zawadi.sees_new("This code does not fit")
    await zawadi.sends("contact", WORDS[5])
    await zawadi.sees_new("I cannot take photos")


async def fails_in_our_code(zawadi: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a handler fail with everything it knows in the error's words."""

    async def broken(step: wishes.ChooseHour, turn: Turn, words: str) -> wishes.ChooseHour:
        raise RuntimeError(f"{words} said {turn.telegram_id} {turn.member} {TOKEN}")

    monkeypatch.setattr(wishes.ChooseHour, "read", broken)
    await zawadi.says("/me")
    await zawadi.presses("Weekly note")
    await zawadi.presses("Monday")
    await zawadi.says(WORDS[4])
    await zawadi.sees_new("Something went wrong on our side")


async def fails_on_the_way(bot: Bot, juma: Person) -> None:
    """Lets Telegram refuse a letter, and lets the way to it fail, with members' words in the descriptions."""
    await bot.cast.fault("sendMessage", status=400, description=f"Bad Request: can't parse {WORDS[5]} of {IDS[0]}")
    await bot.later(days=2)  # the ballot closes: one of the letters that say so is refused
    for method in ("getUpdates", "sendMessage", "setMyCommands"):
        await bot.cast.fault(method, status=502, description=f"Bad Gateway {WORDS[5]}")
    await juma.says("/me")
    await juma.says("/help")
    await juma.sees_new("What you can do here")


def shown_in(said: str) -> list[str]:
    """Lists what of a person or of what was said stands in a log."""
    return [word for word in (TOKEN, *WORDS, *NAMES, *map(str, IDS)) if word in said]


def leaks(paths: list[Path], ids: Iterable[int] = IDS) -> list[str]:
    """Lists what of a person or of what was said stands in files: as text, and ids also as eight bytes."""
    words = (TOKEN, *WORDS, *NAMES, *map(str, ids))
    wanted = {word: [word.encode(), word.encode("utf-16-le")] for word in words}
    wanted |= {f"{number} in bytes": [number.to_bytes(8, "little"), number.to_bytes(8, "big")] for number in ids}
    found = []
    for path in paths:
        content = path.read_bytes()
        found += [f"{name} in {path.name}" for name, forms in wanted.items() if any(form in content for form in forms)]
    return found
