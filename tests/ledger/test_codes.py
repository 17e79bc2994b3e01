"""The code of a ledger: typing errors are told from wrong codes, however it is typed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger.codes import BITS, LETTERS, draw_code, grouped, read_code
from bot.members.rules import CODE_ALPHABET
from bot.texts import Refusal

SEEDS = st.integers(0, 10**9)


def drawn(seed: int) -> str:
    return draw_code(random.Random(seed).randrange)


def test_a_code_has_more_than_eighty_bits_in_letters_that_nobody_confuses() -> None:
    assert BITS > 90 and len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 31
    assert not set("ilo01") & set(CODE_ALPHABET)


@given(SEEDS)
def test_a_code_is_read_as_it_is_shown_and_as_people_type_it(seed: int) -> None:
    code = drawn(seed)
    figures = code.translate({ord("0") + n: chr(0x660 + n) for n in range(10)})
    for typed in (code, grouped(code), grouped(code).replace(" ", "-"), f" {code.title()}\n", figures):
        assert read_code(typed) == code


@given(SEEDS, st.integers(0, LETTERS - 1), st.sampled_from(CODE_ALPHABET + "ilo01"))
def test_one_wrong_letter_is_always_noticed(seed: int, at: int, letter: str) -> None:
    code = drawn(seed)
    typed = code[:at] + letter + code[at + 1 :]
    if typed != code:
        with pytest.raises(Refusal, match="typo"):
            read_code(typed)


@given(SEEDS, st.integers(0, LETTERS - 1), st.integers(0, LETTERS - 1))
def test_two_letters_that_changed_places_are_always_noticed(seed: int, one: int, other: int) -> None:
    letters = list(drawn(seed))
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) != drawn(seed):
        with pytest.raises(Refusal, match="typo"):
            read_code("".join(letters))


@given(st.text(max_size=60))
def test_anything_else_is_refused_in_words(words: str) -> None:
    with pytest.raises(Refusal, match=r"ledger\.code\.(length|typo)"):
        read_code(words)
