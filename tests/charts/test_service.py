"""The drawing process: started when wanted, a picture at a time, ended when idle, late or gone; it inherits nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.charts.chart import Bar, Chart, Column, Mark, Part, from_json, to_json
from bot.charts.service import Charts, NotDrawn
from bot.simulator.files import PNG, sides

BARS = (
    Bar("Kenya", "150 KES", (Part(150, "own"),), low=120, high=190),
    Bar("x", "1", (Part(90, "other"),), rough=True),
)
CHART = Chart("Pay", "KES an hour", BARS, marks=(Mark(92, "minimum", "Minimum"),), legend=(("range", "Half"),))
TREND = Chart("Pay", "KES", columns=(Column("2026-Q2", "150", 150), Column("2026-Q3", "120", 120, "cut", "-20 %")))


@pytest_asyncio.fixture
async def charts() -> AsyncIterator[Charts]:
    charts = Charts()
    yield charts
    await charts.close()


def pid(charts: Charts) -> int:
    assert charts._process
    return charts._process.pid


def environment(number: int) -> str:
    return Path(f"/proc/{number}/environ").read_text(encoding="utf-8")


async def test_charts_are_drawn_once_by_one_process_that_is_given_no_environment(
    charts: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAULI_BOT_TOKEN", "secret")
    first, again, trend = await asyncio.gather(charts.draw(CHART), charts.draw(CHART), charts.draw(TREND))
    assert first is again and first.startswith(PNG) and sides(first)[0] == sides(trend)[0] == 1080
    assert "secret" not in environment(pid(charts))


async def test_a_process_that_was_killed_or_refuses_is_no_fault_of_the_next_chart(charts: Charts) -> None:
    with pytest.raises(NotDrawn):
        await charts.draw(Chart("Nothing", "x", columns=(Column("a", "1", 1, "pink"),)))  # type: ignore[arg-type]  # no such tone
    await charts.draw(CHART)
    os.kill(pid(charts), signal.SIGKILL)
    assert (await charts.draw(TREND)).startswith(PNG)


async def test_it_ends_when_late_when_idle_and_with_the_bot() -> None:
    late = Charts(time_limit=0)
    with pytest.raises(NotDrawn):
        await late.draw(CHART)
    assert not late.running
    idle = Charts(idle=0)
    await idle.draw(CHART)
    process = idle._process
    assert process
    await process.wait()  # ends by itself
    assert not idle.running
    await idle.close()


def test_it_ends_with_its_input() -> None:
    done = subprocess.run([sys.executable, "-m", "bot.charts"], input=b"", capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_chart_is_read_back_as_it_was_and_its_key_names_all_that_is_on_it() -> None:
    for chart in (CHART, TREND):
        assert from_json(to_json(chart)) == chart
    others = (TREND, Chart("Pay", "KES an hour", BARS), Chart(CHART.title, CHART.about, BARS, dark=True))
    assert len({chart.key for chart in (CHART, *others)}) == 4
