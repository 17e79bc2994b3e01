"""Copies the rows of both stores into an empty PostgreSQL database, in one transaction, and compares every one."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import BOX, PEOPLE, Database, content, instance, prepare_schema, upgrade

STORES = {"people": PEOPLE, "box": BOX}
PAGE = 1000
Values = dict[str, Any]
Say = Callable[[str], None]


class MoveError(Exception):
    """The move cannot be made or did not come out right; the text is one line with the mend."""


@dataclass(frozen=True)
class Reseal:
    """What happens to content on its way: its values change, and are the same underneath."""

    change: Callable[[Values], Values]
    same: Callable[[Values, Values], bool]


async def is_filled(target: Database) -> bool:
    """Says whether the target holds a table of ours."""
    query = text("select count(*) from information_schema.tables where table_schema in ('people', 'box')")
    async with target.people.reader.connect() as connection:
        return bool(await connection.scalar(query))


async def copy(source: Database, target: Database, reseal: Reseal, say: Say) -> dict[str, int]:
    """Copies everything and compares it before the one commit; gives the rows of each table. Raises MoveError.

    Content of the box goes through `reseal`.
    """
    moved = {}
    async with target.people.writer.begin() as there:
        for name, metadata in STORES.items():
            await prepare_schema(there, name)
            await there.execute(text(f"set local search_path to {name}"))
            await there.run_sync(upgrade, name)
            engine = source.people.reader if name == "people" else source.box.writer
            async with engine.begin() as here:
                for one in metadata.sorted_tables:
                    say(f"moving {name}.{one.name}")
                    moved[one.name] = await copy_table(here, there, one, reseal if one is content else None)
    return moved


async def copy_table(here: AsyncConnection, there: AsyncConnection, one: Table, reseal: Reseal | None) -> int:
    """Copies a table, a page after another, and reads each page back. Raises MoveError at the first difference."""
    count = 0
    async for rows in pages(here, one):
        await there.execute(insert(one), [reseal.change(row) for row in rows] if reseal else rows)
        await compare(there, one, rows, reseal)
        count += len(rows)
    if await there.scalar(select(func.count()).select_from(one)) != count:
        raise MoveError(
            f"the table {one.name} has another number of rows than were copied: nothing was moved, try again"
        )
    return count


async def pages(here: AsyncConnection, one: Table) -> AsyncIterator[list[Values]]:
    """Gives a table's rows in the order of their keys, a page after another."""
    keys = list(one.primary_key.columns)
    query = select(one).order_by(*keys).limit(PAGE)
    rows = [dict(row) for row in (await here.execute(query)).mappings()]
    while rows:
        yield rows
        last = tuple_(*keys) > tuple(rows[-1][key.name] for key in keys)
        rows = [dict(row) for row in (await here.execute(query.where(last))).mappings()]


async def compare(there: AsyncConnection, one: Table, rows: Sequence[Values], reseal: Reseal | None) -> None:
    """Reads rows back and compares each. Raises MoveError at the first that differs."""
    keys = list(one.primary_key.columns)
    wanted = {key_of(row, keys): row for row in rows}
    found = await there.execute(select(one).where(tuple_(*keys).in_(list(wanted))))
    arrived = {key_of(row, keys): row for row in map(dict, found.mappings())}
    for key, row in wanted.items():
        other = arrived.get(key)
        if other is None or not (reseal.same(row, other) if reseal else row == other):
            raise MoveError(f"a row of {one.name} did not arrive as it was: nothing was moved, try again")


def key_of(row: Values, keys: Sequence[Column[Any]]) -> tuple[Any, ...]:
    """Gives the key of a row."""
    return tuple(row[key.name] for key in keys)


async def same_installation(source: Database, target: Database) -> bool:
    """Says whether the target holds the very facts of the source: a move that was committed and not ended."""
    async with source.people.reader.begin() as here:
        ours = {tuple(row) for row in await here.execute(select(instance))}
    async with target.people.reader.begin() as there:
        if not await there.scalar(text("select to_regclass('people.instance')::text")):
            return False
        return bool(ours) and ours <= {tuple(row) for row in await there.execute(select(instance))}
