"""What a seizure would find: nothing that tells who voted or reported what."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Integer, LargeBinary, String, select

from bot.database import BOX, PEOPLE, Database
from tests.cast import Person
from tests.conftest import TOKEN, Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import member
from tests.postgres import Postgres, PostgresError

ALLOWED = {"ballot", "nullifier", "boot", "blob", "document"}


async def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Gives every row of the people store, sorted."""
    found: dict[str, list[tuple[object, ...]]] = {}
    async with database.people.reader.begin() as connection:
        for name, table in PEOPLE.tables.items():
            found[name] = sorted((tuple(row) for row in await connection.execute(select(table))), key=repr)
    return found


def on_disk(bot: Bot) -> str:
    """Gives the bytes of the people store's file, where it is one."""
    path = bot.settings.data_dir / "people.db"
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


async def test_votes_and_reports_leave_the_people_store_untouched_to_the_byte(bot: Bot) -> None:
    people = [await member(bot, f"Person number {n}") for n in range(30)]
    await opened(bot)
    await bot.settled()
    before = await everything(bot.app.database), on_disk(bot)
    for number, person in enumerate(people):
        await vote(person, ("1. Yes & now", "2. No", "3. Later")[number % 3])
        await person.sees_new("Received")
    for person in people[:12]:
        await answers(person)
        await person.presses("Send")
        await person.sees_new("Received")
        await person.presses("Done")
        await person.says("/ballots")
        await person.sees_new("Ballots")
    await people[0].presses_data(await people[0].last(), "/cast 00000000 01")
    await bot.settled()
    assert (await everything(bot.app.database), on_disk(bot)) == before


async def test_no_file_holds_an_id_a_name_a_token_or_a_typed_word(bot: Bot, tmp_path: Path) -> None:
    people = [await member(bot, f"Kipchumba{n}") for n in range(21)]
    await opened(bot)
    for person in people:
        await vote(person, "2. No")
        await person.sees_new("Received")
        await answers(person, amount="38,417")
        await person.presses("Send")
        await person.sees_new("Received")
    await people[0].says("a word that is unmistakable")
    await people[0].sees_new("no open question")
    await bot.settled()
    assert found_below(tmp_path, people) == []


def found_below(folder: Path, people: list[Person]) -> list[str]:
    """Looks through every file of a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [trace for path in files for trace in traces(path.read_bytes(), people)]


def traces(content: bytes, people: list[Person]) -> list[str]:
    """Finds what must not be on a disk, in the encodings it could stand in."""
    words = [TOKEN, "Kipchumba", "unmistakable", "38,417", "38417", "3841700", "Shall we strike"]
    forms = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    for person in people:
        forms += [str(person.id).encode(), person.id.to_bytes(8, "little"), person.id.to_bytes(8, "big")]
    return [repr(form) for form in forms if form in content]


async def test_nothing_half_filled_is_ever_written(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await bot.settled()
    before = await everything(bot.app.database), on_disk(bot)
    await answers(ana)
    await ana.sees_new("An hour of this work")
    assert (await everything(bot.app.database), on_disk(bot)) == before
    assert bot.app.box.open_names() == []


def test_postgresql_logs_no_value_even_of_a_statement_that_fails(postgres: Postgres) -> None:
    postgres.ask("create table if not exists canary (word text primary key)")
    for _ in range(2):
        with suppress(PostgresError):
            postgres.ask("insert into canary values ('Kipchumba-38417')")
    assert "Kipchumba" not in postgres.log.read_text(errors="replace")


def test_the_box_has_no_time_no_id_no_language_and_no_order() -> None:
    """Everything that could order or date what was said is forbidden by name and by type."""
    for table in BOX.tables.values():
        assert table.dialect_options["sqlite"]["with_rowid"] is False
        for column in table.columns:
            assert column.name in ALLOWED
            assert isinstance(column.type, LargeBinary | String)
            assert not isinstance(column.type, Integer)
            assert column.default is None and column.server_default is None and column.autoincrement is not True
