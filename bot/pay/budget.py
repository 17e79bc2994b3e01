"""The budget of what is published: every figure, what it may cost, and from which size it is said.

The promise. Two data sets are neighbours when everything one person filed in the period is added, taken away, or
replaced by anything else, in whichever cells. Whatever is published is at most e^2 times likelier under one than under
the other (e^1 against someone who only wonders whether she filed). The tables list every figure; what is not in them is
not published, and a test adds them up. Four periods a year make at most 8. A filing of several jobs or months counts in
one cell of each kind all the same (bot/pay/rules.py, fragments).

How. `kept` is by how much one person more or less can lower a probability: an exact fraction, so that every weight is
an integer and no float can leak (privacy.md 5.2). Replacing a person is one less and one more: kept ** 2, or a share of
2 ln(1 / kept) of the budget.
- Size: the exact count plus two-sided geometric noise, untruncated: P(z) is proportional to kept ** |z|. The same noisy
  size is held against every threshold, and is what is shown, floored to 10.
- Median: the exponential mechanism over the fixed grid: P(g) is proportional to kept ** max(below, above), where below
  and above count the values on either side of g. One person more raises that by 0 or 1 at every g and lowers it at
  none, so that no factor of two is lost.
- Quartiles, of a large country: the median's share is divided (QUARTERED, GROWN_QUARTERED). The lower one is drawn with
  max(3 below, above), the upper one with max(below, 3 above), each on its side of the median just drawn.
- Shares of answers: noise as for a size on the count of each band. A person is in one band, so that one more or less
  changes one count by 1. They are shown in percent of all noisy answers, in steps of 5 that make 100.
- A cell published in the release before leans on it: before any report is counted, a point is half as likely for every
  14 points (a factor of 2) from the last median. That depends on public figures only and costs nothing; at 40 reports
  it takes a third off the wild errors, at 100 it no longer shows. A small cell's figure can lag behind a sudden jump;
  even where pay has halved meanwhile, leaning errs no more than not leaning.

Grown. A country or employer of GROWN_FROM in the last release has the same share of the budget divided into more
figures (GROWN): an employer's also into its unpaid share and the shares of three kinds of answers, a country's also
into its pairs (country and task) and the tasks over all grown countries. Which cells are grown is read from the last
release alone, so that saying it costs nothing. A person is in one cell of each kind: a country with its one pair and
one task, and an employer. Replacing takes somebody out of one such row and puts them into another; each step costs half
the share of the country's part and half that of the employer's, and as the part of a grown cell is no larger than that
of one that is not (1.1098 against 1.1195, and 0.8651 against 0.8708), the sum is at most 2 in all 16 ways. The
pair of a country that is not grown, or the answers about such an employer, are not even filed (release.py, `wanted`).

Pairs and tasks. A task's pay is drawn from the pairs of all grown countries in US dollars by the dated table
(bot/pay/fx.py); a pair without a rate counts in none. Its size is the sum of its pairs' noisy sizes and costs nothing;
the noise of a sum grows with the root of their number, and its threshold too. A pair is said only when its noisy size,
and what its country's and its task's noisy sizes leave beside it, reach their thresholds. So in a union with one grown
country there are tasks, and no pairs, which would be the same people.

Which cells. All cells of the catalogue are tried, with noise, whether or not anybody reported: the list of what is
published is covered by the same promise, without any delta. An empty cell enters when its noise alone reaches
ENTERS_FROM: expected over the 137 countries and employers of the catalogue, 0.023 in a release, or one in eleven years
(a test keeps it under 1 in 40). From 30 it would be 0.6 in every release, from 20 three, each with a figure that is
nothing but chance. Of 500 pairs it is 0.012. In a country of 150 reports at three employers of 50, a threshold of 20 or
30 would show all three at once and about as many that do not exist; 50 shows the country at once and each employer with
probability 0.5 a period, to stay with 0.9: a cell that stood in the last release stays from STAYS_FROM. There are few
of those, so noise hardly invents any, and leaning on the last figure makes their errors at 40 about those of a newcomer
at 50. Which they are is public. A grown cell has more noise in its size and stays from GROWN_STAYS_FROM: one that has
lost two thirds of its reports in a quarter is said again when it has entered anew.

Errors in %, median / 90th percentile: of the median pay (lognormal, sigma .6) relative to the truth, of the unpaid
share in percentage points, of newcomers : cells that stay, whose last figure was 20 % off; of the quartiles; and how
many in 100 cells of that size enter : stay. Reports are rounded at random as in the box (bot/pay/rules.py), which
hardly shows: without it, a country of 50 has 10/40 and one of 100 has 5/18. Planned is privacy.md 5.1 for a median that
may cost 0.5 for one person more or less, twice what a country's may. `python -m tests.bench.pay_release` prints the
tables.

| reports | sampling alone | planned | country pay | employer pay | country unpaid | quartiles | country | employer |
|---|---|---|---|---|---|---|---|---|
| 10 | 15/38 | 49/551 | 79/566 : 40/190 | 78/534 : 39/190 | 21/71 : 11/41 |  | 0 : 1 | 0 : 0 |
| 20 | 11/26 | 17/73 | 47/309 : 26/97 | 42/271 : 26/89 | 14/66 : 9/31 |  | 1 : 2 | 0 : 2 |
| 30 | 9/22 | 11/35 | 26/97 : 15/62 | 22/95 : 15/54 | 9/56 : 6/21 |  | 2 : 12 | 2 : 10 |
| 40 | 8/19 |  | 15/70 : 14/45 | 15/59 : 10/40 | 6/36 : 6/16 |  | 12 : 54 | 10 : 54 |
| 50 | 7/17 | 9/23 | 14/40 : 10/33 | 10/36 : 10/33 | 6/21 : 4/11 |  | 54 : 90 | 54 : 91 |
| 70 | 6/15 |  | 9/27 : 9/26 | 9/26 : 9/22 | 4/11 : 4/11 |  | 98 : 100 | 98 : 100 |
| 100 | 5/12 | 6/11 | 5/18 : 5/18 | 5/18 : 5/15 | 1/6 : 1/6 |  | 100 : 100 | 100 : 100 |
| 200 | 3/9 |  | 4/10 : 4/10 | 4/10 : 4/10 | 1/4 : 1/4 |  | 100 : 100 | 100 : 100 |
| 300 | 3/7 | 4/6 | 4/9 : 4/9 | 4/9 : 4/9 | 1/4 : 1/4 |  | 100 : 100 | 100 : 100 |
| 500 | 2/6 |  | 4/9 : 4/9 | 4/5 : 4/5 | 1/1 : 1/1 | 8/38 | 100 : 100 | 100 : 100 |
| 1000 | 2/4 | 1/4 | 1/5 : 1/5 | 1/4 : 1/4 | 1/1 : 1/1 | 4/17 | 100 : 100 | 100 : 100 |

From 100 reports the noise hardly shows beside the sampling; below, figures are called rough. With equal shares, one
threshold and no leaning a country of 50 had 18/87 and an employer 14/52, which came and went. Quartiles at 200, where
the design allows them, would be off by 60 % at the 90th percentile: they begin at 500, and at 1,500 in a grown country.

Of cells that are grown, and of pairs and tasks (a task has as many reports as its pairs together); the shares of
answers in percentage points of a band, by the number of answers; how many in 100 pairs enter : stay:

| reports | sampling | pay | country unpaid | quartiles | pair pay | task pay | employer unpaid | answers | pair |
|---|---|---|---|---|---|---|---|---|---|
| 100 | 5/12 | 15/78 : 10/42 | 4/19 : 4/11 |  | 10/39 : 9/33 | 21/94 : 14/54 | 6/36 : 6/16 |  | 52 : 94 |
| 150 | 4/10 | 10/29 : 9/27 | 4/9 : 1/9 |  | 9/22 : 5/21 | 10/40 : 9/33 | 4/16 : 4/11 | 5/15 | 100 : 100 |
| 200 | 3/9 | 5/21 : 5/21 | 1/6 : 1/6 |  | 5/15 : 5/15 | 9/26 : 5/22 | 4/9 : 1/9 | 5/15 | 100 : 100 |
| 300 | 3/7 | 5/15 : 5/14 | 1/4 : 1/4 |  | 4/10 : 4/10 | 5/15 : 5/15 | 1/6 : 1/6 | 5/10 | 100 : 100 |
| 500 | 2/6 | 4/9 : 4/9 | 1/4 : 1/4 |  | 4/9 : 4/9 | 4/10 : 4/10 | 1/4 : 1/4 | 0/5 | 100 : 100 |
| 1000 | 2/4 | 1/5 : 1/5 | 1/1 : 1/1 |  | 1/5 : 1/5 | 1/5 : 1/5 | 1/1 : 1/1 | 0/5 | 100 : 100 |
| 2000 | 1/3 | 1/5 : 1/5 | 1/1 : 1/1 | 4/19 | 1/4 : 1/4 | 1/4 : 1/4 | 1/1 : 1/1 | 0/0 | 100 : 100 |

At 300 the pay of a grown country or employer has 5/15 in place of 4/9; that is the price of the others. From 200 it
would have 5/21 and most tasks would be too small; from 500 a country of 400 would have pairs of 150 and not see them.

What was tried and left. Monthly releases: twelve within 8 a year leave each figure a third of its share, so that 100
reports give the errors of 33; and whether a union has 200 reporters is itself a figure. Hence quarters for everybody. A
fixed leaning towards typical pay: misleads where pay is far from typical. "Most answered the same" in place of a figure
(privacy.md 5.2): it needs a noisy count of its own; what a unanimous cell tells about one person is bounded by the
shares all the same. Pairs in small unions: each is another value of the same person, and would take its share from a
country's figures when these need it most. One question's answers a quarter, in turn, with three times the share: each
would have a third of the noise, and be said once in nine months.

Not in the tables because nothing filed in a period goes into it: the outcome of a ballot, which is what members voted
for (bot/ballots/rules.py says what is withheld of small ones); the size of an electorate; the floored member counts and
the progress of a send, which tell of members and messages. What is shown before filing comes from the last release.

Once. A release is drawn inside the transaction that writes it and destroys its fragments (bot/box/pool.py, `close`).
Two draws of one period would spend the budget twice, so the second must not be seen: where a crash comes before the
commit, the first was never shown to anybody (on PostgreSQL its row can lie in the table's file until the next vacuum);
where it comes after, the release is read, not drawn. What is filed after the release goes into the next period
(handlers/pay/filing.py), also when the clock was set back.
"""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from math import isqrt
from typing import Literal, get_args

