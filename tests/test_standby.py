"""Several processes on one PostgreSQL database: one is active, the others stand by."""

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings
from tests.handlers.test_webhook import free_port
from tests.monitoring.test_program import health
from tests.postgres import Postgres
from tests.program import Environment, running
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
