"""The schema lint: what the box's tables must not have, read from a database as it really is, not from our code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

OURS = ("participation", "content", "electorate", "board")
PLAIN_TYPES = re.compile(r"(?i)blob|bytea|varchar\(\d+\)|character varying")
SUSPECT = re.compile(
    r"(?i)(^|_)(user|member|person|chat|message|msg|update|telegram|tg|name|ip|lang|language|locale|zone|country|employer|"
    r"time|date|day|created|updated|changed|cast|sent|seen|at|on|order|position|rank|number|no|seq|serial|count|rowid|id)($|_)"
)


@dataclass(frozen=True)
class Column:
    """One column as the database describes it."""

    table: str
    name: str
    type: str
    default: str | None
    automatic: bool


async def lint(connection: AsyncConnection) -> list[str]:
    """Says everything about the box's schema that could hold a time, an id, a language or an order; empty is good."""
    postgres = connection.dialect.name == "postgresql"
    columns = await (postgres_columns(connection) if postgres else sqlite_columns(connection))
    objects = await (postgres_objects(connection) if postgres else sqlite_objects(connection))
    unknown = [f"{name}: a table that nobody looked at" for name in sorted({c.table for c in columns} - set(OURS))]
    return unknown + [said for column in columns for said in faults(column)] + objects


def faults(column: Column) -> Iterator[str]:
    """Says what is wrong with one column."""
    where = f"{column.table}.{column.name}"
    if not PLAIN_TYPES.fullmatch(column.type):
        yield f"{where}: {column.type} can hold a time or a number"
    if SUSPECT.search(column.name):
        yield f"{where}: named like a time, an order or somebody"
    if column.default is not None:
        yield f"{where}: filled in by default ({column.default})"
    if column.automatic:
        yield f"{where}: an automatic key"


async def sqlite_columns(connection: AsyncConnection) -> list[Column]:
    """Reads every column of a SQLite file, the version's own table apart."""
    query = (
        "select t.name, c.name, c.type, c.dflt_value from pragma_table_list t join pragma_table_xinfo(t.name) c "
        "where t.type = 'table' and t.name not in ('migration', 'sqlite_schema', 'sqlite_temp_schema')"
    )
    rows = (await connection.execute(text(query))).all()
    return [Column(table, name, kind, default, automatic=False) for table, name, kind, default in rows]


async def sqlite_objects(connection: AsyncConnection) -> list[str]:
    """Finds tables with a hidden row number, and whatever acts or remembers beside the tables."""
    rowids = "select name from pragma_table_list where type = 'table' and not wr and name not like 'sqlite_%'"
    hidden = [name for (name,) in (await connection.execute(text(rowids))).all() if name != "migration"]
    others = "select type, name from sqlite_schema where type in ('trigger', 'view') or name like 'sqlite_sequence%'"
    extra = (await connection.execute(text(others))).all()
    return [f"{name}: has SQLite's hidden row number" for name in hidden] + [
        f"{name}: a {kind}" for kind, name in extra
    ]


async def postgres_columns(connection: AsyncConnection) -> list[Column]:
    """Reads every column of PostgreSQL's schema of the box, the version's own table apart."""
    query = (
        "select table_name, column_name, data_type, column_default, is_identity = 'YES' or is_generated <> 'NEVER' "
        "from information_schema.columns where table_schema = 'box' and table_name <> 'migration'"
    )
    return [Column(*row) for row in (await connection.execute(text(query))).all()]


async def postgres_objects(connection: AsyncConnection) -> list[str]:
    """Finds sequences, views and triggers beside the tables, and commit times that the server would keep."""
    query = (
        "select relname, relkind::text from pg_class where relnamespace = 'box'::regnamespace "
        "and relkind not in ('r', 'i', 't') union all select tgname, 'trigger' from pg_trigger t "
        "join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'box'::regnamespace and not tgisinternal"
    )
    found = [f"{name}: a {kind} beside the tables" for name, kind in (await connection.execute(text(query))).all()]
    times = await connection.scalar(text("show track_commit_timestamp"))
    return found + (["track_commit_timestamp is on: the server keeps the time of every vote"] if times == "on" else [])
