"""The tests' own PostgreSQL server starts, keeps databases apart, says nothing of values, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import OPTIONS, Postgres, postgres_server, roomy_folder

ROOT = Path(__file__).parent.parent
CANARY = "canary-7c1f"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as running:
        yield running


async def run(url: str, *statements: str) -> list[str]:
    """Runs statements in one transaction as the bot does, and gives the first column of the last one's rows."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            results = [await connection.execute(text(statement)) for statement in statements]
            return [str(row[0]) for row in results[-1]] if results[-1].returns_rows else []
    finally:
        await engine.dispose()


def running(process: int) -> bool:
    """Tells whether a process runs; one that ended and was not yet collected by its parent counts as ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def ended(process: int, patience: float = 10) -> bool:
    """Waits for a process to end and tells whether it did."""
    end = time.monotonic() + patience
    while running(process) and time.monotonic() < end:
        time.sleep(0.02)
    return not running(process)


async def test_sqlalchemy_reaches_it_through_the_socket(server: Postgres) -> None:
    assert (await run(server.create_database("reached"), "show server_version"))[0].startswith("18.")
    assert await run(server.url("reached"), "show listen_addresses") == [""]


async def test_two_databases_are_apart(server: Postgres) -> None:
    one, two = server.create_database("one"), server.create_database("two")
    await run(one, "create table thing (id int)", "insert into thing values (1)")
    tables = "select count(*) from pg_tables where schemaname = 'public'"
    assert await run(one, tables) == ["1"]
    assert await run(two, tables) == ["0"]


async def test_a_template_is_copied_with_what_it_holds(server: Postgres) -> None:
    await run(server.create_database("pattern"), "create table thing as select 7 as id")
    assert await run(server.create_database("copy", template="pattern"), "select id from thing") == ["7"]


async def test_a_dropped_database_is_gone_though_someone_was_connected(server: Postgres) -> None:
    engine = create_async_engine(server.create_database("brief"))
    async with engine.connect():
        server.drop_database("brief")
    await engine.dispose()
    assert "brief" not in server.ask("select datname from pg_database")


async def test_no_value_reaches_the_log(server: Postgres) -> None:
    url = server.create_database("quiet")
    await run(url, "create table thing (id text primary key)")
    with pytest.raises(IntegrityError):
        await run(url, f"insert into thing values ('{CANARY}')", f"insert into thing values ('{CANARY}')")
    with pytest.raises(Exception, match="nonsense"):
        await run(url, f"select nonsense('{CANARY}')")
    assert CANARY not in server.log.read_text()
    for option in OPTIONS:
        name, _, value = option.partition("=")
        assert server.ask(f"show {name}") == value


def test_stop_leaves_nothing() -> None:
    with postgres_server() as server:
        home, process = server.home, server.pid
        assert home.is_dir()
        assert running(process)
    assert not home.exists()
    assert not running(process)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent")
def test_it_dies_with_its_parent() -> None:
    script = "from tests.postgres import Postgres; p = Postgres(); print(p.pid, p.home, flush=True); input()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        process, home = parent.stdout.readline().split()
        parent.send_signal(signal.SIGKILL)
    try:
        assert ended(int(process))
    finally:
        shutil.rmtree(home)


def test_a_full_memory_folder_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tests.postgres.MEMORY", tmp_path)
    assert roomy_folder() == tmp_path
    monkeypatch.setattr("tests.postgres.ENOUGH", 1 << 62)
    assert roomy_folder() is None
