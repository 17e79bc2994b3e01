"""The currencies a pay report can be in: how people write them, and around which hourly pay their grid lies.

They stand in currencies.csv. The codes are those of ISO 4217 and the words those that people type. What is typical is
our choice and no statistic; why it was chosen stands in the row.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from babel.numbers import get_currency_precision, is_currency

from bot.tables import Row, Table, read_table, require

COLUMNS = ("code", "typical", "words", "source")
TYPICAL = re.compile("[1-9][0-9]{0,6}")


@dataclass(frozen=True)
class Currency:
    """A currency by its ISO 4217 code.

    `typical` is a round hourly pay for data work in major units. It stands in the table, never taken from reports: the
    pay grid is centred on it (bot/pay/rules.py) and amounts far beyond it are refused. Whoever changes it moves the
    grid, and with it what was filed in an open period. `words` is how people write the currency, in lower case without
    dots and spaces.
    """

    code: str
    typical: int
    words: tuple[str, ...]

    @property
    def digits(self) -> int:
        """Gives the decimals of the minor unit (ISO 4217 as Babel has it): 2 for KES, 0 for UGX, 3 for TND."""
        return get_currency_precision(self.code)

    @property
    def minor(self) -> int:
        """Gives how many minor units make one: 100 for KES, 1 for UGX, 1000 for TND."""
        return int(10**self.digits)

    @property
    def anchor(self) -> int:
        """Gives the middle of the grid in minor units per hour."""
        return self.typical * self.minor


def meant(word: str, expected: str | None) -> str | None:
    """Gives the currency that a written word or sign means, or None when it names none or could be several.

    What several currencies share ("sh", "$", "rupees") means the expected one if that is among them; "$" without such
    an expectation is the US dollar.
    """
    word = bare(word)
    could_be = [code for code, currency in CURRENCIES.items() if word == code.casefold() or word in currency.words]
    if expected in could_be:
        return expected
    if word == "$":
        return "USD"
    return could_be[0] if len(could_be) == 1 else None


def bare(word: str) -> str:
    """Gives a written word as the table has it: in lower case, without dots and spaces."""
    return word.casefold().replace(".", "").replace(" ", "")


def read_currencies(path: Path) -> dict[str, Currency]:
    """Reads the table of currencies. Raises BadTable with file and line."""
    return read_table(path, COLUMNS, _currency, lambda currency: currency.code)


def _currency(row: Row) -> Currency:
    words = tuple(row["words"].split())
    require(is_currency(row["code"]), "the code must be one of ISO 4217")
    require(TYPICAL.fullmatch(row["typical"]), "typical must be a positive whole number")
    require(all(word == bare(word) for word in words), "words must be in lower case and without dots")
    require(len(set(words)) == len(words), "a word appears twice")
    return Currency(row["code"], int(row["typical"]), words)


CURRENCIES = Table(lambda: read_currencies(Path(__file__).parent / "currencies.csv"))
