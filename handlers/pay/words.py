"""The words of a pay report: what was said, what it comes to, and what "tell more" gives back to the person alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import accumulate

from bot.pay.more import (
    AMOUNTS,
    DATA_KINDS,
    OPTIONS,
    UNPAID_KINDS,
    Amount,
    Job,
    More,
    Question,
    costs,
    is_contractor,
    last_day,
    main_job,
    owed,
    unpaid_worth,
)
from bot.pay.normalise import OTHER, Report, effective, in_minor_units, span
from bot.pay.normalise import together as all_of
from bot.pay.plausible import is_doubtful
from bot.pay.release import Release
from bot.pay.takehome import take_home
from bot.texts import Country, Lines, Money, Month, Percent, Text, text
from bot.workplaces.catalogue import country, employer, task_name
from handlers.pay.evidence import meaning
from handlers.pay.standing import beside

ASKED: Mapping[str, tuple[Amount | Question, ...]] = {  # what belongs to a topic of "tell more"
    "left": ("off", "fees", "own"),
    "owed": ("pending", "withheld"),
    "passed": ("shown", "remitted"),
    "rejected": ("rejected",),
    "late": ("late",),
    "contract": ("contract",),
    "account": ("account", "reason"),
    "timer": ("timer",),
}
HOW: tuple[Question, ...] = ("consent", "opened")
ADVICE: Mapping[tuple[Question, str], str] = {  # answers on which the union has something to say, the weightiest first
    ("remitted", "no"): "remitted.no",
    ("reason", "no"): "reason",
    ("consent", "paid_unexplained"): "unexplained",
    ("consent", "unpaid_unexplained"): "unexplained",
    ("shown", "no"): "shown",
    ("late", "month"): "late",
    ("late", "longer"): "late",
    ("rejected", "under_20"): "rejected",
    ("rejected", "over_20"): "rejected",
    ("timer", "under_50"): "timer",
    ("timer", "over_50"): "timer",
    ("remitted", "unknown"): "remitted.unknown",
    ("consent", "unpaid_explained"): "unpaid",
    ("contract", "rolling"): "contract",
}
LONGEST = 3900  # characters of a message; Telegram takes 4096, and a refused answer is explained above the question
MOST_ADVICE = 6  # sentences; more would be read by nobody, and would not fit a message
Length = Callable[[Text | Lines], int]


def said(jobs: Sequence[Job]) -> Lines:
    """Repeats the answers to the six questions, job by job."""
    return Lines(tuple(Lines((headline(job, number, jobs), answered(job)), tight=True) for number, job in count(jobs)))


def count(jobs: Sequence[Job]) -> Iterable[tuple[int, Job]]:
    """Numbers the jobs, from 1."""
    return enumerate(jobs, 1)


def headline(job: Job, number: int, jobs: Sequence[Job]) -> Text:
    """Names a job: by its month and, where there are several, by its number."""
    if len(jobs) == 1:
        return text("pay.said", month=Month(job.month))
    return text("pay.said.numbered", number=number, month=Month(job.month))


def answered(job: Job) -> Text:
    """Repeats the six answers about one job."""
    report = job.told
    return text(
        "pay.review",
        country=Country(report.country),
        employer=payer(report),
        task=task_name(report.task),
        basis=text(f"basis.{report.basis}"),
        amount=report.amount,
        hours=report.hours_paid,
        unpaid=report.hours_unpaid,
    )


def payer(report: Report) -> str | Text:
    """Names who pays."""
    return text("pay.employer.other.button") if report.employer == OTHER else employer(report.employer).name


def result(jobs: Sequence[Job], last: Release | None, today: date) -> tuple[Lines, ...]:
    """Says what one to three jobs come to, also beside the last release, and gives back what was told beyond."""
    found = several(jobs, today) if len(jobs) > 1 else (in_full(jobs[0], today),)
    return (*found, *beside(main_job(jobs).told, last), *given_back(jobs))


def whole(
    length: Length,
    first: Sequence[Text | Lines],
    found: Sequence[Lines],
    last: Sequence[Text | Lines],
    left_out: Text,
) -> Lines:
    """Puts a message about a result together; whole parts of the result are left out, the last first, until it fits.

    A message that does not fit would not be shown at all, and nobody would know whether the report was taken. In the
    place of what is left out stands the sentence that says so.
    """
    everything = Lines((*first, *found, *last))
    if sum(length(part) + 2 for part in everything.parts) <= LONGEST:
        return everything
    sizes = accumulate(length(part) + 2 for part in (*first, *last, left_out, *found))
    fit = [total <= LONGEST for total in sizes][len(first) + len(last) + 1 :]
    return Lines((*first, *(part for part, fits in zip(found, fit, strict=True) if fits), left_out, *last))


def several(jobs: Sequence[Job], today: date) -> tuple[Lines, ...]:
    """Says what each job comes to, then all of them together, then the one that counts beside published figures."""
    each = (Lines((headline(job, number, jobs), *in_short(job)), tight=True) for number, job in count(jobs))
    main = main_job(jobs)
    number = next(number for number, job in count(jobs) if job is main)
    counts = Lines((text("pay.main", number=number), in_full(main, today)), tight=True)
    return (*each, Lines(tuple(together(jobs)), tight=True), counts)


def in_full(job: Job, today: date) -> Lines:
    """Says everything an hour of one job comes to, beside the figures of its month."""
    found = meaning(job.told, costs(job.more), last_day(job.month, today), is_contractor(job.more))
    return Lines((*doubts(job), found), tight=True)


def in_short(job: Job) -> tuple[Text, ...]:
    """Says what an hour of one job comes to, in three lines at most."""
    found = effective(job.told)
    lines = [
        *doubts(job),
        text("pay.real", money=Money(in_minor_units(found.real), found.currency)),
        unpaid(found.unpaid_share),
    ]
    if spent := costs(job.more):
        lines.append(text("pay.net", money=Money(in_minor_units(take_home(job.told, spent).net), found.currency)))
    return tuple(lines)


def unpaid(share: Fraction) -> Text:
    """Says which part of the time is not paid."""
    return text("pay.unpaid_share", share=Percent(share)) if share else text("pay.all_paid")


def doubts(job: Job) -> tuple[Text, ...]:
    """Says what is unusual of a report that was taken as it is."""
    report = job.told
    currencies = country(report.country).currencies
    far = (text("pay.doubtful"),) if is_doubtful(report) else ()
    if report.amount.currency in currencies:
        return far
    return (*far, text("pay.elsewhere", country=Country(report.country), currency=report.amount.currency))


def together(jobs: Sequence[Job]) -> Iterable[Text]:
    """Says what all jobs of a currency come to, over all hours, and what is owed of all of them."""
    for currency in sorted({job.report.amount.currency for job in jobs}):
        same = [job for job in jobs if job.report.amount.currency == currency]
        if len(same) > 1:
            found = all_of([job.told for job in same])
            money = Money(in_minor_units(found.real), currency)
            yield text("pay.together", currency=currency, money=money, share=Percent(found.unpaid_share))
        sums = [sum_ for job in same if (sum_ := owed(job.more)) is not None]
        if len(sums) > 1:
            yield text("pay.owed.together", money=Money(sum(sums), currency))


def given_back(jobs: Sequence[Job]) -> tuple[Lines, ...]:
    """Gives back what was told beyond the six questions; of several jobs, to fit a message, only what it comes to."""
    if len(jobs) > 1:
        blocks = [(headline(job, number, jobs), *worth(job), *still_owed(job)) for number, job in count(jobs)]
        return tuple(Lines(block, tight=True) for block in blocks if len(block) > 1)
    topics = ("passed", "rejected", "late", "contract", "account", "timer", "data")
    job = jobs[0]
    hours = (*answers(job, "unpaid"), *worth(job))
    lines = (*hours, *still_owed(job), *(line for topic in topics for line in answers(job, topic)))
    return (Lines(lines, tight=True),) if lines else ()


def advised(jobs: Sequence[Job]) -> tuple[Lines, ...]:
    """Says what the union has to say about what was told beyond the six questions, and what becomes of it."""
    if all(job.more == More() for job in jobs):
        return ()
    lines = tuple(dict.fromkeys(line for job in jobs for line in advice(job.more)))[:MOST_ADVICE]
    return (*([Lines(lines)] if lines else []), Lines((text("pay.more.forgotten"),)))


def still_owed(job: Job) -> tuple[Text, ...]:
    """Says what is still owed, and where there are both, which part is pending and which was withheld."""
    told, currency = job.more.amounts, job.report.amount.currency
    if not owed(job.more):
        return ()
    money = Money(owed(job.more) or 0, currency)
    if not told.get("pending") or not told.get("withheld"):
        return (text("pay.owed", money=money),)
    pending, withheld = (Money(told[name], currency) for name in ("pending", "withheld"))
    return (text("pay.owed.both", money=money, pending=pending, withheld=withheld),)


def worth(job: Job) -> tuple[Text, ...]:
    """Says what the unpaid hours would have brought at the rate of the paid ones, to whoever said where they go."""
    if not job.more.split:
        return ()
    money = Money(in_minor_units(unpaid_worth(job)), job.report.amount.currency)
    return (text(f"pay.split.worth.{span(job.report.basis)}", money=money),)


def answers(job: Job, topic: str) -> tuple[Text, ...]:
    """Gives what was told on one topic, a line per answer."""
    if topic == "unpaid":
        return split(job)
    if topic == "data":
        return own_data(job.more)
    if topic == "month":
        return (text("pay.answer", asked=text("pay.topic.month.button"), said=Month(job.month)),)
    return tuple(line for asked in ASKED[topic] if (line := answer(job, asked)))


def answer(job: Job, asked: Amount | Question) -> Text | None:
    """Gives one answer, or None where it was passed over."""
    label = text(f"pay.asked.{asked}")
    for name in AMOUNTS:
        if name == asked and name in job.more.amounts:
            return text("pay.answer", asked=label, said=Money(job.more.amounts[name], job.report.amount.currency))
    return next((choice(job.more, question) for question in OPTIONS if question == asked), None)


def choice(more: More, question: Question) -> Text | None:
    """Gives one chosen option, or None where the question was passed over."""
    option = more.chosen.get(question)
    if option is None:
        return None
    return text("pay.answer", asked=text(f"pay.asked.{question}"), said=text(f"pay.option.{question}.{option}"))


def split(job: Job) -> tuple[Text, ...]:
    """Says where the unpaid hours go, kind by kind."""
    told = [(text(f"pay.unpaid.{kind}"), job.more.split[kind]) for kind in UNPAID_KINDS if kind in job.more.split]
    if told and job.unplaced:
        told.append((text("pay.unpaid.rest"), job.unplaced))
    return tuple(text("pay.answer", asked=kind, said=text("pay.hours.said", hours=hours)) for kind, hours in told)


def own_data(more: More) -> tuple[Text, ...]:
    """Says which own data were asked for, and how."""
    if more.data is None:
        return ()
    kinds = [text(f"pay.data.{kind}") for kind in DATA_KINDS if kind in more.data] or [text("pay.data.none.button")]
    listed = reduce(lambda before, kind: text("pay.list", before=before, last=kind), kinds)
    line = text("pay.answer", asked=text("pay.asked.data"), said=listed)
    return (line, *(said for question in HOW if (said := choice(more, question))))


def advice(more: More) -> Iterable[Text]:
    """Says what an answer means where the union has something to say about it."""
    if owed(more):
        yield text("pay.advice.owed")
    for (question, option), about in ADVICE.items():
        if more.chosen.get(question) == option:
            yield text(f"pay.advice.{about}")