EPSILON = 2  # per person and period, over everything
EPSILON_A_YEAR = 8
ENTERS_FROM = 50  # noisy reports in a cell that was not in the last release; below it nothing at all is said of it
STAYS_FROM = 40  # the same for a cell that was
ROUGH_UNDER = 100  # below it a figure is to be called rough: see the table above
QUARTILES_FROM = 500  # noisy reports of a country
GROWN_FROM = 300  # size in the last release from which a country or employer is grown
GROWN_STAYS_FROM = 100  # noisy reports of a grown country or employer
GROWN_QUARTILES_FROM = 1500  # noisy reports of a grown country
PAIR_ENTERS_FROM = 100  # noisy reports of a country's task that was not in the last release
PAIR_STAYS_FROM = 80  # the same for one that was
COMPLEMENT_FROM = 50  # noisy reports beside a pair, in its country and in its task
ANSWERS_FROM = 150  # noisy answers to a question of which the shares are published

Kind = Literal["country", "employer", "pair", "task"]
Shown = Literal["size", "pay", "unpaid", "low", "high", "late", "rejected", "own"]
Question = Literal["late", "rejected", "own"]
QUESTIONS: tuple[Question, ...] = get_args(Question)


@dataclass(frozen=True)
class Figure:
    """A figure that is published for every cell of a kind, and what it may cost."""

    kind: Kind
    measure: Shown
    kept: Fraction

    @property
    def share(self) -> Decimal:
        """Gives its share of EPSILON, rounded up: what replacing everything one person filed can change."""
        ln = (Decimal(self.kept.denominator) / Decimal(self.kept.numerator)).ln()
        return (2 * ln).quantize(Decimal("0.0001"), ROUND_UP)


