"""The longest result and review that can be: three jobs, everything told on each, everything published about them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.pay.more import AMOUNTS, DATA_KINDS, OPTIONS, UNPAID_KINDS, Job, More
from bot.pay.normalise import Report
from bot.pay.release import Published, Release
from bot.texts import Catalogues, Lines, Money, Text, data_folder, text
from handlers.pay.evidence import visible
from handlers.pay.words import advised, in_full, result, said, whole

MOST = 4096  # characters of a message after its tags are read (https://core.telegram.org/bots/api#sendmessage)
SPARE = 150  # for longer names and larger amounts
ZONE = "Africa/Nairobi"
TODAY = date(2026, 11, 24)
TASK = "content_moderation_live"


def everything_told(currency: str, month: date) -> Job:
    """Gives a job with an answer to every question, those with the longest advice."""
    report = Report("KE", "remotasks", TASK, "month", Money(3_812_345, currency), Decimal(40), Decimal("10.5"))
    last = {question: options[-1] for question, options in OPTIONS.items()}
    chosen = {**last, "shown": "no", "remitted": "no", "reason": "no", "contract": "rolling"}
    more = More({kind: Decimal("2.5") for kind in UNPAID_KINDS}, dict.fromkeys(AMOUNTS, 123_456), chosen)
    return Job(report, month, more.with_data(frozenset(DATA_KINDS)))


def everything_published() -> Release:
    """Gives a release in which every cell that such a job is set beside stands."""
    pairs = [f"pair:{code}:{TASK}:USD" for code in ("CO", "DE", "GH", "IN", "MG", "NG", "PH", "UG", "ZA")]
    cells = ("country:KE:KES", "employer:remotasks:KES", f"pair:KE:{TASK}:KES", f"task:{TASK}:USD", *pairs)
    return Release("2026-Q3", tuple(Published(cell, 520, 20_00, 20) for cell in cells))


@pytest.mark.parametrize("locale", ["en", "sw"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_the_longest_review_and_the_longest_result_fit_a_message(locale: str, jobs: int) -> None:
    told = [everything_told("KES", date(2026, month, 1)) for month in (9, 10, 11)][:jobs]
    last = everything_published()
    seen = Lines((*visible(told[0].told, last), text("pay.before_sending")))
    review = Lines((said(told), *result(told, last, TODAY), seen))
    sent = Lines((text("pay.received"), *result(told, last, TODAY), *advised(told)))
    lengths = [len(Catalogues.load(data_folder("locales")).plain(one, locale, ZONE)) for one in (review, sent)]
    assert max(lengths) <= MOST - SPARE, lengths


@pytest.mark.parametrize("locale", ["en", "sw"])
def test_what_would_not_fit_is_left_out_whole_and_the_rest_is_shown(locale: str) -> None:
    """Three jobs of pay that can hardly be, everything told on each: too long for a message as it is."""
    texts = Catalogues.load(data_folder("locales"))

    def length(part: Text | Lines) -> int:
        return len(texts.plain(part, locale, ZONE))

    told = [everything_told("KES", date(2026, month, 1)) for month in (9, 10, 11)]
    told = [replace(job, report=replace(job.report, amount=Money(10**12, "KES"))) for job in told]
    found, ends = result(told, everything_published(), TODAY), advised(told)
    first = (text("pay.received"),)
    assert length(Lines((*first, *found, *ends))) > MOST
    left_out = text("pay.left_out.sent")
    shown = whole(length, first, found, ends, left_out)
    assert length(shown) <= MOST - SPARE
    kept = [part for part in found if part in shown.parts]
    assert kept == list(found[: len(kept)]) and len(kept) > len(told)
    assert shown.parts[0] == first[0] and shown.parts[-len(ends) - 1 :] == (left_out, *ends)
    assert whole(length, first, found[:1], ends, left_out).parts == (*first, found[0], *ends)


@pytest.mark.parametrize(("contract", "further"), [("platform", True), ("agency", False)])
def test_what_is_told_of_the_contract_decides_between_living_wage_and_tariff(contract: str, further: bool) -> None:
    """A contractor carries waiting, costs and social security: a living wage is the least for them."""
    report = Report("ZA", "other", TASK, "month", Money(1_500_000, "ZAR"), Decimal(40), Decimal(0))
    job = Job(report, date(2026, 11, 1), More({}, {"off": 0}, {"contract": contract}))
    shown = Catalogues.load(data_folder("locales")).plain(in_full(job, TODAY), "en", ZONE)
    assert "A living wage" in shown
    assert ("A fair rate for contractors is higher still" in shown) == further


def test_a_month_is_shown_by_its_name_and_no_day() -> None:
    job = Job(everything_told("KES", TODAY).report, date(2026, 10, 1))
    shown = [Catalogues.load(data_folder("locales")).plain(said([job]), locale, ZONE) for locale in ("en", "sw")]
    assert "Oct 2026" in shown[0] and "Okt 2026" in shown[1]
