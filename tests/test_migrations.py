"""Migrations and tables agree on both databases, keep what is there, and refuse what is newer."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, select, text
from sqlalchemy.engine import Connection

from bot.database import (
    BOX,
    PEOPLE,
    Database,
    DatabaseError,
    Lock,
    Store,
    instance,
    is_current,
    is_fresh,
    migrate,
    open_database,
)


def drift(connection: Connection, metadata: MetaData) -> list[object]:
    """Lists where the migrated database differs from the tables in the code."""
    options = {"version_table": "migration", "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.mark.parametrize("name", ["people", "box"])
async def test_tables_are_what_the_migrations_make(empty: Database, name: str) -> None:
    assert not await is_current(empty)
    await migrate(empty)
    assert await is_current(empty)
    store: Store = getattr(empty, name)
    async with store.writer.begin() as connection:
        assert await connection.run_sync(drift, {"people": PEOPLE, "box": BOX}[name]) == []


async def test_migrating_again_keeps_what_is_there(empty: Database) -> None:
    await migrate(empty)
    assert await is_fresh(empty)
    async with empty.people.writer.begin() as connection:
        await connection.execute(insert(instance).values(name="installed", blob=b"1"))
    await migrate(empty)
    async with empty.people.reader.begin() as connection:
        assert (await connection.execute(select(instance.c.blob))).scalar() == b"1"
    assert not await is_fresh(empty)


async def test_a_newer_database_is_refused_with_the_mend(empty: Database) -> None:
    await migrate(empty)
    async with empty.people.writer.begin() as connection:
        await connection.execute(text("update migration set version_num = '0999'"))
    with pytest.raises(DatabaseError, match="newer version of Kauli: install"):
        await migrate(empty)
    with pytest.raises(DatabaseError, match="newer"):
        await is_current(empty)


async def test_only_one_process_holds_an_installation(
    empty: Database, database_url: str | None, tmp_path: Path
) -> None:
    other = open_database(database_url, tmp_path)
    first, second = Lock(empty, tmp_path), Lock(other, tmp_path)
    await first.take()
    with pytest.raises(DatabaseError, match="another Kauli"):
        await second.take()
    await first.release()
    await second.take()
    await second.release()
    await other.close()
