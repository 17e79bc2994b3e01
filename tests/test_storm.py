"""A ballot goes out through bad weather and a kill: whoever can be reached has it once, all others a reason."""

from pathlib import Path

import pytest

from bot.simulator import Simulator
from bot.simulator.weather import FATES, Weather
from tests.conftest import make_settings
from tests.storm import Storm

PEOPLE = 200
RATE, IN_FLIGHT = 60, 30  # letters a second, and posted before their outcome is written


@pytest.fixture
def storm(simulator: Simulator, database_url: str | None, tmp_path: Path) -> Storm:
    settings = make_settings(simulator.url, tmp_path, database_url) | {"KAULI_MESSAGES_PER_SECOND": RATE}
    return Storm(simulator, {name: str(value) for name, value in settings.items()})


async def test_everybody_gets_one_letter_through_faults_and_a_kill(storm: Storm) -> None:
    weather = Weather(
        seed=6, refused=0.06, flooded=0.01, broken=0.04, before=0.04, after=0.04, slow=0.02, delay=0.2, retry_after=1
    )
    await storm.fill(PEOPLE)
    storm.simulator.control.weather = weather
    totals = await storm.blow([PEOPLE // 3])
    assert {*weather.struck} == {"refused", "flooded", "broken", "before", "after", "slow"}
    assert not storm.missed()
    at_the_kill, later = storm.doubled()
    assert len(at_the_kill) <= IN_FLIGHT and not later
    fates = [weather.fate(person) for person in storm.simulator.world.people]
    assert sum(totals.values()) == PEOPLE
    for fate, reason in zip(FATES, ("blocked", "deactivated", "never_started"), strict=True):
        assert totals[f"unreachable:{reason}"] == fates.count(fate) > 0
