"""What a name of an employer may be, when two are one, and what a new one is called inside."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Refusal
from bot.workplaces import catalogue
from bot.workplaces.catalogue import Employer
from bot.workplaces.rules import (
    LONGEST,
    SOURCE,
    Draft,
    NameProposal,
    alike,
    clean_name,
    clean_source,
    expired,
    folded,
    known_as,
    names_of,
    new_id,
    recognised,
    refuse_more,
    renamed,
    shown,
)
from bot.workplaces.store import DOCUMENT, NAME_PROPOSAL

NAMES = st.text(min_size=1, max_size=LONGEST + 5)


def proposed(id: str, name: str, *, told: bool = True) -> NameProposal:
    return NameProposal(id, f"by{id}", name, "2026-11", told)


@pytest.mark.parametrize(
    ("words", "name"),
    [("  Karya\n Works ", "Karya Works"), ("Çağrı-İş", "Çağrı-İş"), ("सामा", "सामा"), ("3D & Co.", "3D & Co.")],
)
def test_a_name_is_tidied(words: str, name: str) -> None:
    assert clean_name(words) == name


@pytest.mark.parametrize(
    "words",
    [
        "",
        "x",
        "12 34",
        "a" * 61,
        "evil.com",
        "t.me/x",
        "@boss",
        "www.x",
        "call 0722123456",
        "😀😀😀",
        "a<b>c",
        "+SUM",
        "a\u202eb;",
    ],
)
def test_what_is_no_name_is_refused(words: str) -> None:
    with pytest.raises(Refusal):
        clean_name(words)


@given(NAMES)
def test_a_clean_name_stays_clean_fits_its_row_and_shows_nothing_hidden(words: str) -> None:
    try:
        name = clean_name(words)
    except Refusal:
        return
    assert clean_name(name) == name and len(name) <= LONGEST and folded(name)
    assert not set(name) & set('<>@/\\"\u202e\u200b\n')


@given(NAMES, st.sets(st.text("ab_2", min_size=1, max_size=4)))
def test_a_new_id_is_free_and_fits_the_catalogue(words: str, taken: set[str]) -> None:
    id = new_id(words, taken, "e0")
    assert (
        id not in taken
        and id != "other"
        and 1 <= len(id) <= 32
        and set(id) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    )


def test_an_employer_is_recognised_by_every_name_it_goes_by() -> None:
    known = catalogue.LISTED.values()
    found = {
        words: recognised(words, known) for words in ("majorel", "TELEPERFORMANCE", "Tele-Performance (Kenya)", "Karya")
    }
    assert [one and one.id for one in found.values()] == ["teleperformance"] * 3 + [None]
    sama = renamed(known_as(catalogue.employer("sama"), "Samasource"), "Sama AI")
    assert names_of(sama) == ("Sama AI", "Samasource", "Sama")
    assert known_as(sama, "SAMA source") == sama
    assert len(names_of(known_as(sama, "x" * 60))) == 4


def test_organizers_see_each_name_once_and_in_no_order_of_arrival() -> None:
    waiting = [proposed("3", "beta"), proposed("1", "Beta"), proposed("2", "Alpha"), proposed("0", "Late", told=False)]
    assert [one.name for one in shown(waiting)] == ["Alpha", "Beta"] == [one.name for one in shown(waiting[::-1])]
    assert {one.id for one in alike(waiting, waiting[0])} == {"1", "3"}


def test_few_names_of_one_member_wait_and_none_twice() -> None:
    own = [proposed(str(n), f"N{n} Works") for n in range(3)]
    with pytest.raises(Refusal, match="propose.already"):
        refuse_more(own[:1], "n0 works")
    with pytest.raises(Refusal, match="propose.too_many"):
        refuse_more(own, "Karya")
    refuse_more(own[:2], "Karya")


def test_a_name_waits_sixty_days_after_its_month() -> None:
    assert not expired(proposed("1", "A"), date(2027, 1, 29)) and expired(proposed("1", "A"), date(2027, 1, 30))


def test_the_longest_proposal_fits_its_padding() -> None:
    employer = Employer("i" * 32, "ሀ" * LONGEST, ("KE",) * 8, "platform")
    longest = NameProposal("0" * 16, "f" * 32, "ሀ" * LONGEST, "2026-11", True, Draft(employer, "ሀ" * SOURCE))
    assert len(NAME_PROPOSAL.dump_json(longest)) < DOCUMENT - 4
    assert clean_source("  An article \n of 2026 ") == "An article of 2026"


def test_organizers_rows_change_a_listed_employer_and_add_others() -> None:
    added = Employer("karya", "Karya", ("IN",), "platform")
    changed = Employer("sama", "Sama AI", ("DE",), "platform", ("Sama",), retired=True)
    try:
        catalogue.use([added, changed])
        sama = catalogue.employer("sama")
        assert (sama.name, sama.countries, sama.kind) == ("Sama AI", ("KE", "UG"), "bpo")  # the table's countries count
        assert sama not in catalogue.employers("KE") and added in catalogue.employers("IN")
        assert {"sama", "karya"} <= set(catalogue.employer_currencies())
    finally:
        catalogue.use(())
    assert catalogue.EMPLOYERS == catalogue.LISTED
