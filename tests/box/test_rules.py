"""When a batch is sealed, and how entries are merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.box.rules import batch, merge, ready, split


@given(st.integers(0, 400), st.booleans(), st.integers(1, 5000))
def test_nothing_is_sealed_under_k_nor_under_one_percent(waiting: int, before: bool, electorate: int) -> None:
    k = 5 if electorate < 50 else 10
    sealed = ready(waiting, before, electorate)
    assert batch(electorate) == k
    assert sealed == (waiting >= (k if before else 2 * k) and waiting >= electorate / 100)


def test_a_pay_period_has_no_electorate_and_takes_ten() -> None:
    assert not ready(19, False, None)
    assert ready(20, False, None)
    assert ready(10, True, None)


@given(st.lists(st.binary(min_size=16, max_size=16)))
def test_merging_forgets_the_order_and_nothing_else(entries: list[bytes]) -> None:
    assert split(merge(entries)) == sorted(entries)


def test_entries_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        merge([b"a", b"bb"])
