"""Where an hour stands: beside the last release only, a line per published cell, in words that fit a small phone."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.fx import RATES
from bot.pay.normalise import Report
from bot.pay.release import Published, Release
from bot.pay.rules import STEP
from bot.pay.takehome import Costs
from bot.texts import Catalogues, Lines, Money, data_folder
from handlers.pay.evidence import figures, meaning
from handlers.pay.standing import beside, side
from tests.conftest import Bot
from tests.handlers.test_pay import answers, released
from tests.people import member

TODAY = date(2026, 11, 25)
SAID = Catalogues.load(data_folder("locales"))
MODERATOR = Report(
    "KE", "sama", "content_moderation_live", "month", Money(3_800_000, "KES"), Decimal(40), Decimal("10.5")
)
RANKER = Report("ZA", "remotasks", "rlhf_ranking", "task", Money(10_000, "USD"), Decimal(22), Decimal(8))
KENYA = Published("country:KE:KES", 520, 150_00, 20)
SAMA = Published("employer:sama:KES", 60, 200_00)
HERE = Published("pair:KE:content_moderation_live:KES", 300, 171_00)
WORLD = Published("task:content_moderation_live:USD", 700, 190)
TURKEY = Published("pair:TR:content_moderation_live:TRY", 60, 150_00)
GERMANY = Published("pair:DE:content_moderation_live:EUR", 120, 13_10)
VENEZUELA = Published("pair:VE:content_moderation_live:VES", 120, 400_00)


def words(*lines: Lines, locale: str = "en") -> str:
    return SAID.plain(Lines(lines), locale, "UTC").replace("\xa0", " ")


def stands(*cells: Published, report: Report = MODERATOR) -> str:
    return words(*beside(report, Release("2026-Q3", cells)))


def test_without_a_release_or_a_cell_nothing_is_said() -> None:
    assert beside(MODERATOR, None) == []
    assert beside(MODERATOR, Release("2026-Q3", (Published("country:UG:UGX", 520, 5_000, 20),))) == []
    assert beside(RANKER, Release("2026-Q3", (KENYA, SAMA, HERE, WORLD, TURKEY))) == []


def test_an_hour_stands_above_below_or_at_half_of_the_reports() -> None:
    assert stands(KENYA, SAMA, HERE, WORLD).splitlines() == [
        "Beside the reports of 2026-Q3, before tax:",
        "Sama: half of the reports are above roughly 200 KES an hour. Yours is lower.",
        "Kenya: half of the reports are below 150 KES an hour. Yours is higher.",
        "Content moderation in Kenya: half of the reports are below 171 KES an hour. Yours is about that.",
        "Content moderation in all countries: half of the reports are above 1.90 USD an hour. Yours is lower.",
    ]


def test_the_same_work_elsewhere_in_its_own_money_and_in_dollars() -> None:
    """173.65 KES are 1.34 USD; 13.10 EUR are 14.88: eleven times as much. The bolivar has no rate, and no dollars."""
    assert stands(HERE, VENEZUELA, TURKEY, GERMANY).splitlines()[3:] == [
        "The same work in other countries (Content moderation, 2026-Q3):",
        "Germany: 13.10 EUR an hour, that is 14.88 USD",
        "Türkiye: roughly 150 TRY an hour, that is 3.06 USD",
        "Venezuela: 400 VES an hour",
        "In Germany an hour of this work brings 11.1 times what yours brings.",
    ]


def test_nothing_is_pointed_out_where_others_earn_no_more() -> None:
    low = Published("pair:NG:content_moderation_live:NGN", 120, 1_900_00)
    assert stands(low).splitlines()[1:] == ["Nigeria: 1,900 NGN an hour, that is 1.43 USD"]


def test_rates_that_were_old_when_the_period_ended_give_no_dollars() -> None:
    last = Release("2028-Q1", (GERMANY,))
    assert words(*beside(MODERATOR, last)).splitlines()[1:] == ["Germany: 13.10 EUR an hour"]
    assert RATES["EUR"].as_of < date(2026, 10, 1)


@given(st.fractions(1, 10**6), st.integers(1, 10**6))
def test_the_side_of_a_median_is_said_only_beyond_a_step(ours: Fraction, median: int) -> None:
    found = side(ours, median)
    assert (found == "same") == (median <= ours * STEP and ours <= median * STEP)
    assert found == "same" or (found == "lower") == (ours < median)


def test_the_answer_in_other_money_and_beside_a_living_wage_that_is_too_old() -> None:
    said = words(meaning(MODERATOR, Costs(off=651_000), TODAY))
    assert "That is 1.34 USD at the exchange rate of 29 Sep 2026." in said
    assert "It buys about what 3.91 USD buy in the USA (prices of 2024)." in said
    assert "That buys about what 3.24 USD buy in the USA (prices of 2024)." in said
    assert "(Naivasha, 2023, for each earner of a family) was 35,518 KES a month. That is too old" in said
    assert "exchange rate" not in words(meaning(MODERATOR, None, date(2028, 4, 1)))


@pytest.mark.parametrize(
    ("costs", "line", "further"),
    [
        (None, "is 115.39 ZAR an hour. To compare, tell what is taken off your pay.", False),
        (Costs(off=500), "is 115.39 ZAR an hour: yours is 45% of it.", True),
    ],
)
def test_a_contractor_beside_a_living_wage_net_with_net(costs: Costs | None, line: str, further: bool) -> None:
    said = words(meaning(RANKER, costs, TODAY))
    assert line in said and "A living wage, after tax (South Africa, 2026" in said
    assert ("A fair rate for contractors is higher still" in said) == further
    assert "33.3" not in said


def test_every_cell_that_can_be_published_has_words() -> None:
    said = words(figures(Release("2026-Q3", (HERE, WORLD, SAMA, KENYA)))).splitlines()[1:]
    assert said == [
        "Kenya: 150 KES, 20% of the time unpaid (about 520 reports)",
        "Sama: roughly 200 KES (about 60 reports)",
        "Content moderation, all countries: 1.90 USD (about 700 reports)",
        "Content moderation, Kenya: 171 KES (about 300 reports)",
    ]


async def test_a_worker_sees_where_the_hour_stands_before_and_after_sending(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await released(bot, KENYA, SAMA)
    await answers(ana)
    await ana.sees_new("Kenya: half of the reports are below 150 KES an hour. Yours is higher", "Sama: half of the")
    await ana.presses("Send")
    await ana.sees_new("Received", "Yours is higher")
