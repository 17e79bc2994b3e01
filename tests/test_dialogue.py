"""Steps are values: they are stored whole, or count as nothing open; sealed ones are never stored."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.electorates import Whom
from bot.ballots.rules import Rules, Share, Wording
from bot.dialogue import Button, Link, Pages, Step, pack, unpack
from bot.texts import text
from handlers.newballot import AskMore
from handlers.pay.report import AskCountry
from handlers.planned import Plan


@dataclass(frozen=True)
class Counting(Step, name="test.counting"):
    page: int = 0
    words: tuple[str, ...] = ()


@given(st.integers(), st.lists(st.text()).map(tuple))
def test_a_step_is_read_back_as_it_was(page: int, words: tuple[str, ...]) -> None:
    step = Counting(page, words)
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        return  # lone surrogates never come out of JSON updates
    assert unpack(pack(step)) == step


def test_nested_values_come_back_as_themselves() -> None:
    rules = Rules("yesno", quorum=Share(1, 3), threshold=Share(1, 2, strict=True), double="country")
    plan = Plan(rules, (Wording("sw", "Je?", ("Ndiyo", "Hapana")),), Whom("KE"), 3, datetime(2026, 11, 29, tzinfo=UTC))
    step = AskMore(plan)
    assert unpack(pack(step)) == step


def test_what_no_longer_fits_counts_as_nothing_open() -> None:
    assert unpack(b'["test.gone",{}]') is None
    assert unpack(b'["test.counting",{"page":"one"}]') is None
    assert unpack(b'["test.counting",{"page":1,"other":2}]') is None


def test_a_sealed_step_is_never_written() -> None:
    with pytest.raises(TypeError, match="sealed"):
        pack(AskCountry())
    assert unpack(b'["pay.country",{}]') is None


def test_pages_have_arrows_only_where_they_lead_somewhere() -> None:
    buttons = [Button(str(n), text("value", value=str(n)), Link("help")) for n in range(20)]
    names = [[b.name for row in Pages(buttons, page, Counting).rows() for b in row] for page in range(3)]
    assert names[0][-1] == "page.on" and names[1][-2:] == ["page.back", "page.on"] and names[2][-1] == "page.back"
    assert [n for page in names for n in page if n.isdecimal()] == [str(n) for n in range(20)]
