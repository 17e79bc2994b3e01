"""What stands on a certificate: the outcome as it was published, the rules, and what a law asks for instead."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bot.ballots.board import freeze, write_board
from bot.ballots.law import LABELS, build
from bot.ballots.log import Head
from bot.ballots.rules import Ballot, Method, Share
from bot.briefs.typesetting import plain
from bot.texts import Catalogues, data_folder
from handlers.certificates import of_board
from tests.ballots.boards import METHODS, SALT, box_of, random_ballot, random_board

TEXTS = Catalogues.load(data_folder("locales"))
HEAD = Head(12, b"r" * 32, b"s" * 64)


def words(part: Any) -> Iterator[str]:
    """Gives everything that is said on a page."""
    if isinstance(part, str):
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from words(one)


def page(document: bytes, locale: str = "en") -> str:
    """Gives the words of a certificate."""
    made = of_board(document, locale, "DLA", HEAD)
    return "\n".join(words(plain(made.sheet(), TEXTS, locale)))


def strike(country: str | None = None, **more: Any) -> bytes:
    """Gives the board of an indicative strike vote with 31 yes, 9 no and 2 blank."""
    ballot: Ballot = replace(random_ballot(Random(1), "yesno"), groups=(), country=country)
    rules = replace(ballot.rules, double="", preset="strike", threshold=Share(2, 3), base="valid", quorum=None)
    ballot = replace(ballot, rules=replace(rules, **more), frozen="")
    ballot = replace(ballot, frozen=freeze(ballot, SALT))
    votes = [((0,), 0)] * 31 + [((1,), 0)] * 9 + [((), 0)] * 2
    return write_board(box_of(ballot, votes, Random(2)), ballot, SALT)


def test_it_says_the_outcome_the_rules_and_how_to_check_them() -> None:
    said = page(strike(indicative=True))
    for words_ in (
        "INDICATIVE",
        "DLA · ballot",
        "closed 1 Dec 2026",
        "Carried: 31 of 40 valid votes were yes, and at least two thirds, 27, were needed.",
        "42% of those who could",
        "Carried if at least 2/3 of those who say yes or no say yes; abstentions do not count.",
        "Log of results in which the board stands: 12 boards",
    ):
        assert words_ in said


@pytest.mark.parametrize(
    ("country", "there", "not_there"),
    [
        ("KE", "Kenya: a strike needs conciliation first", "United Kingdom"),
        ("TR", "Türkiye: membership counts only", "Kenya"),
        ("GH", "No legal profile is kept of Ghana", "Kenya"),
        (None, "United Kingdom: industrial action needs a ballot by post", "Türkiye"),
    ],
)
def test_it_is_labelled_where_a_law_asks_for_another_form(country: str | None, there: str, not_there: str) -> None:
    said = page(strike(country))
    assert there in said and not_there not in said and "INDICATIVE" in said


def test_a_vote_that_no_law_knows_is_not_labelled() -> None:
    assert "INDICATIVE" not in page(strike(preset="")) and "This is no legal advice" in page(strike(preset=""))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cast", [4, 9, 80])
def test_every_method_has_one_in_every_language_and_few_votes_show_no_figure(method: Method, cast: int) -> None:
    document = random_board(11, method, cast)
    for locale in TEXTS.locales:
        said = page(document, locale)
        assert ("Voted" in said or "Waliopiga kura\n" in said) == (cast == 80)


def test_every_label_is_dated_sourced_and_said() -> None:
    for label in LABELS.values():
        assert label.source and TEXTS.template(f"law.{label.key}", "sw", None)
    with pytest.raises(ValueError, match="two capital letters"):
        build({"country": "ke", "preset": "strike", "as_of": "2026-01-01", "source": "x"})
