"""The master key on paper: whole or two of three shares bring it back, one share and wrong words do not."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.keys.paper import WORDS, check, read_words, recovered, sheets
from bot.vault import VaultError

KEYS = st.binary(min_size=32, max_size=32)


def lines(master: bytes) -> list[str]:
    """Gives the four texts of the sheets, each as one line typed with its numbers."""
    written = sheets(master, "0badcafe").split("\n\n")[2:]
    return [" ".join(part.splitlines()[1:]) for part in written]


@settings(max_examples=10, deadline=None)
@given(KEYS)
def test_the_whole_and_any_two_shares_bring_the_key_back(master: bytes) -> None:
    whole, *shares = lines(master)
    assert recovered([whole]) == master
    for pair in combinations(shares, 2):
        assert recovered(reversed(pair)) == master
    assert recovered([shares[0], "", shares[0].upper(), shares[2]]) == master


@settings(max_examples=10, deadline=None)
@given(KEYS, KEYS)
def test_one_share_and_shares_of_two_sets_bring_nothing(master: bytes, other: bytes) -> None:
    _, one, two, three = lines(master)
    _, strange, *_ = lines(other)
    assert recovered([one]) is None and recovered([]) is None
    assert recovered([one, strange]) is None
    assert recovered([one, strange, three]) == master
    with pytest.raises(VaultError, match="not of one set"):
        recovered([one, strange, lines(master)[2]])
    assert two != three


def test_a_wrong_word_is_found_before_anything_is_made_of_it() -> None:
    words = read_words(lines(b"k" * 32)[1]).split()
    assert len(words) == WORDS
    swapped = [*words[:-2], words[-1], words[-2]]
    for wrong in (swapped, ["abracadabra", *words[1:]]):
        with pytest.raises(VaultError, match="a wrong word"):
            check(" ".join(wrong))
    with pytest.raises(VaultError, match="33 words, this one has 32"):
        check(" ".join(words[1:]))


def test_the_sheets_say_what_to_do_and_fit_a_page() -> None:
    written = sheets(b"k" * 32, "0badcafe")
    assert "Fingerprint: 0badcafe" in written and "kauli keys recover" in written
    assert [part.splitlines()[0] for part in written.split("\n\n")[2:]] == [
        "The whole key",
        *(f"Share {number} of 3" for number in (1, 2, 3)),
    ]
    assert max(map(len, written.splitlines())) <= 120 and " 1 " in written and "33 " in written
