"""Tell more, several jobs, saying less, and amounts that can hardly be meant: beyond the six questions of /pay."""

import pytest

from bot.pay.release import Published
from bot.pay.rules import ENTRIES, Fragment, decode
from tests.cast import Person, labels_of
from tests.conftest import Bot
from tests.handlers.test_pay import answers, released
from tests.people import member

MOST = 4096  # characters of a message (https://core.telegram.org/bots/api#sendmessage)
GROWN = (Published("country:KE:KES", 900, 174_00, 20), Published("employer:sama:KES", 900, 174_00))


@pytest.fixture
def database_url() -> None:
    """Takes SQLite alone: nothing here asks a database for more than test_pay.py does on both."""


@pytest.fixture(autouse=True)
def unshaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds nothing at random, so that fragments can be compared: the middle of the odd number of steps."""
    monkeypatch.setattr("handlers.pay.filing.randbelow", lambda points: points // 2)


def filed(bot: Bot, person: Person) -> dict[tuple[str, str], int]:
    """Gives what waits of somebody in the box: points and bands by cell and measure."""
    waiting = bot.app.box.waiting(bot.app.box.open_names()[0], person.id)
    assert waiting and len(waiting) == ENTRIES
    fragments: list[Fragment] = [fragment for entry in waiting if (fragment := decode(entry))]
    return {(fragment.cell.split(":")[0], fragment.measure): fragment.value for fragment in fragments}


async def does(person: Person, *acts: str) -> None:
    """Presses, or with a leading = types, one thing after the other."""
    for act in acts:
        await (person.says(act[1:]) if act.startswith("=") else person.presses(act))
        await person.sees_new("")


async def chooses(person: Person, topic: str, *options: str) -> None:
    """Opens a topic of "tell more" and answers its questions by button, back to the topics."""
    for label in (topic, *options):
        await person.presses(label)
        await person.sees_new("")
    await person.sees("as much or as little as you like")


async def test_a_review_and_a_result_are_shown_also_where_not_all_of_it_fits(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too long for a message is left out: Telegram would refuse it, and nobody know of the report."""
    monkeypatch.setattr("handlers.pay.words.LONGEST", 500)
    ana = await member(bot, "Ana", country="KE")
    await ana.says("/pay")
    await does(ana, "Kenya", "Sama", "Content moderation", "By the month", "=38k", "40 h", "10 h")
    await ana.sees("Not all of the result fits", "under “Tell more” until you send")
    await ana.does_not_see("An hour of this work")
    await ana.presses("Send")
    await ana.sees_new("Received", "Not all of the result fits", "/stats")
    await ana.does_not_see("An hour of this work")


async def test_the_shortest_way_takes_at_most_eight_taps(bot: Bot) -> None:
    ana = await member(bot, "Ana", country="KE")
    await ana.says("/pay")
    acts = ["Kenya", "Sama", "Content moderation", "By the month", "", "40 h", "10 h", "Send"]
    for label in acts:
        await (ana.presses(label) if label else ana.says("38k"))
        await ana.sees_new("")
    await ana.sees("Received")
    assert len(acts) <= 8


async def test_what_is_left_is_told_and_forgotten(bot: Bot) -> None:
    """The first worked example of domain.md 2.4, through the chat: 144 shillings and 3.24 international dollars."""
    ana = await member(bot, "Ana")
    await answers(ana)
    await does(ana, "Tell more", "What is left for me")
    await ana.sees("Only for your own answer", "For one month, in KES")
    await does(ana, "=40,000")
    await ana.sees("More cannot be taken off than was paid")
    await does(ana, "=6,510", "No answer", "=$5")
    await ana.sees("in KES, the currency of the pay", "cost you")
    await does(ana, "Nothing")
    await ana.sees("not filed, and forgotten", "Tax and contributions: 6,510 KES", "Own costs: 0 KES")
    await does(ana, "What is still owed", "=1,200", "Nothing", "Ready")
    await ana.sees("your own costs: 143.9", "3.24 USD", "Still owed to you: 1,200 KES")
    await does(ana, "Send")
    await ana.sees("Received", "143.9", "Your organizers can help", "forgotten with this message")
    assert {measure for _, measure in filed(bot, ana)} == {"pay", "unpaid"}
    await bot.later(minutes=11)
    await ana.does_not_see("143.9")


