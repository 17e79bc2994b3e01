"""The master key on paper: as words, whole or in three shares of which two are enough (SLIP-39).

A share alone tells nothing of the key; two of one set give it back, two of different sets are told apart.
"""

from collections.abc import Iterable
from itertools import combinations

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from bot.vault import VaultError

SHARES, ENOUGH = 3, 2
WORDS = 33  # of the whole and of each share, for 32 bytes
COLUMNS = 6
MIXED = "these shares are not of one set: take two that were written down together"
SHEETS = f"""Kauli: the master key on paper. Fingerprint: {{fingerprint}}

Without this key nobody can read the union's data, you neither. Write each part on a sheet of its own, by hand or on a
printer that keeps no copy; check it by reading it back. Give the three shares to three people who do not live together:
any {ENOUGH} of them bring the key back with `kauli keys recover`, one alone tells nothing. Keep the whole, if at all,
in a safe, never where a backup is kept. After `kauli keys rotate` all of this is void: destroy it and write it anew.

{{parts}}"""


def sheets(master: bytes, fingerprint: str) -> str:
    """Gives what is to be written down: the whole key and three shares, each in numbered words."""
    shares = generate_mnemonics(1, [(ENOUGH, SHARES)], master)[0]
    whole = generate_mnemonics(1, [(1, 1)], master)[0][0]
    parts = [("The whole key", whole)] + [(f"Share {n} of {SHARES}", share) for n, share in enumerate(shares, 1)]
    return SHEETS.format(
        fingerprint=fingerprint, parts="\n\n".join(f"{name}\n{laid_out(said)}" for name, said in parts)
    )


def laid_out(words: str) -> str:
    """Lays words out in numbered columns, so that none is skipped."""
    cells = [f"{number:2} {word:<10}" for number, word in enumerate(words.split(), 1)]
    return "\n".join(" ".join(cells[at : at + COLUMNS]).rstrip() for at in range(0, len(cells), COLUMNS))


def read_words(line: str) -> str:
    """Gives the words of a typed line, without the numbers of the sheet, in small letters."""
    return " ".join(word.lower() for word in line.split() if not word.strip(".").isdecimal())


def recovered(lines: Iterable[str]) -> bytes | None:
    """Gives the master key once the whole or enough shares of one set were typed, else None.

    Raises VaultError for words that are none of ours, with the mend.
    """
    typed = sorted({words for line in lines if (words := read_words(line))})
    for words in typed:
        check(words)
    for number in (1, ENOUGH):
        for some in combinations(typed, number):
            try:
                return bytes(combine_mnemonics(some))
            except MnemonicError:
                continue
    if len(typed) >= SHARES:
        raise VaultError(MIXED)
    return None


def check(words: str) -> None:
    """Refuses a line with a wrong word. Raises VaultError."""
    if len(words.split()) != WORDS:
        raise VaultError(f"a line needs {WORDS} words, this one has {len(words.split())}: type one share per line")
    try:
        Share.from_mnemonic(words)
    except MnemonicError:
        raise VaultError("a line holds a wrong word: compare it with the paper, and type it again") from None
