"""A union moves from SQLite to PostgreSQL in the middle of a ballot: nothing is lost, doubled or left behind."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.ballots.board import read_board
from bot.database import open_database, upgrade
from bot.moving import command, store
from bot.moving.command import MOVED, move
from bot.moving.store import MoveError
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot, start
from tests.handlers.test_ballots import opened, vote
from tests.people import crowd, member
from tests.postgres import Postgres

pytestmark = ONE_STORE


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    """Gives an empty database."""
    name = f"m{secrets.token_hex(6)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


async def voted(bot: Bot) -> Person:
    """Lets twelve people vote in a ballot, ten of whom are sealed together, and stops the bot; gives one of them."""
    people = [await member(bot, f"P{n}") for n in range(12)]
    await opened(bot)
    for number, person in enumerate(people):
        await vote(person, "1. Yes & now" if number % 3 else "3. Later")
        await person.sees_new("Received")
    await bot.app.stop()
    return people[0]


async def go_on(bot: Bot, url: str) -> None:
    """Starts the bot on the new database."""
    bot.settings = bot.settings.model_copy(update={"database_url": url})
    bot.app = await start(bot.settings, bot.clock)
    await bot.tick()


async def test_a_ballot_goes_on_and_everybody_is_counted_once(bot: Bot, url: str) -> None:
    ana = await voted(bot)
    keys = {one.name for one in bot.settings.keys_dir.glob("content-*")}
    said: list[str] = []
    end = await move(bot.settings, url, said.append)
    assert "KAULI_DATABASE_URL" in end and "moving people.member" in said and "arrived as they were" in said[-1]
    assert keys and not keys & {one.name for one in bot.settings.keys_dir.glob("content-*")}
    assert {one.name for one in bot.settings.data_dir.iterdir()} >= {MOVED}
    assert not (bot.settings.data_dir / "box.db").exists()
    await go_on(bot, url)
    await bot.later(days=3, hours=1, minutes=1)
    await bot.later(days=1)  # a day more, since they were asked again
    board = read_board(await bot.app.box.board((await bot.app.box.boards())[0]) or b"")
    assert len(board.codes) == 10  # two waited unsealed when the bot stopped, and were asked again
    results = [one for one in (await ana.chat())["messages"] if "Chosen: Yes" in one.get("caption", "")]
    assert len(results) == 1


async def test_no_bot_begins_anew_where_one_moved_away(bot: Bot, url: str) -> None:
    await bot.app.stop()
    await move(bot.settings, url, lambda what: None)
    with pytest.raises(Exception, match="was moved to PostgreSQL: set KAULI_DATABASE_URL"):
        await start(bot.settings, bot.clock)
    await go_on(bot, url)


async def test_a_row_that_changes_on_the_way_is_noticed_and_nothing_is_moved(
    bot: Bot, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(bot, 3)
    await bot.app.stop()
    damaged = "create or replace function people.damage() returns trigger language plpgsql as $$ begin "
    damaged += "new.record = set_byte(new.record, 99, 1 - get_byte(new.record, 99) % 2); return new; end $$"

    def with_damage(connection: Connection, name: str) -> None:
        upgrade(connection, name)
        if name == "people":
            run = connection.exec_driver_sql
            run(damaged)
            run("create trigger d before insert on member for each row execute function people.damage()")

    monkeypatch.setattr(store, "upgrade", with_damage)
    with pytest.raises(MoveError, match="a row of member did not arrive as it was"):
        await move(bot.settings, url, lambda what: None)
    monkeypatch.undo()
    assert (bot.settings.data_dir / "people.db").exists() and (bot.settings.data_dir / "box.db").exists()
    await move(bot.settings, url, lambda what: None)
    await go_on(bot, url)


async def test_a_move_that_was_killed_after_its_commit_is_ended_by_the_next(
    bot: Bot, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await voted(bot)

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "drop_unused_keys", killed)
    with pytest.raises(KeyboardInterrupt):
        await move(bot.settings, url, lambda what: None)
    monkeypatch.undo()
    await move(bot.settings, url, lambda what: None)
    await go_on(bot, url)
    assert len(bot.app.box.open_names()) == 1


async def test_what_cannot_be_moved_is_refused_with_the_mend(bot: Bot, url: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="another Kauli is running"):
        await move(bot.settings, url, lambda what: None)
    await bot.app.stop()
    with pytest.raises(MoveError, match="wants postgresql"):
        await move(bot.settings, "sqlite://x", lambda what: None)
    nowhere = bot.settings.model_copy(update={"data_dir": tmp_path / "none"})
    with pytest.raises(MoveError, match="no installation"):
        await move(nowhere, url, lambda what: None)
    target = open_database(url, tmp_path)
    async with target.people.writer.begin() as connection:
        await connection.execute(text("create schema people"))
        await connection.execute(text("create table people.member (pk int)"))
    await target.close()
    with pytest.raises(MoveError, match="not empty"):
        await move(bot.settings, url, lambda what: None)
    bot.app = await start(bot.settings, bot.clock)