async def test_three_answers_count_as_bands_and_the_rest_does_not(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await released(bot, *GROWN)
    await answers(ana)
    await ana.presses("Tell more")
    await chooses(ana, "Rejected work", "5 to 20%")
    await chooses(ana, "Late pay", "8 to 30 days")
    await chooses(ana, "My own data", "Voice", "Face", "Voice", "Documents", "Next", "Not explained, but paid", "Open")
    await chooses(ana, "Contract", "From month to month")
    await chooses(ana, "My account", "Closed", "No")
    await chooses(ana, "The platform's clock", "25 to 50%")
    await chooses(ana, "Deductions passed on", "No", "No")
    await ana.presses("Ready")
    shown = await ana.sees_new("The pay comes: 8 to 30 days late", "Own data: Face, Documents", "Collection: Open")
    assert "Voice" not in shown["text"]
    await ana.presses("Send")
    await ana.sees_new("Received", "Reason given: No", "C193", "not passed on is your money", "forgotten with this")
    told = {measure: point for (cell, measure), point in filed(bot, ana).items() if cell == "employer"}
    assert {measure: told[measure] for measure in ("late", "rejected", "own")} == {"late": 2, "rejected": 2, "own": 3}


async def test_answers_about_an_employer_that_is_not_grown_are_not_filed(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.presses("Tell more")
    await chooses(ana, "Late pay", "8 to 30 days")
    await ana.presses("Ready")
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert set(filed(bot, ana)) == {("country", "pay"), ("country", "unpaid"), ("employer", "pay")}


async def test_an_answer_is_taken_back_and_an_open_account_has_no_reason(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await released(bot, *GROWN)
    await answers(ana)
    await ana.presses("Tell more")
    await chooses(ana, "Late pay", "On time")
    await ana.sees("▪ The pay comes: On time")
    await chooses(ana, "Late pay", "No answer")
    await chooses(ana, "My own data", "None of these")
    await chooses(ana, "My account", "Open")
    await ana.sees("▫ Late pay", "▪ Own data: None of these", "▪ Account: Open")
    await ana.presses("Ready")
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert ("employer", "late") not in filed(bot, ana) and filed(bot, ana)["employer", "own"] == 0


async def test_unpaid_hours_are_placed_and_more_of_them_are_found(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await does(ana, "Tell more", "Where unpaid hours go")
    await ana.sees("You said 10.5 unpaid hours a week", "10.5 of them have no place")
    await does(ana, "Forced breaks", "=5", "Starting early", "=2.5")
    await ana.sees("3 of them have no place", "Forced breaks: 5 h", "Not told: 3 h")
    await does(ana, "Waiting", "=80")
    await ana.sees("together are more than 110 a week", "how many hours a week")
    await does(ana, "All the rest: 3")
    await ana.sees("Waiting: 3 h", "Tell more")
    await does(ana, "Where unpaid hours go", "Training", "2 h")
    await ana.sees("12.5 unpaid hours a week, more than the 10.5")
    await does(ana, "Back", "Ready")
    await ana.sees("40 hours paid, 12.5 unpaid", "Training: 2 h", "the unpaid ones would bring 2,740.38 KES a week")


async def test_up_to_three_jobs_or_months_are_one_report(bot: Bot) -> None:
    await released(bot, *GROWN)
    ana = await member(bot, "Ana")
    await answers(ana)
    await does(ana, "Add a job or month", "Another month of this job")
    await ana.sees("It is for your own answer only")
    months = [label for label in labels_of(await ana.last()) if "20" in label]
    assert (len(months), months[0], months[-1]) == (25, "Nov 2026", "Nov 2024")
    await does(ana, "Dec 2025", "=30,000", "40 h", "0 h")
    await ana.sees("Job 1, Nov 2026", "Job 2, Dec 2025", "Together, your jobs in KES bring 173.4", "Job 1 has most")
    await does(ana, "Add a job or month", "Another job", "Oct 2026")
    await does(ana, "Kenya", "Remotasks", "Boxes", "By the task", "In USD", "=40.80", "=22", "=8")
    await ana.sees("Job 3, Oct 2026", "Remotasks", "40.80 USD")
    assert not any("Add a job" in label for label in await ana.buttons())
    await does(ana, "Send")
    await ana.sees("Received", "Job 3")
    assert len(filed(bot, ana)) == 5  # pay and unpaid of the country and the employer, pay of the pair: job 1's cells
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("in place of the one before")


async def test_a_job_is_taken_out_again(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await does(ana, "Add a job or month", "Another month of this job", "Sep 2026", "=30,000", "40 h", "0 h")
    await does(ana, "Take out job 2")
    await ana.sees("You said, for Nov 2026")


async def test_one_tap_says_less(bot: Bot) -> None:
    await released(bot, Published("country:KE:KES", 520, 174_00, 20))
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.sees_new("Kenya stood with about 520", "Content moderation in Kenya was not in the last", "Sama was not")
    await ana.presses("Do not name Sama")
    await ana.sees_new("Kenya, Somebody else, Content moderation")
    await ana.presses("Do not name the kind of work")
    shown = await ana.sees_new("Kenya, Somebody else, Something else", "about 520")
    assert "was not in the last" not in shown["text"]
    assert not any("Do not name" in label for label in await ana.buttons())
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert not any("Propose" in label for label in await ana.buttons())
    assert filed(bot, ana).keys() == {("country", "pay"), ("country", "unpaid")}


async def test_a_name_can_be_proposed_where_the_employer_is_not_listed(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    await does(ana, "Kenya", "Somebody else", "Content moderation", "By the month", "=38k", "40 h", "10 h", "Send")
    await ana.sees("Received")
    assert "Propose a missing employer" in await ana.buttons()


@pytest.mark.parametrize(
    ("basis", "said", "meant", "shown"),
    [
        ("By the hour", "38,000", "By the month: 38,000", "219.23 KES"),
        ("By the month", "38", "By the month: 38,000", "219.23 KES"),
    ],
)
async def test_pay_that_can_hardly_be_is_asked_for_once_more(
    bot: Bot, basis: str, said: str, meant: str, shown: str
) -> None:
    ana = await member(bot, "Ana")
    await up_to_amount(ana, basis)
    await does(ana, f"={said}", "=40", "=0")
    await ana.sees("far outside what people earn", "Did you mean")
    await ana.presses(meant)
    await ana.sees_new(shown, "All of your working time is paid")
    await ana.does_not_see("far outside")


async def up_to_amount(person: Person, basis: str) -> None:
    """Answers up to the question for the amount."""
    await person.says("/pay")
    for label in ("Kenya", "Sama", "Content moderation", basis):
        await person.presses(label)
    await person.sees_new("How much for")


async def test_who_insists_is_believed_and_told_so(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await up_to_amount(ana, "By the hour")
    await does(ana, "=38,000", "=40", "=0")
    await ana.presses("Yes, it is right")
    await ana.sees_new("far outside what others earn", "lowest or the highest pay on our scale")
    await ana.presses("Send")
    await ana.sees_new("Received", "far outside what others earn")
    assert filed(bot, ana)["country", "pay"] == 120


async def test_a_currency_that_nobody_is_paid_in_there_is_asked_for_once_more(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await up_to_amount(ana, "By the month")
    await ana.says("300 EUR")
    await ana.sees_new("You wrote 300 EUR. In Kenya hardly anybody")
    await does(ana, "Back", "=300 EUR", "Yes, 300", "=40", "0 h")
    await ana.sees("No figures for Kenya are published in EUR")
    await up_to_amount(ana, "By the month")
    await does(ana, "=300 EUR", "300\u00a0USD")
    await ana.sees("300 USD", "5 of 6")


async def test_without_paid_hours_nothing_is_worked_out(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await up_to_amount(ana, "By the month")
    await does(ana, "=38,000", "=0")
    await ana.sees("Without any paid hours", "5 of 6")
    await does(ana, "=109")
    await ana.presses("2 h")
    await ana.sees_toast("together are more than 110")


async def test_things_are_refused_and_deleted_in_the_middle_of_it(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await does(ana, "Tell more", "What is still owed")
    kinds = ("photo", "document", "contact", "location")
    for kind in kinds:
        await ana.sends(kind)
        await ana.sees_new("I cannot take photos, files", "not received yet")
    await bot.settled()
    assert not {message["kind"] for message in (await ana.chat())["messages"]} & set(kinds)


async def test_stopping_in_the_middle_of_it_keeps_nothing(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.presses("Tell more")
    await ana.presses("Stop, keep nothing")
    await ana.sees_new("Nothing half-filled was kept")
    assert bot.app.box.open_names() == []
