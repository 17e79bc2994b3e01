"""Prints the errors of released figures by the size of a cell, and how long a release takes. Asserts nothing.

Repeat: `make bench BENCH=tests/bench/pay_release.py`. The table stands in bot/pay/release.py.
"""

import random
import secrets
import time
from decimal import Decimal

from bot.jobs.pay import possible_cells
from bot.pay.normalise import Report
from bot.pay.release import Release, release
from bot.pay.rules import Filing, Fragment, fragments
from bot.texts import Money
from tests.audit.errors import GROWN_HEAD, HEAD, grown_rows, rows

SEED = 20261127
REPORTS = (200, 2_000, 20_000)


def main() -> None:
    """Prints the table of errors, then the time of a whole release, first and following."""
    print(HEAD)
    for row in rows(SEED):
        print(row.line())
    print(GROWN_HEAD)
    for row in grown_rows(SEED):
        print(row.line())
    for reports in REPORTS:
        filed, last = filings(reports, random.Random(SEED)), None
        for name in ("first", "following"):
            last, seconds = timed(filed, last)
            print(f"{reports} reports, {name} release: {seconds:.2f} s, {len(last.cells)} cells published")


def timed(filed: list[Fragment], last: Release | None) -> tuple[Release, float]:
    """Draws a release over the whole catalogue; gives it and the processor's seconds."""
    start = time.process_time()
    found = release("2026-Q4", possible_cells(), filed, secrets.randbelow, last)
    return found, time.process_time() - start


def filings(reports: int, chance: random.Random) -> list[Fragment]:
    """Invents reports from two countries and three employers."""
    return [fragment for _ in range(reports) for fragment in fragments(Filing((report(chance),)), chance.randrange)]


def report(chance: random.Random) -> Report:
    """Invents one report."""
    country, currency, middle = chance.choice((("KE", "KES", 34_000), ("GH", "GHS", 1_900)))
    wage = Money(int(middle * chance.lognormvariate(0, 0.4)) * 100, currency)
    employer = chance.choice(("sama", "teleperformance", "cloudfactory"))
    return Report(country, employer, "other", "month", wage, Decimal(40), Decimal(chance.randrange(12)))


if __name__ == "__main__":
    main()
