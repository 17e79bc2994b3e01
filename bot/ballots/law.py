"""Where the law asks for another form than a ballot in a chat: labels for certificates, dated and with their source.

No legal advice, and no profile of a country's law: only what must stand beside a result so that nobody takes it for a
ballot, notice or list by statute (domain.md, section 4). A country without a line is indicative in everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.tables import Row, Table, day, read_table, require

COLUMNS = ("country", "preset", "as_of", "source")
ANY = "any"  # every ballot of that country
KINDS = frozenset({ANY, "straw", "committee", "priorities", "ratification", "strike", "petition"})


@dataclass(frozen=True)
class Label:
    """What a country's law says of a kind of ballot; its words are the sentence `law.<country>.<preset>`."""

    country: str
    preset: str
    as_of: date
    source: str

    @property
    def key(self) -> str:
        """Names its row and its sentence."""
        return f"{self.country.lower()}.{self.preset}"


def build(row: Row) -> Label:
    """Reads a row. Raises ValueError."""
    require(len(row["country"]) == 2 and row["country"].isupper(), "country must be two capital letters")
    require(row["preset"] in KINDS, "preset must be one of " + ", ".join(sorted(KINDS)))
    return Label(row["country"], row["preset"], day(row["as_of"]), row["source"])


LABELS: Table[Label] = Table(
    lambda: read_table(Path(__file__).with_name("law.csv"), COLUMNS, build, lambda label: label.key)
)


def labels(preset: str, country: str) -> tuple[Label, ...]:
    """Gives what the law of a country says of a kind of ballot; without a country, what any law says of that kind."""
    return tuple(_fitting(preset, country))


def _fitting(preset: str, country: str) -> Iterator[Label]:
    for label in LABELS.values():
        if label.country == country and label.preset in (preset, ANY):
            yield label
        if not country and label.preset == preset:
            yield label


def profiled(country: str) -> bool:
    """Says whether anything is known of a country's law."""
    return any(label.country == country for label in LABELS.values())
