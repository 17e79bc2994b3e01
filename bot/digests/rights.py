"""What a digest says of the reader's rights: one paragraph, dated and with its source, another one each time.

Information, no legal advice: what is asked of a law stands there as far as its source goes, and nowhere further.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.tables import Row, Table, read_table, require

COLUMNS = ("key", "country", "year", "source")
ANY = "any"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its words are the sentence `rights.<key>`; of one country, or of any; of the year of its source.

    Where a source bears no date, it is the year in which it was read.
    """

    key: str
    country: str
    year: str
    source: str


def build(row: Row) -> Paragraph:
    """Reads a row. Raises ValueError."""
    country, year = row["country"], row["year"]
    require(country == ANY or (len(country) == 2 and country.isupper()), "country must be two capital letters, or any")
    require(len(year) == 4 and year.isdecimal(), "year must be a year such as 2026")
    return Paragraph(row["key"], country, year, row["source"])


PARAGRAPHS: Table[Paragraph] = Table(
    lambda: read_table(Path(__file__).with_name("rights.csv"), COLUMNS, build, lambda paragraph: paragraph.key)
)


def paragraph(country: str | None, number: int) -> Paragraph:
    """Gives the paragraph of a digest by its number: those of the reader's country and the general ones take turns."""
    fitting = [one for one in PARAGRAPHS.values() if one.country == country]
    fitting += [one for one in PARAGRAPHS.values() if one.country == ANY]
    return fitting[number % len(fitting)]


def known(country: str | None) -> str | None:
    """Gives a country that has paragraphs of its own, else None: readers of all others read the same."""
    return country if any(one.country == country for one in PARAGRAPHS.values()) else None
