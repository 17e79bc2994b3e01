"""Migrations and tables agree on both databases, keep what is there, and refuse what is newer."""

import json
from datetime import date
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
    Store,
    instance,
    is_current,
    is_fresh,
    member,
    migrate,
    open_database,
)
from bot.database.lock import Lock
from bot.members.roles import in_role
from bot.members.rules import counted_country
from bot.members.store import RECORD
from bot.turn import Stores
from bot.vault import Vault


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


async def test_a_union_of_the_first_version_keeps_everybody(empty: Database, tmp_path: Path) -> None:
    """Records of the first version have no words, terms or days of a country; they open as they are."""
    await migrate(empty, "0001")
    vault = Vault.unlock(tmp_path / "keys", fresh=True)
    old = {"telegram_id": 7, "locale": "sw", "consent": 1, "joined": "2026-11", "probation_ends": "2026-11-20"}
    old |= {"roles": ["organizer"], "country": "KE"}
    pk = vault.lookup(7)
    async with empty.people.writer.begin() as connection:
        record = vault.seal("member", json.dumps(old).encode(), pk, RECORD)
        await connection.execute(insert(member).values(pk=pk, record=record))
    await migrate(empty)
    async with empty.people.writer.begin() as connection:
        stores = Stores.on(connection, vault)
        (found,) = await stores.members.all()
        assert counted_country(found, date(2026, 11, 24)) == "KE" and in_role(found, date(2026, 11, 24))
        assert await stores.proposals.all() == []
        assert await stores.workplaces.all() == [] == await stores.workplaces.added()
        assert await stores.ledgers.get(7) is None


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
