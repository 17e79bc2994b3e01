"""A brief says what releases say, sets like beside like, says what it leaves out, and is the same every time."""

import csv
import io
import re
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction

import pytest

from bot.briefs.errors import GROWN, PLAIN, off_by
from bot.briefs.faults import BriefError
from bot.briefs.files import FORMATS, Desk
from bot.briefs.rules import Brief, brief, compared
from bot.briefs.search import fitting, until
from bot.briefs.tables import BRIEF, MEASURES, brief_codebook, brief_table
from bot.pay import budget
from bot.pay.benchmarks import Minimum
from bot.pay.living import Living
from bot.pay.release import Published, Release, release_id
from bot.texts import Catalogues, Money, data_folder
from bot.workplaces.catalogue import EMPLOYERS, employer
from tests.briefs.history import history

TEXTS = Catalogues.load(data_folder("locales"))
LOCALES = ("en", "sw")
DAY = date(2027, 1, 1)
PAID = Published("employer:sama:KES", 100, 10_000)


def made(releases: tuple[Release, ...] = history(), id: str = "sama") -> Brief:
    """Makes a brief from a history."""
    return brief(employer(id), releases)


async def page(made: Brief, locale: str = "en", *, sample: bool = False) -> str:
    """Gives the words of a page, without its style."""
    written = (await Desk(TEXTS, locale, sample).brief(made, "html")).decode().partition("</style>")[2]
    return re.sub("<[^>]+>", " ", written).replace("\xa0", " ")


def test_money_is_set_side_by_side() -> None:
    """165 KES are 165 / 44.39 = 3.72 international dollars (World Bank 2024)."""
    kenya, uganda = made().lines
    assert kenya.hour.own == Money(16_500, "KES") and kenya.hour.international == Money(372, "USD")
    assert (kenya.country, uganda.country) == ("KE", "UG")
    assert [line.country for line in made().tasks[0].lines] == ["KE", "UG"]


def test_only_gross_and_fresh_benchmarks_are_divided_by() -> None:
    least = Minimum("KE", None, "KES", Fraction(8_000), date(2026, 1, 1), "law")
    living = Living("KE", None, "worker", "KES", 1, Fraction(20_000), "net", "living_wage", date(2026, 1, 1), "source")
    assert compared(least, PAID, DAY).ratio == Fraction(5, 4)
    assert compared(replace(least, as_of=date(2025, 6, 30)), PAID, DAY).ratio is None
    assert compared(living, PAID, DAY).ratio is None
    assert compared(replace(living, basis="unstated"), PAID, DAY).ratio is None
    assert compared(replace(living, basis="gross"), PAID, DAY).ratio == Fraction(1, 2)


async def test_the_page_says_every_figure_and_marks_the_fall() -> None:
    said = await page(made())
    for words in ("165 KES", "20%", "on time: 55%", "under a twentieth: 20%", "consent not explained: 10%", "1.27 USD"):
        assert words in said
    assert "2026-Q4: middle pay fell by" in said or "2026-Q3: middle pay fell by" in said
    assert release_id(history()[-1]) in said and "Meta (Facebook)" in said


async def test_what_is_not_published_is_said_with_its_reason() -> None:
    small = Release("2026-Q4", (Published("employer:sama:KES", 60, 16_500),))
    said = await page(made((small,)))
    assert "Pay in UGX: not published" in said and "under 300 reports" in said
    assert "about 60 reports" in said and "rough" in said
    assert "on time" not in said and "Over time" not in said


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("format", [*FORMATS])
async def test_the_same_releases_give_the_same_bytes(format: str, locale: str) -> None:
    desk = Desk(TEXTS, locale)
    one, other = [await desk.brief(made(history()), FORMATS[format]) for _ in range(2)]
    assert one == other and len(one) > 500
    assert format != "pdf" or (one.startswith(b"%PDF") and b"CreationDate (D:2027" not in one)
    later = await desk.brief(made(history()[:3]), FORMATS[format])
    assert (one == later) == (format == "codebook")


