"""Several processes on one PostgreSQL database: one is active, the others stand by."""

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from bot.database import migrate, open_database, post
from bot.database.lock import Lock, LockLost
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings
from tests.handlers.test_webhook import free_port
from tests.monitoring.test_program import health
from tests.postgres import Postgres
from tests.program import Environment, running
from tests.storm import LEASE, WORDS, Storm
from tests.test_kill import enrolled, found, open_ballot


@pytest.fixture
def shared(postgres: Postgres, simulator: Simulator, tmp_path: Path) -> Iterator[Environment]:
    """Gives the settings of processes that stand by for each other on one PostgreSQL database."""
    name = f"t{secrets.token_hex(6)}"
    settings = make_settings(simulator.url, tmp_path, postgres.create_database(name)) | {"KAULI_STANDBY": "1"}
    yield {key: str(value) for key, value in settings.items()}
    postgres.drop_database(name)


async def test_a_standby_takes_over_and_asks_exactly_those_whose_votes_waited(cast: Cast, shared: Environment) -> None:
    async with running(shared) as first:
        admin = await found(cast)
        ana, juma = await enrolled(cast, admin, 2)
        await cast.advance(days=8)
        await open_ballot(admin)
        await ana.presses("2. No")
        await ana.presses("Cast my vote")
        await ana.sees_new("Received")
        async with running(shared, ready=False) as second:
            await second.until("standing by")
            await first.kill()
            await second.ready()
            await ana.sees("Kauli was restarted before your last tap in a ballot was sealed")
            await juma.says("/help")
            await juma.sees_new("What you can do here")
            await juma.does_not_see("Kauli was restarted")


async def test_a_standby_ends_when_told_and_a_holder_when_its_lock_is_gone(
    cast: Cast, shared: Environment, postgres: Postgres
) -> None:
    database = shared["KAULI_DATABASE_URL"].split("?")[0].split("/")[-1]
    place = {"KAULI_HEALTH_LISTEN": f"127.0.0.1:{free_port()}"}
    async with running(shared) as first, running(shared | place, ready=False) as second:
        await second.until("standing by")
        assert await health(place) == (200, "standby", [])
        second.told(signal.SIGTERM)
        assert await second.ends() == (0, "")
        holder = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
        postgres.ask(f"{holder} and database = (select oid from pg_database where datname = '{database}')")
        code, said = await first.ends()
        assert code == 2 and said.count("kauli: the connection that holds the lock") == 1, said
        assert "Traceback" not in said


async def test_a_halted_holder_is_replaced_and_sends_nothing_when_it_goes_on(
    shared: Environment, simulator: Simulator
) -> None:
    storm = Storm(simulator, shared | {"KAULI_MESSAGES_PER_SECOND": "60"})
    await storm.fill(200)
    async with running(storm.environment) as first, running(storm.environment, ready=False) as second:
        await second.until("standing by")
        await storm.until_arrived(60, first)
        first.told(signal.SIGSTOP)
        storm.kills.append(storm.arrived())
        assert "fell silent" in await second.ready()
        storm.pass_by(LEASE)
        assert await storm.until_done(second) == {"sent": 200}
        before = letters(simulator)
        first.told(signal.SIGCONT)
        code, said = await first.ends()
        assert code == 2 and said.count("kauli: the connection that holds the lock") == 1, said
        assert "somebody else may be reading" not in said
        assert letters(simulator) == before
    in_flight, later = storm.doubled()
    assert len(in_flight) <= 30 and not later and not storm.missed()


def letters(simulator: Simulator) -> int:
    """Counts the ballots that anybody tried to send."""
    return sum(WORDS in str(call["parameters"].get("text")) for call in simulator.calls)


async def test_who_lost_the_lock_can_write_nothing_even_before_it_knows(shared: Environment, tmp_path: Path) -> None:
    stale, fresh = (open_database(shared["KAULI_DATABASE_URL"], tmp_path) for _ in range(2))
    lost, taken = Lock(stale, tmp_path), Lock(fresh, tmp_path)
    await lost.take()
    await migrate(stale)
    assert lost.is_sure()
    open_turn = await stale.people.writer.connect()
    await open_turn.execute(insert(post).values(id="1", document=b""))
    await stale.box.writer.dispose()  # the line that holds the lock breaks, and only the server knows
    await taken.take()
    with pytest.raises(DBAPIError):
        await open_turn.commit()
    await open_turn.close()
    with pytest.raises(LockLost):
        async with stale.people.writer.begin() as connection:
            await connection.execute(insert(post).values(id="1", document=b""))
    with pytest.raises(LockLost):
        async with stale.box.writer.begin():
            pass
    assert not lost.is_sure() and taken.is_sure()
    async with fresh.people.writer.connect() as connection:
        assert not await connection.scalar(select(func.count()).select_from(post))
    for lock, database in ((lost, stale), (taken, fresh)):
        await lock.release()
        await database.close()
