"""What a digest leaves out: whole items, in the order that stands in one place, and no more than it must."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digests.rights import ANY, PARAGRAPHS, known, paragraph
from bot.digests.rules import BETWEEN, LEFT_OUT, SHOWN, Item, fitting, number
from bot.members.rules import Every
from bot.texts import text
from tests.examples import EXAMPLES

ITEMS = st.lists(st.tuples(st.sampled_from(SHOWN), st.integers(1, 1500)), max_size=30)


@settings(max_examples=EXAMPLES)
@given(ITEMS, st.integers(120, 4096))
def test_items_go_whole_and_in_the_stated_order(given: list[tuple[str, int]], room: int) -> None:
    items = [Item(kind, text("value", value=str(place))) for place, (kind, _) in enumerate(given)]  # type: ignore[arg-type]  # sampled from the kinds
    lengths = {item: length for item, (_, length) in zip(items, given, strict=True)}
    more = 100
    fit = fitting(items, room, more, lengths.__getitem__)
    taken = sum(lengths[item] + BETWEEN for item in fit.items)
    assert taken + (more + BETWEEN if fit.short else 0) <= room
    assert fit.short == (len(fit.items) < len(items))
    assert [SHOWN.index(item.kind) for item in fit.items] == sorted(SHOWN.index(item.kind) for item in fit.items)
    turns = sorted(items, key=lambda item: (LEFT_OUT.index(item.kind), -items.index(item)))
    gone = [item for item in turns if item not in fit.items]
    assert gone == turns[: len(gone)]  # the first in the order, and no other
    if gone:  # and the last of them had to go
        back = taken + lengths[gone[-1]] + BETWEEN + (more + BETWEEN if len(gone) > 1 else 0)
        assert back > room


def test_every_kind_has_its_place() -> None:
    assert sorted(SHOWN) == sorted(LEFT_OUT)


def test_what_rotates_takes_turns_without_a_gap_for_every_reader() -> None:
    days = [date(2026, 1, 5) + timedelta(days=day) for day in range(0, 7 * 104, 7)]
    strides: dict[Every, int] = {"week": 1, "fortnight": 2}
    for every, stride in strides.items():
        numbers = [number(every, day) for day in days[::stride]]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    months = [number("month", date(2026 + month // 12, month % 12 + 1, 9)) for month in range(24)]
    assert months == list(range(months[0], months[0] + 24))


def test_rights_are_those_of_ones_country_and_of_everywhere() -> None:
    general = {one.key for one in PARAGRAPHS.values() if one.country == ANY}
    assert len(general) >= 6
    for country in (None, "ZZ", "KE", "GH", "PH", "CO", "TR", "MA", "MG"):
        seen = {paragraph(country, turn).key for turn in range(40)}
        own = {one.key for one in PARAGRAPHS.values() if one.country == country}
        assert seen == general | own and bool(own) == (country in ("KE", "GH", "PH", "CO", "TR", "MA", "MG"))
    assert known("ZZ") is known(None) is None and known("KE") == "KE"
