"""The quick form of the audit: no attacker surely wins, every negative control is caught, nothing lies in the clear.

Bounds as low as the bars need hundreds of worlds: `make audit` has them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.bounds import estimate, never, quantile
from tests.audit.controls import CONTROLS, ON_POSTGRES
from tests.audit.findings import BAR, Results, caught, significant
from tests.audit.keepers import keep_the_log
from tests.audit.kinds import OTHER_KINDS
from tests.audit.needles import Needles, found_in
from tests.audit.organizer import differences, leaking, observed
from tests.audit.plan import QUICK, SECTIONS, Servers, jobs
from tests.audit.report import Run, write
from tests.audit.scene import MOMENTS
from tests.audit.through_http import whole_world
from tests.audit.trials import CONTROL_SIZE, Comparison, Scores, Task, trials
from tests.postgres import Postgres

SEEDS = tuple(f"quick {number}" for number in range(QUICK.controls))


@pytest.fixture
def home(postgres: Postgres) -> Iterator[Path]:
    """Gives the folder of the server while it keeps its log."""
    keep_the_log(postgres)
    yield postgres.home
    keep_the_log(postgres, "0")


async def test_no_attacker_wins_on_sqlite() -> None:
    scores = await trials(Task("sqlite", 20, SEEDS[:8]))
    assert {comparison.moment for comparison in scores} == {*MOMENTS, "open"}
    assert significant(scores) == []


async def test_no_attacker_wins_on_postgresql(home: Path) -> None:
    scores = await trials(Task("postgres", 20, SEEDS[:8], home))
    assert {comparison.moment for comparison in scores} == {*MOMENTS, "open"}
    assert significant(scores) == []


async def test_no_attacker_wins_in_any_other_way_of_voting() -> None:
    scores: Scores = {}
    for method in OTHER_KINDS:
        scores |= await trials(Task("sqlite", 20, SEEDS[:4], method=method))
    assert {comparison.method for comparison in scores} == set(OTHER_KINDS)
    assert {comparison.moment for comparison in scores} == set(MOMENTS)
    assert significant(scores) == []
    read = [linked for at, pairs in scores.items() if at.moment == "mid-batch" for linked, _ in pairs]
    assert any(read)  # with the keys votes of each kind are read, so that there was something to link


@pytest.mark.parametrize("name", CONTROLS)
async def test_each_negative_control_is_caught(name: str) -> None:
    seeds = SEEDS if "never" in name else SEEDS[:8]  # one in k against one in n takes more worlds than all against one
    (finding,) = caught(await trials(Task("sqlite", CONTROL_SIZE, seeds, None, name))).values()
    assert finding.advantage.lower > BAR


async def test_transaction_numbers_are_caught_on_postgresql(home: Path) -> None:
    (finding,) = caught(await trials(Task("postgres", CONTROL_SIZE, SEEDS[:8], home, ON_POSTGRES))).values()
    assert finding.advantage.lower > BAR


async def test_nothing_on_disk_is_in_the_clear_at_any_moment() -> None:
    whole = await whole_world("sqlite", 20, "quick", None)
    assert [search.moment for search in whole.searches] == list(MOMENTS)
    assert [said for search in whole.searches for said in search.found] == []
    assert whole.left_in_temp == ()
    assert any(linked for comparison, linked, _ in whole.scores if comparison.moment == "closed")  # some by chance


async def test_nobody_sees_what_somebody_said_before_the_close() -> None:
    yes = await observed("yes", depth=QUICK.depth, fan=QUICK.fan)
    assert len(yes) > 200
    assert differences(yes, await observed("no", depth=QUICK.depth, fan=QUICK.fan)) == []


async def test_nobody_sees_whether_somebody_took_part() -> None:
    said, kept_silent = await observed("yes", depth=0, fan=0), await observed("nothing", depth=0, fan=0)
    assert differences(said, kept_silent) == []


async def test_a_menu_that_counts_votes_is_noticed() -> None:
    with leaking():
        yes, no = await observed("yes", depth=0, fan=0), await observed("no", depth=0, fan=0)
    assert any("/organize" in line for line in differences(yes, no))


def test_the_search_sees_what_it_is_there_to_see() -> None:
    needles = Needles()
    needles.about_person(7_312_345_678, ("Zawadiqu",))
    needles.entries(((b"c" + bytes(range(1, 13))).ljust(16, b"\0"), b"country:KE:KES pay 65".ljust(64, b"\0")))
    hidden = {
        "a": b"x" + (7_312_345_678).to_bytes(8, "little"),
        "b": "Zawadiqu".encode("utf-16-le"),
        "c": b"xxc" + bytes(range(1, 13)),
        "d": b"country:KE:KES pay 65",
        "e": bytes(range(1, 13)).hex().encode(),
    }
    assert {said.rsplit(" in ")[-1] for said in found_in(hidden, needles.forms(public=False))} == set(hidden)
    assert "e" not in {said.rsplit(" in ")[-1] for said in found_in(hidden, needles.forms(public=True))}


def test_bounds_are_those_of_the_tables() -> None:
    """Student's t as printed in any table (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2)."""
    assert quantile(0.95, 5) == pytest.approx(2.015, abs=5e-4)
    assert quantile(0.975, 30) == pytest.approx(2.042, abs=5e-4)
    assert quantile(0.999, 100) == pytest.approx(3.174, abs=5e-4)
    assert never(59, 0.05) == pytest.approx(0.0495, abs=5e-4)
    assert estimate([0.0] * 59, 0.05).upper == pytest.approx(never(59, 0.05))
    assert estimate([0.0, 1.0] * 50, 0.05).upper == pytest.approx(0.5 + 1.660 * 0.0503, abs=5e-4)


def test_the_page_says_what_was_not_met(tmp_path: Path) -> None:
    won = Comparison("sqlite", 20, "mid-batch", "order of rows", "S1", "code")
    copies = Comparison("sqlite", 20, "open", "two copies with their keys", "S1 twice", "code")
    results = Results({won: [(0.9, 0.1), (0.8, 0.1)] * 20, copies: [(0.2, 0.2)] * 400})
    results.walks = {"yes": ["a"], "no": ["a"]}
    page, passed = write(results, Run(1, QUICK, 60, True, "x"))
    assert not passed
    assert "**NOT MET**" in page and "order of rows, code, sqlite, n = 20, mid-batch" in page
    listed = jobs(1, QUICK, Servers(tmp_path, tmp_path), thorough=False)
    assert {job.topic for job in listed} >= {"http", "organizer", "trials", "controls", "lint", "people"}
    assert len(SECTIONS) == 3
