"""When a batch is sealed, and how entries are merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.box.rules import batch, merge, ready, split


@given(st.integers(0, 400), st.integers(0, 30), st.integers(1, 5000))
def test_nothing_is_sealed_under_k_nor_under_one_percent(waiting: int, before: int, electorate: int) -> None:
    k = 5 if electorate < 50 else 10
    sealed = ready(waiting, before, electorate)
    assert batch(electorate) == k
    assert sealed == (waiting >= (k if before else 2 * k) and waiting >= electorate / 100)


def test_a_pay_period_has_no_electorate_and_takes_ten_or_one_percent_of_the_sealed() -> None:
    assert not ready(19, 0, None)
    assert ready(20, 0, None)
    assert ready(10, 20, None) and ready(10, 1000, None)
    assert not ready(10, 1001, None) and ready(11, 1001, None)


@given(st.lists(st.binary(min_size=16, max_size=16)))
def test_merging_forgets_the_order_and_nothing_else(entries: list[bytes]) -> None:
    assert split(merge(entries)) == sorted(entries)


def test_entries_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        merge([b"a", b"bb"])
