"""Health and figures of a running bot, asked over HTTP; what people do does not show in them."""

import logging
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.delivery.rules import AT_ONCE, Lane, one, to_everybody
from bot.monitoring import service
from bot.monitoring.figures import FIGURES
from bot.settings import Settings, SettingsError, load
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import ONE_STORE, Bot, make_settings
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.handlers.test_webhook import free_port
from tests.people import crowd

Ask = Callable[[str], Awaitable[Any]]


@pytest.fixture
def settings(simulator: Simulator, database_url: str | None, tmp_path: Path) -> Settings:
    """Gives the settings of a bot that shows its health."""
    place = {"KAULI_HEALTH_LISTEN": f"127.0.0.1:{free_port()}"}
    return load(make_settings(simulator.url, tmp_path, database_url) | place)


@pytest.fixture
def ask(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Gives a function that asks for a page; every page is made anew."""
    monkeypatch.setattr(service, "FRESH", 0.0)
    monkeypatch.setattr(service, "PROBED", 0.0)

    async def asking(path: str) -> Any:
        url = f"http://{settings.health_listen}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            health = answer.content_type == "application/json"
            return (answer.status, await answer.json()) if health else (answer.status, await answer.text())

    return asking


def figures(page: str) -> dict[str, float]:
    """Reads a page of figures."""
    lines = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def test_what_people_do_does_not_show(bot: Bot, ask: Ask, simulator: Simulator) -> None:
    """Nineteen people write, vote and report, and letters to some of them wait: the page stays as it was."""
    people = await crowd(bot, 19)
    for person in people:
        simulator.world.people[person.id].started = True
    await opened(bot)
    await bot.settled()
    before = steady((await ask("/metrics"))[1])
    for person in people[:6]:
        await vote(person, "2. No")
        await person.sees_new("Received")
    await answers(people[0])
    await people[0].presses("Send")
    await people[0].sees_new("Received")
    await people[1].says("/help")
    await people[2].says("/leave")
    async with bot.app.office.writing() as stores:
        await stores.outbox.add(one(f"own-{person.id}", person.id, "pay.lost", ballot="x") for person in people)
    await bot.settled()
    assert steady((await ask("/metrics"))[1]) == before
    assert (await ask("/healthz"))[1] == {
        "ok": True,
        "state": "active",
        "reasons": [],
        "updates_minutes": 0,
        "paused": False,
    }


def steady(page: str) -> str:
    """Leaves out what the whole machine has a part in: memory and disk."""
    return "\n".join(line for line in page.splitlines() if not re.match("kauli_(memory|disk_free)_bytes", line))


@ONE_STORE
async def test_mass_sends_show_in_tens(bot: Bot, ask: Ask) -> None:
    async def queue(lane: Lane, size: int) -> None:
        people = range(5_000_000, 5_000_000 + size)
        async with bot.app.office.writing() as stores:
            await stores.outbox.add(to_everybody(lane, people, "nothing", {}, lane, AT_ONCE))

    await queue("ballot", 29)
    await queue("digest", 9)
    await queue("notice", 50)
    shown = figures((await ask("/metrics"))[1])
    assert {name: size for name, size in shown.items() if "outbox_waiting" in name} == {
        'kauli_outbox_waiting{lane="ballot"}': 20,
        'kauli_outbox_waiting{lane="digest"}': 0,
    }
    await bot.app.sender.drain()
    shown = figures((await ask("/metrics"))[1])
    done = {name: size for name, size in shown.items() if "messages" in name}
    assert sum(done.values()) == 30 and shown['kauli_outbox_waiting{lane="ballot"}'] == 0
    assert {name.partition("{")[0] for name in shown} == {figure.name for figure in FIGURES}


@ONE_STORE
async def test_errors_count_by_the_part_that_logged_them_and_a_page_lasts_a_minute(
    bot: Bot, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = 'kauli_errors_total{place="delivery"}'
    before = figures((await ask("/metrics"))[1])[place]
    logging.getLogger("kauli.delivery").error("a letter could not be written")
    logging.getLogger("kauli.delivery").warning("no error")
    logging.getLogger("asyncio").error("not ours")
    assert figures((await ask("/metrics"))[1])[place] == before + 1
    monkeypatch.setattr(service, "FRESH", 60.0)
    kept = (await ask("/metrics"))[1]
    logging.getLogger("kauli.delivery").error("another")
    assert (await ask("/metrics"))[1] == kept
    assert "delivery" in service.places()


async def test_a_store_that_cannot_be_written_is_named_and_nothing_else_is_there(
    bot: Bot, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ask("/healthz"))[0] == 200

    async def full(engine: Any) -> None:
        raise OperationalError("update", {}, OSError("disk full"))

    monkeypatch.setattr("bot.monitoring.store.write_nothing", full)
    status, said = await ask("/healthz")
    assert (status, said["ok"], said["reasons"]) == (503, False, ["storage"])
    assert (await ask("/"))[0] == (await ask("/health"))[0] == 404


async def test_a_port_that_is_taken_is_named(simulator: Simulator, cast: Cast, tmp_path: Path) -> None:
    taken = simulator.url.removeprefix("http://")
    said = make_settings(simulator.url, tmp_path, None) | {"KAULI_HEALTH_LISTEN": taken}
    app = App(load(said))
    with pytest.raises(SettingsError, match=f"KAULI_HEALTH_LISTEN: {taken} is taken by another program"):
        await app.start()
    await app.close()
