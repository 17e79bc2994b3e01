"""What a name may be, when two are one, what a new one is called inside, and how many may be added."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Refusal, text
from bot.workplaces import catalogue
from bot.workplaces.catalogue import Client, Employer, Listing, Task, key_of
from bot.workplaces.rules import (
    ID,
    LONGEST,
    MOST_CELLS,
    MOST_CLIENTS,
    MOST_COUNTRIES,
    MOST_TASKS,
    MOST_VENDORS,
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
    refuse_full,
    refuse_more,
    renamed,
    shown,
)
from bot.workplaces.store import DOCUMENT, KEY, NAME_PROPOSAL, as_now, beside

NAMES = st.text(min_size=1, max_size=LONGEST + 5)
COUNTRY = st.sampled_from(sorted(catalogue.COUNTRIES))


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
    known = catalogue.EMPLOYERS.listed.values()
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


@pytest.mark.parametrize(
    "listed",
    [
        Employer("i" * 32, "ሀ" * LONGEST, ("KE",) * MOST_COUNTRIES, "platform"),
        Client("i" * ID, "ሀ" * LONGEST, ("i" * 32,) * MOST_VENDORS),
        Task("i" * ID, "ሀ" * LONGEST),
    ],
)
def test_the_longest_proposal_fits_its_padding_and_its_row(listed: Listing) -> None:
    longest = NameProposal("0" * 16, "f" * 32, "ሀ" * LONGEST, "2026-11", True, Draft(listed, "ሀ" * SOURCE))
    written = NAME_PROPOSAL.dump_json(longest)
    assert len(written) < DOCUMENT - 4
    assert NAME_PROPOSAL.validate_python(as_now(json.loads(written))) == longest
    assert len(" ".join(beside(listed))) <= 100 and len(key_of(listed)) <= KEY


def test_a_draft_from_before_there_were_other_lists_is_one_of_an_employer() -> None:
    old = {"id": "1", "by": "f", "name": "Karya", "month": "2026-11", "told": True}
    old |= {"draft": {"employer": {"id": "karya", "name": "Karya", "countries": ["IN"], "kind": "bpo"}, "source": "s"}}
    karya = Draft(Employer("karya", "Karya", ("IN",), "bpo"), "s")
    assert NAME_PROPOSAL.validate_python(as_now(old)) == NameProposal("1", "f", "Karya", "2026-11", True, karya)


def test_every_listed_name_has_a_row_of_its_own() -> None:
    listed = [one for in_use in catalogue.IN_USE.values() for one in in_use.values()]
    assert len({key_of(one)[:KEY] for one in listed}) == len(listed)
    assert [catalogue.keyed(key_of(one)) for one in listed] == listed
    assert catalogue.keyed("client:gone").retired and catalogue.keyed("task:gone").retired


@given(st.lists(st.tuples(st.sampled_from(["bpo", "platform"]), st.sets(COUNTRY, min_size=1, max_size=8))))
def test_organizers_add_employers_up_to_so_many_cells(wanted: list[tuple[catalogue.Kind, set[str]]]) -> None:
    """However many currencies each has: what is refused would have been one cell too many, and nothing else is."""
    added: list[Listing] = [Task("own", "Own"), catalogue.employer("sama")]  # no new cell of an employer
    used = 0
    for number, (kind, countries) in enumerate(wanted):
        new = Employer(f"new{number}", "New", tuple(sorted(countries)), kind)
        try:
            refuse_full(new, added)
        except Refusal:
            assert used + len(catalogue.paid_in(new)) > MOST_CELLS
        else:
            added, used = [*added, new], used + len(catalogue.paid_in(new))
    assert used <= MOST_CELLS


@pytest.mark.parametrize(("what", "most"), [(Task, MOST_TASKS), (partial(Client, vendors=("sama",)), MOST_CLIENTS)])
def test_organizers_add_few_kinds_of_work_and_end_clients(what: Callable[[str, str], Listing], most: int) -> None:
    added = [what(f"new{number}", "New") for number in range(most)]
    refuse_full(what("last", "Last"), added[1:])
    with pytest.raises(Refusal, match="names.full"):
        refuse_full(what("last", "Last"), added)


def test_a_source_is_tidied() -> None:
    assert clean_source("  An article \n of 2026 ") == "An article of 2026"


def test_organizers_rows_change_what_is_listed_and_add_others() -> None:
    added = Employer("karya", "Karya", ("IN",), "platform")
    changed = Employer("sama", "Sama AI", ("DE",), "platform", ("Sama",), retired=True)
    own, gone = Task("own", "Own work"), Task("qa_review", "Checks", retired=True)
    try:
        catalogue.use([added, changed, own, gone, Client("sama", "Sama", ("sama",))])
        assert catalogue.tasks()[-2:] == ("own", "other") and "qa_review" not in catalogue.tasks()
        assert catalogue.task_name("own") == text("value", value="Own work")
        assert catalogue.task_name("qa_review") == text("task.qa_review")  # its names are the locales'
        assert catalogue.keyed("client:sama") != catalogue.keyed("sama")
        sama = catalogue.employer("sama")
        assert (sama.name, sama.countries, sama.kind) == ("Sama AI", ("KE", "UG"), "bpo")  # the table's countries count
        assert sama not in catalogue.employers("KE") and added in catalogue.employers("IN")
        assert {"sama", "karya"} <= set(catalogue.employer_currencies())
    finally:
        catalogue.use(())
    assert catalogue.EMPLOYERS.listed == catalogue.EMPLOYERS
