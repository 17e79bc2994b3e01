"""Engines, SQLite pragmas, tables and migrations of the two stores.

`people` holds everything a member is and nothing a member said; `box` holds open ballots and pay periods. They share no
column. On SQLite each is a file, on PostgreSQL each is a schema of one database.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.database.quick import quick_connection
from bot.database.sharing import Sharing
from bot.texts import data_folder

PEOPLE = MetaData()
BOX = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on both databases (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Takes aware moments only, so that a local time can never slip in."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table(name: str, metadata: MetaData, *columns: Column[Any]) -> Table:
    """Makes a table without SQLite's hidden row number, which would be an order of arrival (privacy.md 0.1)."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


member = table(
    "member", PEOPLE, Column("pk", LargeBinary(16), primary_key=True), Column("record", LargeBinary, nullable=False)
)
open_steps = table(
    "open_steps", PEOPLE, Column("pk", LargeBinary(16), primary_key=True), Column("blob", LargeBinary, nullable=False)
)
invite = table(
    "invite", PEOPLE, Column("pk", LargeBinary(16), primary_key=True), Column("blob", LargeBinary, nullable=False)
)
instance = table(
    "instance", PEOPLE, Column("name", String(40), primary_key=True), Column("blob", LargeBinary, nullable=False)
)
ballot = table(
    "ballot",
    PEOPLE,
    Column("id", String(16), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("document", LargeBinary, nullable=False),
)
attachment = table(
    "attachment",
    PEOPLE,
    Column("id", String(64), primary_key=True),
    Column("idle", SmallInteger, nullable=False),  # days in which no ballot named it
    Column("content", LargeBinary, nullable=False),
)
log = table(
    "log",
    PEOPLE,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary(32), nullable=False, unique=True),
)
post = table(
    "post", PEOPLE, Column("id", String(16), primary_key=True), Column("document", LargeBinary, nullable=False)
)
proposal = table(
    "proposal", PEOPLE, Column("id", String(16), primary_key=True), Column("document", LargeBinary, nullable=False)
)
workplace = table(
    "workplace",
    PEOPLE,
    Column("id", String(32), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("countries", String(100), nullable=False),
    Column("aliases", String(2000), nullable=False),
    Column("retired", String(3), nullable=False),
    Column("source", String(200), nullable=False),
)
name_proposal = table(
    "name_proposal", PEOPLE, Column("id", String(16), primary_key=True), Column("document", LargeBinary, nullable=False)
)
ledger = table(
    "ledger", PEOPLE, Column("pk", LargeBinary(16), primary_key=True), Column("book", LargeBinary, nullable=False)
)
signature = table(
    "signature", PEOPLE, Column("pk", LargeBinary(16), primary_key=True), Column("record", LargeBinary, nullable=False)
)
outbox = table(
    "outbox",
    PEOPLE,
    Column("id", LargeBinary(16), primary_key=True),
    Column("edition", LargeBinary(16), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("payload", LargeBinary, nullable=False),
)
Index("outbox_turn", outbox.c.lane, outbox.c.edition, outbox.c.due_at, outbox.c.id)
edition = table(
    "edition",
    PEOPLE,
    Column("id", LargeBinary(16), primary_key=True),
    Column("totals", LargeBinary, nullable=False),
    Column("paused", SmallInteger, nullable=False, server_default="0"),
)
delivered = table(
    "delivered",
    PEOPLE,
    Column("edition", LargeBinary(16), primary_key=True),
    Column("id", LargeBinary(16), primary_key=True),
)

participation = table(
    "participation",
    BOX,
    Column("ballot", String(16), primary_key=True),
    Column("nullifier", LargeBinary(16), primary_key=True),
    Column("boot", LargeBinary(16)),
)
content = table(
    "content", BOX, Column("ballot", String(16), primary_key=True), Column("blob", LargeBinary, nullable=False)
)
electorate = table(
    "electorate", BOX, Column("ballot", String(16), primary_key=True), Column("blob", LargeBinary, nullable=False)
)
board = table(
    "board", BOX, Column("ballot", String(16), primary_key=True), Column("document", LargeBinary, nullable=False)
)

KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
STORAGE_FAILURES = (OperationalError, InterfaceError, PoolTimeout, OSError)  # not the member's doing: try again

PRAGMAS = (
    "journal_mode=TRUNCATE",  # never WAL: deleted rows would stay readable in it (privacy.md 3.2)
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "foreign_keys=ON",
    "busy_timeout=5000",
)
EXPECTED = {"journal_mode": "truncate", "synchronous": 2, "secure_delete": 1, "temp_store": 2, "trusted_schema": 0}


class DatabaseError(Exception):
    """The database cannot be used as it is; the text is one line with the mend."""


@dataclass(frozen=True)
class Store:
    """One store's engines: a single writer, and readers apart where the database allows it."""

    writer: AsyncEngine
    reader: AsyncEngine
    sharing: Sharing | None = None  # of SQLite's writer

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Opens a writing transaction; on SQLite those that come together share one commit."""
        return self.sharing.begin() if self.sharing else self.writer.begin()


@dataclass(frozen=True)
class Database:
    """Both stores of an installation."""

    people: Store
    box: Store

    async def close(self) -> None:
        """Closes every connection."""
        for engine in (self.people.writer, self.people.reader, self.box.writer):
            await engine.dispose()


def open_database(url: str | None, folder: Path) -> Database:
    """Opens both stores: SQLite files in `folder` when `url` is None, else one PostgreSQL database with two schemas."""
    if url is None or url.startswith("sqlite"):
        people, box = folder / "people.db", folder / "box.db"
        return Database(sqlite_store(people, readers=4), sqlite_store(box, readers=0))
    return Database(postgres_store(url, "people", 10), postgres_store(url, "box", 1))


def open_for_reading(url: str | None, folder: Path) -> Database:
    """Opens both stores of an installation that is there, to read only, beside a running bot too.

    Raises DatabaseError where there is nothing: SQLite would make empty files.
    """
    if url is not None and not url.startswith("sqlite"):
        return open_database(url, folder)
    stores = []
    for path in (folder / "people.db", folder / "box.db"):
        if not path.exists():
            raise DatabaseError(f"{path} is missing: point KAULI_DATA_DIR at the data of an installation")
        reader = sqlite_engine(path, 1, (*PRAGMAS, "query_only=ON"), "BEGIN")
        stores.append(Store(reader, reader))
    return Database(*stores)


def sqlite_store(path: Path, readers: int) -> Store:
    """Opens one SQLite file. The box takes no readers apart: in TRUNCATE mode they would block its commits."""
    writer = sqlite_engine(path, 1, PRAGMAS, "BEGIN IMMEDIATE")
    if not readers:
        return Store(writer, writer)
    reader = sqlite_engine(path, readers, (*PRAGMAS, "query_only=ON"), "BEGIN")
    return Store(writer, reader, Sharing(writer))


def sqlite_engine(path: Path, size: int, pragmas: Iterable[str], begin: str) -> AsyncEngine:
    """Makes an engine whose every connection has the pragmas, and whose transactions begin as `begin` says."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=size,
        max_overflow=0,
        pool_timeout=5,
        hide_parameters=True,
        async_creator=lambda *given, **more: quick_connection(path),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        assert_pragmas(cursor)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def assert_pragmas(cursor: Any) -> None:
    """Asserts that the pragmas took: they are per connection, and silently ignored when unknown."""
    for name, wanted in EXPECTED.items():
        cursor.execute(f"PRAGMA {name}")
        found = cursor.fetchone()[0]
        if found != wanted:
            raise DatabaseError(f"SQLite refused PRAGMA {name} (it says {found}): use a Python with a current SQLite")


def postgres_store(url: str, schema: str, size: int) -> Store:
    """Opens one schema of a PostgreSQL database through asyncpg; the box has one connection, which holds the lock."""
    settings = {"search_path": schema, "application_name": "kauli", **KEEPALIVE}
    options = {"pool_size": size, "max_overflow": 0, "connect_args": {"server_settings": settings}}
    engine = create_async_engine(url, hide_parameters=True, **options)
    return Store(engine, engine)


async def migrate(database: Database, version: str = "head") -> None:
    """Brings both stores to this program's version. Raises DatabaseError when one is newer or out of reach."""
    for name, store in (("people", database.people), ("box", database.box)):
        with mended(name):
            async with store.writer.begin() as connection:
                await prepare_schema(connection, name)
                await connection.run_sync(upgrade, name, version)


@contextmanager
def mended(name: str) -> Iterator[None]:
    """Turns what a database says about itself into one line with the mend."""
    try:
        yield
    except CommandError:
        raise DatabaseError(
            f"the {name} store was written by a newer version of Kauli: install that version, or restore a backup"
        ) from None
    except DBAPIError as error:
        raise DatabaseError(f"the {name} store cannot be used ({reason(error)})") from None
    except OSError as error:
        raise DatabaseError(
            f"the database cannot be reached ({type(error).__name__}): check KAULI_DATABASE_URL and its server"
        ) from None


def storage_failed(error: Exception) -> bool:
    """Says whether storage failed, or its connection ended, and not what somebody did: the update comes again."""
    return isinstance(error, STORAGE_FAILURES) or getattr(error, "connection_invalidated", False)


def reason(error: DBAPIError) -> str:
    """Names a database error by its kind and mend, never by the driver's text, which may hold values."""
    name = type(error.orig).__name__
    said = str(error.orig)
    if "unable to open" in said or "readonly" in said:
        return "its file cannot be opened or written: check the owner and rights of KAULI_DATA_DIR"
    if "not a database" in said:
        return "its file is not a database or is damaged: restore a backup"
    return f"{name}: check KAULI_DATABASE_URL, and the rights of its user"


async def prepare_schema(connection: AsyncConnection, name: str) -> None:
    """Makes the PostgreSQL schema when missing, and lets one process migrate at a time."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("select pg_advisory_xact_lock(20261124)"))
        await connection.execute(text(f"create schema if not exists {name}"))


def upgrade(connection: Connection, name: str, to: str = "head") -> None:
    """Runs the migrations of one store on an open connection, up to a version."""
    config = Config()
    config.set_main_option("script_location", str(data_folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, store=name)
    command.upgrade(config, to)


async def is_current(database: Database) -> bool:
    """Says whether both stores are of this program's version, without changing them. Raises DatabaseError."""
    found = []
    for name, store in (("people", database.people), ("box", database.box)):
        with mended(name):
            async with store.writer.begin() as connection:
                found.append(await connection.run_sync(revision))
    if any(version and version not in versions() for version in found):
        raise DatabaseError("the database was written by a newer version of Kauli: install that version")
    return all(version == head() for version in found)


def versions() -> set[str]:
    """Gives the versions of the tables that this program knows."""
    return {step.revision for step in ScriptDirectory(str(data_folder("migrations"))).walk_revisions()}


def head() -> str:
    """Gives the version of the tables that this program writes."""
    return ScriptDirectory(str(data_folder("migrations"))).get_current_head() or ""


async def has_data(database: Database) -> bool:
    """Says whether the people store was ever used, without migrating it. Raises DatabaseError."""
    with mended("people"):
        async with database.people.writer.begin() as connection:
            if await connection.run_sync(revision) is None:
                return False
    return not await is_fresh(database)


def revision(connection: Connection) -> str | None:
    """Gives the version a store is of, None for an empty one."""
    return MigrationContext.configure(connection, opts={"version_table": "migration"}).get_current_revision()


async def is_fresh(database: Database) -> bool:
    """Says whether nothing was ever written here, so that a new master key makes nothing unreadable.

    Asked of a migrated database only.
    """
    async with database.people.reader.begin() as connection:
        return not await connection.scalar(select(func.count()).select_from(instance))
