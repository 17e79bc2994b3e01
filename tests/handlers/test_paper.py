"""The ballot paper: what it says of the rules and texts, and that the longest one fits a message."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.ballots.marks import UNSCORED, Marks
from bot.ballots.papers import SINGLE, longest
from bot.ballots.rules import (
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    Ballot,
    Group,
    Note,
    Rules,
    Share,
    Wording,
)
from bot.dialogue import Link, Screen
from bot.texts import Catalogues, data_folder
from handlers.lettering import headed
from handlers.marking import Sheet, leasting, marking, scores
from handlers.paper import ROOM, paper, rules_of
from handlers.voting import review_of
from tests.kinds import KINDS

MESSAGE = 4096  # UTF-16 units of a message (Bot API, sendMessage)
TEXTS = Catalogues.load(data_folder("locales"))
CLOSES = datetime(2026, 11, 30, 12, tzinfo=UTC)


def longest_ballot(rules: Rules, *, roomy: bool = False) -> Ballot:
    """Gives a ballot with texts as long as they may be (or just still on the paper) and every remark there is."""
    size = 2 if rules.method == "yesno" or roomy else MOST_OPTIONS
    options = tuple(f"{number:02}".ljust(LONGEST_OPTION, "o") for number in range(size))
    explained = ROOM - LONGEST_QUESTION - size * LONGEST_OPTION if roomy else LONGEST_EXPLANATION
    deciding = Wording("fr", "q" * LONGEST_QUESTION, options, "e" * explained, "0" * 64)
    read = (deciding, replace(deciding, locale="en"), replace(deciding, locale="sw"))  # translations, not reviewed
    strict = replace(rules, binding=True, indicative=True, changeable=False, shuffled=True, quorum=Share(1, 2, True))
    strict = replace(strict, tie="drawn", none_option=True)
    if rules.method in SINGLE:
        strict = replace(strict, threshold=Share(2, 3), base="electorate", double="employer")
    notes = tuple(Note("wording", date(2026, 11, 25), CLOSES, one.locale) for one in read)
    ballot = Ballot("a0d17b07", read, "KE", CLOSES, "open", rules=strict, paused=True, halted=True)
    return replace(ballot, notes=notes, frozen="{}")


def units(words: str) -> int:
    """Counts as Telegram does."""
    return len(words.encode("utf-16-le")) // 2


@pytest.mark.parametrize("locale", ["en", "sw"])
@pytest.mark.parametrize("method", KINDS)
def test_the_longest_papers_fit_a_message(method: str, locale: str) -> None:
    rules = next(one for name, one in KINDS.items() if name == method)
    ballot = longest_ballot(rules)
    size = ballot.options()
    whole: Marks = tuple(range(longest(rules, size)))
    if method == "score":
        whole = (UNSCORED,) * (size - 1) + (rules.top,)
    own = Sheet(ballot, ballot.wordings[0], tuple(range(size)), (size, 0, 1, 2) if method == "demands" else whole)
    sent = paper(ballot, locale)
    fuller = paper(longest_ballot(rules, roomy=True), locale)
    screens = [
        headed(sent.text, sent),
        headed(fuller.text, fuller),
        paper(ballot, locale, "choose", own.order),
        review_of(own),
    ]
    screens += [Screen(rules_of(ballot, locale))]
    screens += [] if method in ("yesno", "choice") else [marking(own)]
    screens += [scores(own, size - 1)] if method == "score" else []
    screens += [leasting(own)] if method == "demands" else []
    for screen in screens:
        assert units(TEXTS.plain(screen.text, locale, "Africa/Nairobi")) <= MESSAGE
        links = [button.to for row in screen.rows for button in row]
        assert all(isinstance(link, Link) and len(link.data().encode()) <= 64 for link in links)


def said(ballot: Ballot, locale: str = "en") -> str:
    """Gives the words of a paper."""
    return TEXTS.plain(paper(ballot, locale).text, locale, "Africa/Nairobi")


def test_the_paper_says_which_text_counts_and_how_far_it_can_be_trusted() -> None:
    english, swahili = Wording("en", "Shall we?", ("Yes", "No")), Wording("sw", "Je?", ("Ndiyo", "Hapana"))
    ballot = Ballot("a0d17b07", (english, swahili), None, CLOSES, "open", rules=Rules("yesno", binding=True))
    assert "English ndiyo inayoamua" in said(ballot, "sw") and "Haijakaguliwa" in said(ballot, "sw")
    assert "Not reviewed" not in said(ballot)  # the text that decides is compared with nothing
    alone = replace(ballot, wordings=(replace(english, reviewed=True),))
    assert "It is in" not in said(alone) and "decides" not in said(alone) and "Not reviewed" not in said(alone)
    assert "Imeandikwa kwa English" in said(alone, "sw")
    assert "Indicative" in said(replace(alone, rules=Rules("yesno", indicative=True)))
    assert "advice and binds nobody" in said(replace(alone, employer="sama"))
    mended = replace(ballot, notes=(Note("wording", date(2026, 11, 25), CLOSES, "sw"),))
    assert "yalirekebishwa 25" in said(mended, "sw") and "corrected" not in said(mended)


def test_the_paper_says_by_which_rules_it_is_decided_those_that_are_set() -> None:
    wording = Wording("en", "Shall we?", ("Yes", "No"))
    plain = Ballot("a0d17b07", (wording,), None, CLOSES, "open", rules=Rules("yesno", threshold=Share(2, 3)))
    assert "Carried if at least 2/3 of those who say yes or no" in said(plain) and "Quorum" not in said(plain)
    strict = replace(plain.rules, quorum=Share(1, 2, strict=True), double="country")
    double = replace(plain, rules=strict, groups=(Group("KE", 24), Group("others", 21)))
    assert "Quorum: more than 1/2" in said(double) and "in each country" in said(double)
    behind = TEXTS.plain(rules_of(double, "en"), "en", "Africa/Nairobi")
    assert "Kenya: 24" in behind and "All smaller groups together: 21" in behind
    several = replace(plain, rules=Rules("approval", seats=3, tie="drawn"))
    assert "Elected: 3." in said(several) and "broken by a lot" in said(several)


def test_every_vote_button_of_a_paper_carries_data_of_one_length() -> None:
    ballot = Ballot("a0d17b07", (Wording("en", "Which?", ("A", "B", "C")),), None, CLOSES, "open")
    voting = [
        b.to.data() for row in paper(ballot, "en").rows for b in row if isinstance(b.to, Link) and b.name[0] in "ob"
    ]
    assert len(voting) == 4 and len({len(data) for data in voting}) == 1
