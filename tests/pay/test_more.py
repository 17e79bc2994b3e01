"""Tell more: which answers become bands, which hours count, and what a filing of several jobs holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.more import (
    MONTHS_BACK,
    OPTIONS,
    UNPAID_KINDS,
    Job,
    More,
    Question,
    costs,
    filing,
    last_day,
    main_job,
    months,
    owed,
    own_band,
    unpaid_worth,
    without_employer,
    without_task,
)
from bot.pay.normalise import OTHER, Report
from bot.pay.rules import Details
from bot.pay.takehome import Costs
from bot.texts import Money

REPORT = Report("KE", "sama", "content_moderation_live", "month", Money(3_800_000, "KES"), Decimal(40), Decimal(10))
JOB = Job(REPORT, date(2026, 11, 1))
QUESTIONS: list[Question] = list(OPTIONS)


def test_only_three_answers_are_filed_and_only_as_bands() -> None:
    told = More(chosen={question: options[-1] for question, options in OPTIONS.items()}).with_data(frozenset({"face"}))
    told = told.with_amount("off", 100).with_hours("waiting", Decimal(3))
    assert filing([replace(JOB, more=told)]).details == Details(late=3, rejected=3, own=3)
    for question in ("late", "rejected", "consent"):
        assert filing([replace(JOB, more=More().chose(question, OPTIONS[question][0]))]).reports == (REPORT,)
    others = [question for question in QUESTIONS if question not in ("late", "rejected", "consent")]
    rest = More(chosen={question: OPTIONS[question][-1] for question in others})
    assert filing([replace(JOB, more=rest)]).details == Details()


def test_own_data_are_a_band_once_it_is_told_how_they_were_taken() -> None:
    face = More().with_data(frozenset({"face"}))
    bands = [own_band(face.chose("consent", option)) for option in OPTIONS["consent"]]
    assert (own_band(More()), own_band(More().with_data(frozenset())), own_band(face), bands) == (
        None,
        0,
        None,
        [1, 2, 3, 3],
    )
    assert not face.chose("consent", "paid_explained").chose("opened", "open").with_data(frozenset()).chosen


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such option"):
        More(chosen={"late": "tomorrow"})


@given(st.dictionaries(st.sampled_from(UNPAID_KINDS), st.integers(1, 20).map(Decimal)))
def test_hours_told_one_by_one_never_make_less_of_what_was_said(split: dict[str, Decimal]) -> None:
    more = More()
    for kind in UNPAID_KINDS:
        more = more.with_hours(kind, split.get(kind, Decimal(0)))
    job = replace(JOB, more=more)
    assert job.told.hours_unpaid == max(REPORT.hours_unpaid, sum(split.values())) and job.unplaced >= 0
    assert replace(job.told, hours_unpaid=REPORT.hours_unpaid) == REPORT


def test_unpaid_hours_are_worth_what_paid_ones_bring() -> None:
    week = replace(REPORT, basis="week", amount=Money(400_00, "KES"))
    assert unpaid_worth(Job(week, JOB.month)) == 100_00


def test_amounts_that_were_not_told_are_not_nothing() -> None:
    assert costs(More()) is None and owed(More()) is None and costs(More().with_amount("pending", 5)) is None
    told = More().with_amount("off", 7).with_amount("fees", 2).with_amount("withheld", 4).with_amount("pending", 1)
    assert costs(told) == Costs(off=9) and owed(told) == 5 and owed(told.with_amount("pending", None)) == 4


def test_the_job_with_most_hours_counts_and_its_answers_alone() -> None:
    other = replace(
        JOB, report=replace(REPORT, hours_paid=Decimal(8), basis="shift"), more=More().chose("late", "week")
    )
    first = replace(JOB, more=More().chose("late", "on_time"))
    assert main_job([first, other]) is other  # five shifts of 18 hours
    assert filing([first, other]).details.late == 1 and main_job([first, JOB]) is first


def test_saying_less_of_the_job_that_counts_says_it_of_its_other_months_too() -> None:
    elsewhere = replace(JOB, report=replace(REPORT, employer="remotasks", task="qa_review", hours_paid=Decimal(5)))
    jobs = (JOB, replace(JOB, month=date(2026, 10, 1)), elsewhere)
    assert [job.report.employer for job in without_employer(jobs)] == [OTHER, OTHER, "remotasks"]
    assert [job.report.task for job in without_task(jobs)] == [OTHER, OTHER, "qa_review"]
    assert [job.month for job in without_task(without_employer(jobs))] == [job.month for job in jobs]


@given(st.dates(date(2025, 1, 1), date(2060, 12, 31)))
def test_months_run_from_this_one_to_two_years_back(today: date) -> None:
    listed = months(today)
    assert listed[0] == today.replace(day=1) and listed[-1] == today.replace(year=today.year - 2, day=1)
    assert len(set(listed)) == MONTHS_BACK + 1 and all(month.day == 1 for month in listed)
    assert all(last_day(month, today).replace(day=1) == month for month in listed)
    assert last_day(listed[0], today) <= today and last_day(listed[1], today) < listed[0]
