"""Figures as tables for other programs: a brief's in long form, all releases' in wide form, each with a codebook."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from bot.briefs.rules import Beside, Brief, Line
from bot.pay.release import Published, Release, release_id
from bot.texts import Catalogues, Money, text

Row = Mapping[str, str]
BANDS = range(4)
BANDED = ("late", "rejected", "own")
SAMPLE = "sample"  # the column that says of every row whether it is invented
BRIEF = (
    *("release", "period", "cell", "country", "currency", "measure", "value", "unit", "reports", "as_of", "source"),
    SAMPLE,
)
MEASURES = (
    *("pay", "pay_dollars", "pay_international", "unpaid", *BANDED),
    *("minimum", "living_wage", "living_tariff", "ratio", "fell_from", "fell_to"),
)
EXPORT = (
    *("release", "period", "cell", "kind", "country", "employer", "task", "currency"),
    *("size", "pay", "low", "high", "unpaid"),
    *(f"{question}_{band}" for question in BANDED for band in BANDS),
    SAMPLE,
)
NAMES: Mapping[str, tuple[str, ...]] = {  # what stands between the kind of a cell and its currency
    "country": ("country",),
    "employer": ("employer",),
    "pair": ("country", "task"),
    "task": ("task",),
}
EXPORT_KEYS = (*EXPORT[: EXPORT.index("late_0")], *BANDED, SAMPLE)


def brief_table(brief: Brief, *, sample: bool = False) -> str:
    """Writes everything a brief says in figures, one a row; `sample` marks each as invented."""
    return written(BRIEF, marked(brief_rows(brief), sample=sample))


def export_table(releases: Sequence[Release], *, sample: bool = False) -> str:
    """Writes every release, a cell a row; nothing is left out and nothing added but each release's id and the mark."""
    rows = (export_row(release, cell) for release in releases for cell in release.cells)
    return written(EXPORT, marked(rows, sample=sample))


def marked(rows: Iterable[Row], *, sample: bool) -> Iterator[Row]:
    """Says in every row whether it is invented, so that a row that is copied elsewhere still says it."""
    return ({**row, SAMPLE: "yes" if sample else "no"} for row in rows)


def codebook(names: Iterable[str], texts: Catalogues, locale: str) -> str:
    """Says what each column, and each value of the column `measure`, means."""
    rows = ({"name": name, "meaning": texts.plain(text(f"codebook.{name}"), locale, "UTC")} for name in names)
    return written(("name", "meaning"), rows)


def brief_codebook(texts: Catalogues, locale: str) -> str:
    """Gives the codebook of `brief_table`."""
    return codebook((*BRIEF, *MEASURES), texts, locale)


def export_codebook(texts: Catalogues, locale: str) -> str:
    """Gives the codebook of `export_table`; the bands of a question stand in columns such as late_0."""
    return codebook(EXPORT_KEYS, texts, locale)


def brief_rows(brief: Brief) -> Iterator[Row]:
    """Gives the rows of a brief: its own cells over time, their benchmarks, its countries, tasks and falls."""
    for release in brief.used:
        cells = (cell for line in brief.lines if (cell := release.cell(line.published.cell)))
        for cell in cells:
            yield from published_rows(release, cell)
    tasks = (line for task in brief.tasks for line in (*task.lines, *((task.all,) if task.all else ())))
    for line in (*brief.countries, *tasks):
        yield from published_rows(brief.release, line.published, line.country)
    for line in (*brief.lines, *(line for task in brief.tasks for line in task.lines)):
        yield from converted_rows(brief.release, line)
    for cell_name, found in brief.beside:
        for beside in found:
            yield from benchmark_rows(brief.release, cell_name, beside)
    yield from fall_rows(brief)


def published_rows(release: Release, cell: Published, country: str | None = None) -> Iterator[Row]:
    """Gives what a release says of a cell."""
    base = based(release, cell.cell, country) | {"reports": str(cell.size)}
    yield base | amount("pay", Money(cell.pay, cell.currency))
    if cell.unpaid is not None:
        yield base | {"measure": "unpaid", "value": str(cell.unpaid), "unit": "percent"}
    for question in BANDED:
        for band, percent in enumerate(getattr(cell, question) or ()):
            yield base | {"measure": f"{question}_{band}", "value": str(percent), "unit": "percent"}


def converted_rows(release: Release, line: Line) -> Iterator[Row]:
    """Gives a median in the moneys that can be compared across countries."""
    base = based(release, line.published.cell, line.country) | {"reports": str(line.published.size)}
    if line.hour.dollars:
        yield base | amount("pay_dollars", line.hour.dollars)
    if line.hour.international:
        yield base | amount("pay_international", line.hour.international) | {"unit": "international dollars per hour"}


def benchmark_rows(release: Release, cell: str, beside: Beside) -> Iterator[Row]:
    """Gives a benchmark and, where it may be said, the median in units of it."""
    base = based(release, cell, beside.country) | {"as_of": beside.as_of.isoformat(), "source": beside.source}
    yield base | amount(beside.benchmark, beside.hourly)
    if beside.ratio is not None:
        yield base | {
            "measure": "ratio",
            "value": f"{hundredths(beside.ratio)}",
            "unit": f"ratio to {beside.benchmark}",
        }


def fall_rows(brief: Brief) -> Iterator[Row]:
    """Gives the falls that were found in the releases used."""
    ids = {release.period: release for release in brief.used}
    for cut in (point.cut for history in brief.history for point in history.points if point.cut):
        base = based(ids[cut.period], cut.cell, None)
        yield base | amount("fell_from", Money(cut.before, cut.currency))
        yield base | amount("fell_to", Money(cut.after, cut.currency))


def export_row(release: Release, cell: Published) -> Row:
    """Gives one cell of a release with every figure that is published of it."""
    kind, *names, currency = cell.cell.split(":")
    row = {"release": release_id(release), "period": release.period, "cell": cell.cell, "kind": kind}
    row |= dict(zip(NAMES[kind], names, strict=True)) | {"currency": currency, "size": str(cell.size)}
    for name in ("pay", "low", "high"):
        minor = getattr(cell, name)
        row[name] = "" if minor is None else major(Money(minor, currency))
    row["unpaid"] = "" if cell.unpaid is None else str(cell.unpaid)
    banded = ((question, getattr(cell, question) or ()) for question in BANDED)
    return row | {f"{question}_{band}": str(part) for question, parts in banded for band, part in enumerate(parts)}


def based(release: Release, cell: str, country: str | None) -> dict[str, str]:
    """Gives the columns that say what a row is about."""
    found = country or (cell.split(":")[1] if cell.startswith(("country:", "pair:")) else "")
    names = {"release": release_id(release), "period": release.period, "cell": cell, "country": found}
    return names | {"currency": cell.rpartition(":")[2]}


def amount(measure: str, money: Money) -> dict[str, str]:
    """Gives the columns of an amount per hour."""
    return {"measure": measure, "value": major(money), "unit": f"{money.currency} per hour"}


def major(money: Money) -> str:
    """Writes an amount in major units with the decimals of its currency."""
    return str(Decimal(money.minor).scaleb(-get_currency_precision(money.currency)))


def hundredths(ratio: Fraction) -> Decimal:
    """Rounds a ratio to two decimals."""
    return Decimal(round(ratio * 100)).scaleb(-2)


def written(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Writes a table as CSV (RFC 4180), in the order of the rows; empty where nothing is said."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
