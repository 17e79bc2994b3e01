"""The code that opens a ledger: twenty letters and figures that can be written down by hand and read aloud.

Nineteen are drawn (94 bits), the last one checks the others: modulo 31, a prime, with a weight of its own for each
place, so that one wrong letter and two that changed places are always noticed. A typing error is thus told from a wrong
code.
"""

import math
import unicodedata
from collections.abc import Callable

from bot.members.rules import CODE_ALPHABET
from bot.texts import Refusal

LETTERS, GROUP = 20, 4
BITS = (LETTERS - 1) * math.log2(len(CODE_ALPHABET))


def draw_code(randbelow: Callable[[int], int]) -> str:
    """Draws a code; chance comes in as an argument."""
    drawn = [randbelow(len(CODE_ALPHABET)) for _ in range(LETTERS - 1)]
    last = -total(drawn) * pow(LETTERS, -1, len(CODE_ALPHABET)) % len(CODE_ALPHABET)
    return "".join(CODE_ALPHABET[number] for number in (*drawn, last))


def grouped(code: str) -> str:
    """Writes a code as it is shown: capitals, in groups of four."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)).upper()


def read_code(words: str) -> str:
    """Reads a code as people type it: capitals or not, grouped in any way, in any script's figures.

    Raises Refusal `ledger.code.length` or `ledger.code.typo`.
    """
    said = letters(words)
    if len(said) != LETTERS:
        raise Refusal("ledger.code.length", letters=LETTERS)
    numbers = [CODE_ALPHABET.find(letter) for letter in said]
    if min(numbers) < 0 or total(numbers) % len(CODE_ALPHABET):
        raise Refusal("ledger.code.typo")
    return said


def letters(words: str) -> str:
    """Gives the letters and figures of some words, small, figures of every script as 0 to 9."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in plain if sign.isalnum())


def total(numbers: list[int]) -> int:
    """Gives the weighted sum that a whole code brings to nothing."""
    return sum(place * number for place, number in enumerate(numbers, 1))