BUDGET = (
    Figure("country", "size", Fraction(6, 7)),  # 0.3084, with the thresholds
    Figure("country", "pay", Fraction(7, 9)),  # 0.5027, quartiles included
    Figure("country", "unpaid", Fraction(6, 7)),  # 0.3084
    Figure("employer", "size", Fraction(11, 13)),  # 0.3342, with the thresholds
    Figure("employer", "pay", Fraction(13, 17)),  # 0.5366
)
QUARTILE = Fraction(48, 49)  # per unit of a quartile's score, which one person moves by 3 at most
QUARTERED = (  # what a country's pay is divided into from QUARTILES_FROM on; together no more than its share
    Figure("country", "pay", Fraction(15, 17)),  # 0.2504
    Figure("country", "low", QUARTILE**3),  # 0.1238
    Figure("country", "high", QUARTILE**3),  # 0.1238
)
GROWN = (  # the same shares, divided into more figures
    Figure("country", "size", Fraction(13, 14)),  # 0.1483, with the thresholds
    Figure("country", "pay", Fraction(10, 11)),  # 0.1907, quartiles included
    Figure("country", "unpaid", Fraction(12, 13)),  # 0.1601
    Figure("pair", "size", Fraction(19, 21)),  # 0.2002, with all thresholds of pairs and tasks
    Figure("pair", "pay", Fraction(15, 17)),  # 0.2504
    Figure("task", "pay", Fraction(12, 13)),  # 0.1601
    Figure("employer", "size", Fraction(18, 19)),  # 0.1082, with the thresholds
    Figure("employer", "pay", Fraction(10, 11)),  # 0.1907
    Figure("employer", "unpaid", Fraction(16, 17)),  # 0.1213
    Figure("employer", "late", Fraction(13, 14)),  # 0.1483
    Figure("employer", "rejected", Fraction(13, 14)),  # 0.1483
    Figure("employer", "own", Fraction(13, 14)),  # 0.1483
)
GROWN_QUARTILE = Fraction(103, 104)
GROWN_QUARTERED = (
    Figure("country", "pay", Fraction(27, 28)),  # 0.0728
    Figure("country", "low", GROWN_QUARTILE**3),  # 0.0580
    Figure("country", "high", GROWN_QUARTILE**3),  # 0.0580
)