async def test_a_sample_is_marked_as_one() -> None:
    assert "SAMPLE UNION" in await page(made(), sample=True) and "SAMPLE" not in await page(made())
    for sample, mark in ((True, "yes"), (False, "no")):
        table = (await Desk(TEXTS, "en", sample).brief(made(), "csv")).decode()
        assert {row["sample"] for row in csv.DictReader(io.StringIO(table))} == {mark}


async def test_an_employers_name_is_text_on_every_page() -> None:
    odd = replace(employer("sama"), name='<script>"#read(\\ 工 ')
    said = (await Desk(TEXTS, "en").brief(replace(made(), employer=odd), "html")).decode()
    assert "&lt;script&gt;" in said and "<script>" not in said
    assert (await Desk(TEXTS, "en").brief(replace(made(), employer=odd), "pdf")).startswith(b"%PDF")


def test_the_table_says_everything_and_the_codebook_explains_it() -> None:
    rows = list(csv.DictReader(io.StringIO(brief_table(made()))))
    assert {re.sub(r"_\d$", "", row["measure"]) for row in rows} <= set(MEASURES)
    last = {row["measure"]: row["value"] for row in rows if row["period"] == "2026-Q4" and "sama:KES" in row["cell"]}
    assert last["pay"] == "165.00" and last["late_0"] == "55" and last["pay_international"] == "3.72"
    for locale in LOCALES:
        explained = {row["name"] for row in csv.DictReader(io.StringIO(brief_codebook(TEXTS, locale)))}
        assert explained == {*BRIEF, *MEASURES}


def test_the_errors_are_those_of_the_budget() -> None:
    """Each table of errors stands in the docstring of bot/pay/budget.py, in the column that it names."""
    assert list(PLAIN) == [row for row in column("employer pay") if row[0] >= PLAIN[0][0]]
    assert list(GROWN) == column("pay")
    assert (
        off_by(340, grown=False) == (4, 9) and off_by(340, grown=True) == (5, 14) and off_by(10, grown=False)[0] == 10
    )


def column(name: str) -> list[tuple[int, int, int]]:
    """Reads a column of the budget's tables: reports, and the errors of cells that stay."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in (budget.__doc__ or "").splitlines()]
    at = next(number for number, cells in enumerate(lines) if name in cells)
    rows = [cells for cells in lines[at + 2 : lines.index([], at)] if cells]
    found = [(cells[0], cells[lines[at].index(name)].split(" : ")[1].split("/")) for cells in rows]
    return [(int(reports), int(middle), int(wide)) for reports, (middle, wide) in found]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("sama", ["sama"]),
        ("SAMA ", ["sama"]),
        ("samma", ["sama"]),
        ("majorel", ["teleperformance"]),
        ("cloud factory", ["cloudfactory"]),
        ("turk", ["mturk"]),
        ("tel", ["telus", "teleperformance"]),
        ("zzzz", []),
        ("!", []),
    ],
)
def test_a_loosely_typed_name_is_found(words: str, ids: list[str]) -> None:
    assert sorted(one.id for one in fitting(words, EMPLOYERS.values())) == sorted(ids)


def test_a_release_is_found_by_id_its_beginning_or_period() -> None:
    found = history()
    named = release_id(found[1])
    assert until(found, named) == until(found, named[:6]) == until(found, "2026-Q2") == found[:2]
    assert until(found, None) == found
    for wrong in ("2031-Q1", named[:2]):
        with pytest.raises(BriefError, match="choose one of 2026-Q1"):
            until(found, wrong)
    with pytest.raises(BriefError, match="nothing has been released"):
        until((), None)


def test_every_field_of_a_published_cell_is_in_the_codebook() -> None:
    known = {*BRIEF, *MEASURES, "size", "low", "high"}
    assert {field.name for field in fields(Published)} <= known
