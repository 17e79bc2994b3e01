"""The kill harness in short: nobody is wronged by kills, and a broken box is caught."""

from collections.abc import Iterator

import pytest

from tests.audit.faults import BROKEN, Faults, fork_server, lines, trial

KILLS = 25  # on each database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with fork_server() as path:
        yield path


def test_kills_lose_nothing_and_double_nothing(server: str, database_url: str | None) -> None:
    tried = trial(server, database_url, 3, KILLS)
    assert (tried.kills, tried.violations) == (KILLS, [])
    assert tried.entries and tried.notices


@pytest.mark.parametrize("box", BROKEN[:2])  # the third needs more kills: `controls`, in the audit
def test_a_broken_box_is_caught(server: str, box: str) -> None:
    assert any(trial(server, None, seed, 40, box).violations for seed in range(3, 11))  # until one is caught


def test_the_section_of_the_report_says_what_was_found() -> None:
    said = "\n".join(lines(Faults(2, {"vote": 2}, 1, 40, 3, ("an entry is lost in silence",), 1.0)))
    assert "1 lost in silence" in said and "| vote | 2 |" in said and "* an entry is lost" in said
    assert said.endswith("**FAILED.**")