def kept(kind: str, measure: str, *, grown: bool = False) -> Fraction:
    """Gives how far a figure of a cell may fall with one person; KeyError for one that is not in the budget."""
    return KEPT[grown][kind, measure]


def figures(kind: str, *, grown: bool) -> frozenset[str]:
    """Names the figures of a kind of cell; those of pairs and tasks exist in grown countries only."""
    return frozenset(measure for known, measure in KEPT[grown] if known == kind)


def kept_beside_quartiles(*, grown: bool) -> tuple[Fraction, Fraction]:
    """Gives what a country's median keeps beside quartiles, and what these keep per unit of their score."""
    return (GROWN_QUARTERED[0].kept, GROWN_QUARTILE) if grown else (QUARTERED[0].kept, QUARTILE)


def has_quartiles(kind: str, size: int, *, grown: bool = False) -> bool:
    """Says whether a cell of this noisy size gets quartiles, and its median less of the budget."""
    return kind == "country" and size >= (GROWN_QUARTILES_FROM if grown else QUARTILES_FROM)


def threshold(*, stood: bool, grown: bool = False) -> int:
    """Gives the noisy size from which a country or employer is published; `stood` if it was in the last release."""
    if grown:
        return GROWN_STAYS_FROM
    return STAYS_FROM if stood else ENTERS_FROM


def pair_threshold(*, stood: bool, pooled: int = 1) -> int:
    """Gives the noisy size from which a pair is published, or a task that is pooled from so many of them.

    The noise of a sum of pairs grows with the root of their number, and so does the threshold.
    """
    first = PAIR_STAYS_FROM if stood else PAIR_ENTERS_FROM
    return isqrt(first**2 * pooled)


KEPT: dict[bool, dict[tuple[str, str], Fraction]] = {
    grown: {(figure.kind, figure.measure): figure.kept for figure in table}
    for grown, table in ((False, BUDGET), (True, GROWN))
}
