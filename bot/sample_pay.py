"""Invented pay reports of the sample union: six quarters in Kenya, Ghana and the Philippines, and one pay cut.

Around which pay is what the sources named below say (domain.md 1.4); how it is spread, how many report, and all that
has no source, is invented. The releases are drawn from these reports as real ones are, only with seeded chance, so that
everybody sees the same history. The reports themselves are written nowhere.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.pay.normalise import Basis, Report
from bot.pay.release import Release, release
from bot.pay.rules import Details, Filing, Fragment, fragments, period, period_ends
from bot.texts import Money

SEED = 7  # one of those in which chance adds no fall of pay beside the one below
QUARTERS = 6
GROWTH = tuple(Fraction(tenths, 10) for tenths in (8, 8, 9, 10, 10, 10))  # how many report, quarter by quarter
CUT_FROM = QUARTERS - 1  # the quarter from which pay is cut: the newest, so that there is something to tell of
CUT = Fraction(16, 21)  # S44: Mercor's project Musen paid US$21 an hour, the same work as Nova US$16
ANSWERING = 0.6  # of those who report also tell more
SPREAD = 0.18  # sigma of the logarithm of pay
CROWD = 150  # invented people of a site, from whom each quarter's reports are drawn
Said = tuple[Fragment, ...]
Weights = tuple[int, int, int, int]  # of the bands of an answer (bot/pay/rules.py, Details)


@dataclass(frozen=True)
class Site:
    """An employer in a country: how many report in a full quarter, around which pay and hours, and what they tell."""

    country: str
    employer: str
    reports: int
    basis: Basis
    pay: Money
    hours: int  # a week, paid
    unpaid: tuple[int, ...]  # hours a week, each as likely
    tasks: tuple[str, ...]  # each as likely
    late: Weights = (8, 2, 1, 0)
    rejected: Weights = (9, 1, 0, 0)
    own: Weights = (19, 1, 0, 0)
    cut: bool = False


SITES = (
    # S13: Sama says KES 26,600 to 40,000 a month (2023); S9, S10: shifts of nine hours.
    Site(
        "KE",
        "sama",
        430,
        "month",
        Money(33_000_00, "KES"),
        45,
        (0, 0, 2, 3, 5),
        ("bbox_polygon", "bbox_polygon", "video_annotation", "rlhf_ranking"),
    ),
    # S51 (graded low): moderators in Nairobi start at US$300 a month (2025-26), about KES 38,700.
    Site(
        "KE",
        "teleperformance",
        400,
        "month",
        Money(38_700_00, "KES"),
        45,
        (0, 2, 4, 6),
        ("content_moderation_live",),
        own=(1, 0, 0, 0),
    ),
    # S50: about KES 20,000 a month, kept just below the tax threshold (2017-20).
    Site(
        "KE",
        "cloudfactory",
        340,
        "month",
        Money(20_000_00, "KES"),
        40,
        (0, 2, 5, 8),
        ("bbox_polygon", "image_class", "transcription"),
    ),
    # No figure in the sources; few report, so that its figure is a rough one.
    Site("KE", "cci", 80, "month", Money(30_000_00, "KES"), 45, (0, 2, 4), ("content_moderation_live", "qa_review")),
    # S24, S25: a base of about GHS 1,300 a month and an opaque bonus (2025).
    Site(
        "GH",
        "teleperformance",
        410,
        "month",
        Money(1_700_00, "GHS"),
        45,
        (0, 2, 4, 5),
        ("content_moderation_live",),
        late=(6, 3, 2, 1),
    ),
    # S33: usually less than a dollar an hour; S34: 34 of 36 people had pay delayed, reduced or cancelled. S46: twenty
    # minutes unpaid for each paid hour. Its rates are cut here as Mercor's were.
    Site(
        "PH",
        "remotasks",
        440,
        "week",
        Money(1_650_00, "PHP"),
        30,
        (4, 6, 8, 10, 14),
        ("bbox_polygon", "bbox_polygon", "lidar_3d", "rlhf_ranking"),
        late=(2, 5, 6, 5),
        rejected=(2, 4, 6, 4),
        own=(8, 2, 2, 3),
        cut=True,
    ),
    # No figure in the sources; S34 gives a local minimum of US$6 to 10 a day.
    Site(
        "PH",
        "teleperformance",
        350,
        "month",
        Money(18_500_00, "PHP"),
        45,
        (0, 2, 3, 5),
        ("content_moderation_live", "content_moderation_live", "search_relevance"),
    ),
)


def history(now: datetime, cells: tuple[str, ...]) -> Iterator[Release]:
    """Draws the sample's releases of the quarters before this one, the oldest first, each leaning on the one before."""
    chance = random.Random(SEED)
    before = {site: crowd(site, chance) for site in SITES}
    after = {site: crowd(site, chance, CUT) if site.cut else people for site, people in before.items()}
    last = None
    for position, name in enumerate(quarters(now)):
        said = reported(after if position >= CUT_FROM else before, GROWTH[position], chance)
        last = release(name, cells, said, chance.randrange, last)
        yield last


def quarters(now: datetime) -> list[str]:
    """Names the quarters of the history, the oldest first."""
    found: list[str] = []
    moment = now
    for _ in range(QUARTERS):
        moment = period_ends(period(moment)) - timedelta(days=93)  # no quarter is longer than 92 days
        found.insert(0, period(moment))
    return found


def crowd(site: Site, chance: random.Random, level: Fraction = Fraction(1)) -> list[Said]:
    """Invents the people of a site, and what the report of each falls apart into; `level` is of their usual pay.

    Each quarter's reports are drawn from them, so that the demo need not split thousands.
    """
    return [fragments(filing(site, chance, level), chance.randrange) for _ in range(CROWD)]


def reported(crowds: Mapping[Site, list[Said]], grown: Fraction, chance: random.Random) -> Iterator[Fragment]:
    """Draws what is reported in one quarter."""
    for site, people in crowds.items():
        for said in chance.choices(people, k=round(site.reports * grown)):
            yield from said


def filing(site: Site, chance: random.Random, level: Fraction) -> Filing:
    """Invents what one person files."""
    money = Money(round(site.pay.minor * level * Fraction(chance.lognormvariate(0, SPREAD))), site.pay.currency)
    unpaid, task = Decimal(chance.choice(site.unpaid)), chance.choice(site.tasks)
    report = Report(site.country, site.employer, task, site.basis, money, Decimal(site.hours), unpaid)
    return Filing((report,), told(site, chance))


def told(site: Site, chance: random.Random) -> Details:
    """Invents what somebody tells beside the pay."""
    if chance.random() >= ANSWERING:
        return Details()
    late, rejected, own = (chance.choices(range(4), weights)[0] for weights in (site.late, site.rejected, site.own))
    return Details(late, rejected, own)
