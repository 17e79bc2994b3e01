"""What a worker may tell beyond the six questions ("tell more"; domain.md 2.2, tier B), and what becomes of it.

Everything is a button, an amount or hours: there is no free text, and nothing that domain.md says must never be asked.
Three answers (rejected, late, own data) become bands of `rules.Details` and count in published figures; all others are
for the worker's own answer, live in the memory of the conversation and are forgotten with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from bot.pay.normalise import OTHER, Report, effective
from bot.pay.rules import Details, Filing
from bot.pay.takehome import Costs

UnpaidKind = Literal["training", "tests", "waiting", "rework", "meetings", "breaks", "overtime"]
UNPAID_KINDS: tuple[UnpaidKind, ...] = get_args(UnpaidKind)
Amount = Literal["off", "fees", "own", "pending", "withheld"]
AMOUNTS: tuple[Amount, ...] = get_args(Amount)
DataKind = Literal["voice", "face", "home", "documents", "language"]
DATA_KINDS: tuple[DataKind, ...] = get_args(DataKind)
Question = Literal[
    "shown", "remitted", "rejected", "late", "contract", "account", "reason", "timer", "consent", "opened"
]
OPTIONS: Mapping[Question, tuple[str, ...]] = {
    "shown": ("yes", "no"),
    "remitted": ("yes", "no", "unknown"),
    "rejected": ("none", "under_5", "under_20", "over_20"),
    "late": ("on_time", "week", "month", "longer"),
    "contract": ("open", "fixed", "rolling", "agency", "platform", "trainee"),
    "account": ("active", "suspended", "deactivated", "country_closed"),
    "reason": ("yes", "no"),
    "timer": ("none", "under_10", "under_25", "under_50", "over_50"),
    "consent": ("paid_explained", "unpaid_explained", "paid_unexplained", "unpaid_unexplained"),
    "opened": ("open", "private", "unknown"),
}
OWN_BANDS = {"paid_explained": 1, "unpaid_explained": 2, "paid_unexplained": 3, "unpaid_unexplained": 3}
MONTHS_BACK = 24


@dataclass(frozen=True)
class More:
    """The answers of "tell more" about one job; what is not in it was not told.

    `split` holds unpaid hours by kind, in the span of the report. `amounts` are minor units of the report's currency,
    for the time that its pay is said for. `data` are the kinds of own data that were asked for: empty for none.
    Raises ValueError for an option that is not among those of its question.
    """

    split: Mapping[UnpaidKind, Decimal] = field(default_factory=dict)
    amounts: Mapping[Amount, int] = field(default_factory=dict)
    chosen: Mapping[Question, str] = field(default_factory=dict)
    data: frozenset[DataKind] | None = None

    def __post_init__(self) -> None:
        if any(option not in OPTIONS[question] for question, option in self.chosen.items()):
            raise ValueError("no such option")

    def chose(self, question: Question, option: str | None) -> "More":
        """Gives the answers with this one instead of an earlier one; None takes it out."""
        kept = {asked: said for asked, said in self.chosen.items() if asked != question}
        return replace(self, chosen=kept if option is None else kept | {question: option})

    def with_amount(self, name: Amount, minor: int | None) -> "More":
        """Gives the answers with this amount; None takes it out."""
        kept = {told: said for told, said in self.amounts.items() if told != name}
        return replace(self, amounts=kept if minor is None else kept | {name: minor})

    def with_hours(self, kind: UnpaidKind, hours: Decimal) -> "More":
        """Gives the answers with so many unpaid hours of a kind; 0 takes it out."""
        kept = {told: said for told, said in self.split.items() if told != kind}
        return replace(self, split=kept | {kind: hours} if hours else kept)

    def with_data(self, kinds: frozenset[DataKind] | None) -> "More":
        """Gives the answers with these kinds of own data; without any kind nobody consented to anything."""
        told = replace(self, data=kinds)
        return told if kinds else told.chose("consent", None).chose("opened", None)


@dataclass(frozen=True)
class Job:
    """One job in one month, as it was told: the report, the first day of the month, and what was told beyond.

    `unnamed` is what is listed and the report does not say all the same: the employer, the task.
    """

    report: Report
    month: date
    more: More = field(default_factory=More)
    unnamed: frozenset[str] = frozenset()

    @property
    def told(self) -> Report:
        """Gives the report with the unpaid hours as they are known now.

        Hours told kind by kind take the place of the first figure where they come to more: who counts, finds hours that
        were forgotten. Where they come to less, the rest stays without a kind.
        """
        return replace(
            self.report, hours_unpaid=max(self.report.hours_unpaid, sum(self.more.split.values(), Decimal(0)))
        )

    @property
    def unplaced(self) -> Decimal:
        """Gives the unpaid hours of which no kind was told."""
        return self.told.hours_unpaid - sum(self.more.split.values(), Decimal(0))


def costs(more: More) -> Costs | None:
    """Gives what is taken off and what the work costs, for the take-home pay; None where nothing of it was told."""
    said = more.amounts
    if not said.keys() & {"off", "fees", "own"}:
        return None
    return Costs(off=said.get("off", 0) + said.get("fees", 0), own=said.get("own", 0))


def owed(more: More) -> int | None:
    """Gives what is still owed, in minor units; None where it was not told."""
    said = [more.amounts[name] for name in ("pending", "withheld") if name in more.amounts]
    return sum(said) if said else None


def is_contractor(more: More) -> bool | None:
    """Says whether one works on one's own account, and so carries costs and social security; None was not told."""
    said = more.chosen.get("contract")
    return None if said is None else said == "platform"


