"""The simulated Telegram's bad weather: seeded, as often as it is told, and honest about what arrived."""

from collections import Counter
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.weather import FATES, Weather
from tests.cast import Cast
from tests.conftest import TOKEN

SHARES: dict[str, Any] = {"flooded": 0.1, "broken": 0.05, "before": 0.04, "after": 0.03, "slow": 0.02}


def test_faults_strike_as_often_as_told_and_the_same_for_the_same_seed() -> None:
    weather, again = Weather(4, **SHARES), Weather(4, **SHARES)
    calls = [{"chat_id": person} for person in range(1, 10_001)]
    found = [weather.strike("sendMessage", given) for given in calls]
    assert found == [again.strike("sendMessage", given) for given in calls]
    assert weather.struck == {kind: pytest.approx(10_000 * share, rel=0.25) for kind, share in SHARES.items()}
    assert {fault.retry_after for fault in found if fault and fault.status == 429} == {1, 2, 3}
    assert sum(weather.unanswered.values()) == weather.struck["after"]


def test_only_sends_to_people_are_struck_and_who_cannot_be_reached_never_can() -> None:
    weather = Weather(4, refused=0.3, flooded=1.0)
    assert weather.strike("getUpdates", {}) is None
    assert weather.strike("sendMessage", {"chat_id": -1000}) is None
    fates = {person: weather.fate(person) for person in range(1000)}
    assert fates == {person: weather.fate(person) for person in fates}
    assert Counter(fates.values()).keys() == {None, *FATES}
    refused = [person for person, fate in fates.items() if fate]
    assert len(refused) == pytest.approx(300, rel=0.2)
    fault = weather.strike("sendMessage", {"chat_id": str(refused[0])})
    assert fault and (fault.status, fault.description) == (403, fates[refused[0]])


async def test_what_is_handled_before_the_line_breaks_has_arrived(cast: Cast, simulator: Simulator) -> None:
    ana = await cast.person("Ana")
    await ana.says("/start")
    for weather, arrived in (({"after": 1.0}, 1), ({"before": 1.0}, 1), ({}, 2)):
        await cast.post("/weather", weather)
        address, letter = f"{cast.url}/bot{TOKEN}/sendMessage", {"chat_id": ana.id, "text": "A letter"}
        async with aiohttp.ClientSession() as session:
            if weather:
                with pytest.raises(aiohttp.ClientError):
                    await session.post(address, json=letter)
                struck = (await cast.get("/arrived"))["struck"]
                assert struck == dict.fromkeys(weather, 1)
            else:
                await session.post(address, json=letter)
        found = await cast.get("/arrived?words=letter")
        assert found["arrived"] == {str(ana.id): arrived}
        assert found["unanswered"] == ({str(ana.id): 1} if "after" in weather else {})
