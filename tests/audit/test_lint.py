"""The schema lint passes the real databases and finds each thing it is there to find."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from tests.audit.lint import lint

BAD = {
    "create table box.vote (ballot varchar(16) primary key, cast_at timestamp)": "can hold a time",
    "create table box.vote (id integer primary key)": "vote.id",
    "create table box.vote (blob varchar(16) primary key default 'now')": "filled in by default",
    "alter table box.participation add column locale varchar(5)": "participation.locale",
    "alter table box.content add column telegram_id varchar(20)": "content.telegram_id",
    "alter table box.content add column position varchar(20)": "content.position",
    "create table box.log (blob varchar(20) primary key)": "a table that nobody looked at",
}
ONLY = {
    "sqlite": {
        "create table vote (blob blob primary key)": "hidden row number",
        "create trigger t after insert on participation begin select 1; end": "a trigger",
    },
    "postgresql": {
        "create sequence box.turn": "turn: a S beside",
        "alter table box.content add column blob2 int generated always as identity": "automatic key",
    },
}


async def test_the_real_box_has_no_time_id_language_automatic_key_or_order(database: Database) -> None:
    async with database.box.writer.begin() as connection:
        assert await lint(connection) == []


async def test_each_fault_is_found(database: Database) -> None:
    dialect = database.box.writer.dialect.name
    for statement, said in (BAD | ONLY[dialect]).items():
        async with database.box.writer.connect() as connection:
            found = await lint_after(
                connection, statement if dialect == "postgresql" else statement.replace("box.", "")
            )
        assert any(said in line for line in found), f"{statement}: {found}"


async def lint_after(connection: AsyncConnection, statement: str) -> list[str]:
    """Lints a schema with a fault in it, which is undone again."""
    await connection.execute(text(statement))
    found = await lint(connection)
    await connection.rollback()
    return found