def unpaid_worth(job: Job) -> Fraction:
    """Gives what the unpaid hours of the span would have brought at the rate of the paid ones, in minor units."""
    return effective(job.told).headline * Fraction(job.told.hours_unpaid)


def band(more: More, question: Question) -> int | None:
    """Gives the band 0 to 3 of an answer that feeds a published figure, or None."""
    said = more.chosen.get(question)
    return None if said is None else OPTIONS[question].index(said)


def own_band(more: More) -> int | None:
    """Gives the band of own data: 0 none, 1 paid and explained, 2 explained only, 3 without explained consent."""
    if more.data is None:
        return None
    return OWN_BANDS.get(more.chosen.get("consent", "")) if more.data else 0


def months(today: date) -> tuple[date, ...]:
    """Lists the months that may be reported, this one first, by their first days: none is older than 24 months."""
    counted = today.year * 12 + today.month - 1
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(counted, counted - MONTHS_BACK - 1, -1))


def last_day(month: date, today: date) -> date:
    """Gives the day on which figures of a month are compared: its last, or today while it is running."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return min(today, date.fromordinal(following.toordinal() - 1))


def main_job(jobs: Sequence[Job]) -> Job:
    """Gives the job that counts in the figures of its employer, task and country: the one with most hours a week."""
    reports = tuple(job.told for job in jobs)
    main = Filing(reports).main
    return next(job for job, report in zip(jobs, reports, strict=True) if report is main)


def filing(jobs: Sequence[Job]) -> Filing:
    """Gives what is filed of one to three jobs: their reports, and what was told beyond about the one that counts."""
    more = main_job(jobs).more
    details = Details(late=band(more, "late"), rejected=band(more, "rejected"), own=own_band(more))
    return Filing(tuple(job.told for job in jobs), details)


def without_employer(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Files the job that counts, and all others for the same employer, under an employer that is not named."""
    named = main_job(jobs).report.employer
    return tuple(_unnamed(job, "employer") if job.report.employer == named else job for job in jobs)


def without_task(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Files the job that counts, and all others with the same task, as other work."""
    named = main_job(jobs).report.task
    return tuple(_unnamed(job, "task") if job.report.task == named else job for job in jobs)


def _unnamed(job: Job, what: Literal["employer", "task"]) -> Job:
    """Files a job without one of its names, as somebody else's or as other work."""
    report = replace(job.report, employer=OTHER) if what == "employer" else replace(job.report, task=OTHER)
    return replace(job, report=report, unnamed=job.unnamed | {what})
