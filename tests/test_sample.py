"""The sample union's pay history: the same for everybody, large enough to show everything, with one cut to find."""

from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

from bot.ballots.board import read_outcome
from bot.database import board, open_for_reading
from bot.jobs.pay import possible_cells, releases
from bot.pay.release import Release, to_json
from bot.sample import ELECTING, RATIFIED, release_history
from bot.sample_pay import CUT, CUT_FROM, QUARTERS, SITES, history, quarters
from bot.seizure.command import SAMPLE_DAY, install
from bot.workplaces import catalogue
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_pay import answers
from tests.people import member

CUT_CELL = "employer:remotasks:PHP"
REAL = Release("2025-Q2")


@pytest.fixture(scope="module")
def drawn() -> list[Release]:
    """Gives the history as of the day of the example."""
    return list(history(SAMPLE_DAY, possible_cells()))


async def test_the_history_is_what_the_demo_writes_and_the_same_for_everybody(
    drawn: list[Release], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    await install(tmp_path / "data", tmp_path / "keys")
    database = open_for_reading(None, tmp_path / "data")
    async with database.box.reader.begin() as connection:
        kept = {row.ballot: row.document.decode() for row in await connection.execute(select(board))}
    await database.close()
    assert {name: document for name, document in kept.items() if "-Q" in name} == {
        release.period: to_json(release) for release in drawn
    }
    ratified = read_outcome(kept[RATIFIED].encode())
    assert (ratified.verdict, ratified.kind) == ("carried", "figures") and ELECTING not in kept
    assert quarters(SAMPLE_DAY) == ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


def test_every_site_is_in_the_catalogue_and_shown_in_every_quarter(drawn: list[Release]) -> None:
    assert all(site.country in catalogue.employer(site.employer).countries for site in SITES)
    cells = {f"employer:{site.employer}:{site.pay.currency}" for site in SITES if site.reports >= 300}
    cells |= {f"country:{site.country}:{site.pay.currency}" for site in SITES}
    assert all(release.cell(cell) for release in drawn for cell in cells)


def test_grown_cells_show_everything_that_is_ever_published(drawn: list[Release]) -> None:
    kinds = {cell.cell.split(":")[0] for cell in drawn[-1].cells}
    assert kinds == {"country", "employer", "pair", "task"}
    employers = [cell for cell in drawn[-1].cells if cell.cell.startswith("employer:")]
    for measure in ("unpaid", "late", "rejected", "own"):
        assert sum(getattr(cell, measure) is not None for cell in employers) >= 3, measure
    assert any(cell.rough for cell in employers)
    remotasks = drawn[-1].cell(CUT_CELL)
    assert remotasks and remotasks.late and sum(remotasks.late[1:]) > 50


def test_pay_is_cut_at_one_employer_and_at_no_other(drawn: list[Release]) -> None:
    assert len(drawn) == QUARTERS
    for name in {cell.cell for cell in drawn[-1].cells if cell.cell.startswith("employer:") and not cell.rough}:
        pays = [cell.pay for release in drawn if (cell := release.cell(name))]
        change = median(pays[CUT_FROM:]) / median(pays[:CUT_FROM])
        assert (abs(change - CUT) < 0.08) if name == CUT_CELL else (abs(change - 1) < 0.08), name


@ONE_STORE
async def test_every_text_that_shows_the_figures_says_that_they_are_invented(bot: Bot) -> None:
    ana = await member(bot, "Ana", country="KE")
    await bot.app.office.box.open("2025-Q2")
    await bot.app.office.box.close("2025-Q2", lambda entries: to_json(REAL).encode())
    await answers(ana)
    await ana.sees_new("really brings")
    await ana.does_not_see("SAMPLE UNION")
    async with bot.app.office.writing() as stores:
        await stores.instance.put("sample", "1")
    await release_history(bot.app.office, SAMPLE_DAY)
    await answers(ana)
    await ana.sees_new("SAMPLE UNION", "really brings", "Sama")
    await ana.presses("Send")
    await ana.sees_new("SAMPLE UNION", "Received")
    await ana.says("/digest")
    await ana.sees_new("SAMPLE UNION", "2026-Q3")
    await ana.says(f"/stats {CUT_CELL}")
    await ana.sees_new("SAMPLE, all invented", "Remotasks")  # on the picture, which may be passed on alone
    await ana.sees_new("SAMPLE UNION", "Remotasks")
    assert sorted(await bot.app.office.box.boards()) == quarters(SAMPLE_DAY)
    assert (await releases(bot.app.office.box))[0] == REAL  # one that was drawn for real stays
