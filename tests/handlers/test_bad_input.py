"""Bad input and faults: a clear answer in the member's language, the conversation stays where it was."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.cast import Message, Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_ballots import opened
from tests.people import founded, member

pytestmark = ONE_STORE  # how a step is stored on either is tested elsewhere
THINGS = (
    *("photo", "voice", "document", "contact", "location", "sticker", "video"),
    *("video_note", "audio", "animation", "venue", "poll", "dice"),
)
FORWARDED = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}}
BY_A_BOT = {"via_bot": {"id": 7, "is_bot": True, "first_name": "Other", "username": "other_bot"}}
ODD = ("<b>bold</b> & {0} %s {x!r}", "\u202egnal\u202c \u200b\u200d", "🗳" * 40, "سؤال؟", "'; DROP TABLE member; --")


async def asked_hours(bot: Bot) -> Person:
    """Brings somebody to the question for the paid hours."""
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    for label in ("Kenya", "Sama", "Content moderation", "By the month"):
        await ana.presses(label)
    await ana.sees_new("How much for a month")
    return ana


@pytest.mark.parametrize("kind", THINGS)
async def test_things_are_refused_deleted_and_explained(bot: Bot, kind: str) -> None:
    ana = await asked_hours(bot)
    await ana.sends(kind, caption="my payslip")
    await ana.sees_new("I cannot take photos, files", "How much for a month")
    kinds = [message["kind"] for message in (await ana.chat())["messages"] if message["from"] == "person"]
    assert kind not in kinds
    await ana.says("35k")
    await ana.sees_new("5 of 6")


@pytest.mark.parametrize("more", [FORWARDED, BY_A_BOT], ids=["forwarded", "by a bot"])
async def test_words_of_somebody_else_are_no_answer(bot: Bot, more: dict[str, Any]) -> None:
    ana = await asked_hours(bot)
    await ana.sends("text", "36.5k", **more)
    await ana.sees_new("I cannot take photos, files", "How much for a month")
    assert "36.5k" not in str((await ana.chat())["messages"])


async def test_an_album_is_deleted_whole_and_explained_once_also_with_nothing_open(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    for number in range(3):
        await ana.sends("photo", f"page {number}", media_group_id="album")
    await ana.sees("I cannot take photos, files")
    await bot.settled()
    messages = (await ana.chat())["messages"]
    assert "photo" not in [message["kind"] for message in messages]
    assert sum("I cannot take photos" in str(message.get("text")) for message in messages) == 1


@pytest.mark.parametrize(
    "typed",
    ["", "-5", "0", "999999999999999", "NaN", "inf", "1e9", "0x10", "5 or 6", "={1+1}", "<b>5</b>", "%s", "{0}", "🙂"]
    + ["x" * 4096, "1.2345678"],
)
async def test_amounts_that_are_none_are_explained_and_asked_again(bot: Bot, typed: str) -> None:
    ana = await asked_hours(bot)
    await ana.says(typed or "\u200b")
    message = await ana.sees_new("How much for a month")
    assert not message["text"].startswith("4 of 6")  # something was explained above the question
    await ana.says("Ksh 35 000")
    await ana.sees_new("35,000 KES. 5 of 6")
    await ana.says("400")
    await ana.sees_new("That is more than 110 hours", "5 of 6")
    await ana.says("४०")
    await ana.sees_new("6 of 6")


async def test_an_edited_message_is_not_an_answer(bot: Bot) -> None:
    ana = await asked_hours(bot)
    sent = await ana.says("hello")
    await ana.sees_new("I need a number")
    admin = await founded(bot)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.sees_new("Type the question")
    sent = await admin.says("Shall we?")
    await admin.sees_new("Type the options")
    await admin.edits(sent, "Shall we not?")
    await admin.sees_new("I do not read edited messages", "Type the options")


@pytest.mark.parametrize("words", ODD)
async def test_odd_words_are_kept_as_typed_wherever_words_are_free(bot: Bot, words: str) -> None:
    admin = await founded(bot)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.sees_new("Type the question")
    await admin.says(words)
    await admin.sees_new("Type the options")
    await admin.says(f"{words}\nNo")
    await admin.presses("Go on")
    await admin.presses("The whole union")
    await admin.presses("1 day")
    preview = await admin.sees_new("Preview")
    visible = "".join(letter for letter in words if letter not in "\u202e\u202c\u200b")
    assert preview["text"].count(" ".join(visible.split())) >= 2
    await admin.says("/post")
    await admin.presses("English")
    await admin.sees_new("Type the post")
    await admin.says("x" * 1501)
    await admin.sees_new("within 1,500 characters", "Type the post")
    await admin.says(words)
    await admin.sees_new("Preview in English")


async def test_buttons_of_old_messages_show_where_one_stands(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    old = await ana.sees_new("Country: not given")
    stale = old["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await ana.presses("Country")
    await ana.sees_new("In which country")
    await ana.presses_data(old, stale)
    await bot.settled()
    await ana.sees("In which country")
    await ana.presses("Kenya")
    await ana.presses("Done")
    await ana.presses_data(old, stale)
    await ana.sees_toast("This button belongs to an older message")
    for forged in ("x", "000000.country", "~000000.KE", "/cast x 99", "/vote", "/approve", "/stop x", "é" * 32, "/"):
        await ana.presses_data(old, forged)
    await bot.settled()
    async with bot.app.office.reading() as stores:
        found = await stores.members.get(ana.id)
    assert found is not None and found.country == "KE" and not found.roles


async def test_a_flood_limit_on_answers_is_waited_for(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await bot.cast.fault("sendMessage", status=429, description="Too Many Requests: retry after 1", retry_after=1)
    await ana.says("/help")
    await ana.sees_new("What you can do here")


async def test_a_lost_connection_and_a_deleted_message_heal(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    await ana.sees_new("Country: not given")
    await bot.cast.fault("editMessageText", status=400, description="Bad Request: message to edit not found")
    await ana.presses("Country")
    await ana.sees_new("In which country")
    await bot.cast.fault("editMessageText", status=200, drop="before")
    await ana.presses("Kenya")
    await bot.settled()
    await ana.presses("Kenya")  # the answer was lost, not the choice: any press shows where one stands
    await ana.sees_new("Country: Kenya")


async def test_an_unexpected_error_gives_a_number_and_changes_nothing(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    await ana.sees_new("Country: not given")
    monkeypatch.setattr("handlers.me.with_country", broken)
    await ana.presses("Country")
    await ana.presses("Kenya")
    await ana.sees_new("Something went wrong on our side", "this number")
    monkeypatch.undo()
    await ana.says("/me")
    await ana.sees_new("Country: not given")


def broken(*_: object) -> None:
    raise ValueError("a secret that must not be logged: Kipchumba")


async def test_an_election_is_closed_to_strangers_and_forgers(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await opened(bot)
    stranger = await bot.cast.person("Stranger")
    message = await ana.sees("Secret ballot")
    ballot = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split()[1]
    await stranger.presses_data(message, f"/cast {ballot} 01")
    await stranger.sees_toast("You are not a member yet")
    await ana.presses_data(message, f"/cast {ballot} 07")
    await ana.sees_toast("This ballot does not exist")
    await ana.presses_data(message, f"/cast {ballot} -1")
    await bot.settled()
    assert await bot.app.box.standing(ballot, ana.id) == "none"


@dataclass(frozen=True)
class Question:
    """One open question: the way to it (a word in quotes is typed), how it reads, and an answer that goes on."""

    way: tuple[str, ...]
    asks: str
    good: str
    then: str
    bad: tuple[str, ...]


ODD_FOR_NUMBERS = ("x" * 4096, "🙂", "\u200b\u200d", "\u202e\u202c", "<b>", "{0}", "%s", "\0", "seven", "7\0")
QUESTIONS = {
    "me.hour": Question(
        ("/me", "Weekly note", "Monday"),
        "Monday, at which hour",
        "٧",
        "Weekly note: Monday, 07:00",
        (*ODD_FOR_NUMBERS, "-1", "24", "9" * 30, "٢٤", "९९"),
    ),
    "newballot.question": Question(
        ("/newballot", "Straw poll"), "Type the question in English", "Shall we?", "Type the options", ("x" * 4096,)
    ),
    "newballot.options": Question(
        ("/newballot", "Straw poll", "'Shall we?'"),
        "Type the options in English",
        "Yes\nNo",
        "another language",
        (
            "x" * 4096,
            "Only one",
            "Yes\nyes",
            "\n".join(map(str, range(21))),
            "\n".join(map(str, range(60))),
            "x" * 200 + "\nNo",
            "🙂",
            "{0}",
            "-1",
        ),
    ),
    "pay.amount": Question(
        ("/pay", "Kenya", "Sama", "Content moderation", "By the month"),
        "How much for a month",
        "३५०००",
        "35,000 KES. 5 of 6",
        (*ODD_FOR_NUMBERS, "-35000", "−٣٥", "0", "٠", "9" * 30, "९" * 30),
    ),
    "pay.hours": Question(
        ("/pay", "Kenya", "Sama", "Content moderation", "By the month", "'35k'"),
        "For how many hours a week",
        "٤٠",
        "6 of 6",
        (*ODD_FOR_NUMBERS, "-40", "−٤٠", "0", "०", "169", "9" * 30),
    ),
    "post.words": Question(
        ("/post", "English"), "Type the post of the week in English", "Hello", "Preview in English", ("x" * 4096,)
    ),
}


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> Question:
    return QUESTIONS[request.param]


async def at(bot: Bot, question: Question) -> Person:
    """Brings an administrator to a question."""
    admin = await founded(bot)
    for step in question.way:
        if step.startswith(("/", "'")):
            await bot.settled()
            await admin.says(step.strip("'"))
        else:
            await admin.presses(step)
    await admin.sees_new(question.asks)
    return admin


async def asked_again(bot: Bot, person: Person, question: Question, plain: str) -> Message:
    """Waits until all is answered: the same question stands there, with an explanation above it."""
    await bot.settled()
    message = await person.last()
    assert question.asks in message["text"].replace("\xa0", " "), message["text"]
    assert message["text"] != plain and message["text"].endswith(plain), message["text"]
    assert "Something went wrong" not in message["text"]
    return message


async def test_what_is_no_answer_is_explained_and_the_question_stays(bot: Bot, question: Question) -> None:
    person = await at(bot, question)
    plain = (await person.last())["text"]
    for typed in question.bad:
        await person.says(typed)
        await asked_again(bot, person, question, plain)
    await person.says(question.good)
    await person.sees_new(question.then)


async def test_things_and_edits_leave_the_question_open(bot: Bot, question: Question) -> None:
    person = await at(bot, question)
    plain = (await person.last())["text"]
    for kind in ("photo", "voice", "sticker", "contact", "location"):
        await person.sends(kind, caption=question.good)
        assert "I cannot take photos" in (await asked_again(bot, person, question, plain))["text"]
    before = next(m for m in reversed((await person.chat())["messages"]) if m["from"] == "person")
    await person.edits(before, question.good)
    assert "I do not read edited" in (await asked_again(bot, person, question, plain))["text"]
    await person.says(question.good)
    await person.sees_new(question.then)


@pytest.mark.parametrize("name", ["newballot.question", "newballot.options", "post.words"])
async def test_what_nobody_can_see_is_empty(bot: Bot, name: str) -> None:
    """Zero-width and direction marks alone are no question, no option and no post: members would read an empty one."""
    person = await at(bot, QUESTIONS[name])
    plain = (await person.last())["text"]
    for typed in ("\u200b", " \u200d\u2060 ", "\u202e\u202c"):
        await person.says(f"Yes\n{typed}" if name == "newballot.options" else typed)
        await asked_again(bot, person, QUESTIONS[name], plain)


async def test_options_that_look_the_same_are_the_same(bot: Bot) -> None:
    """Options that nobody can tell apart would let a ballot be won by whichever was meant."""
    person = await at(bot, QUESTIONS["newballot.options"])
    plain = (await person.last())["text"]
    for typed in ("Yes\nYes\u200b", "Yes\nYe\u2060s", "Yes\n\u202eYes\u202c"):
        await person.says(typed)
        await asked_again(bot, person, QUESTIONS["newballot.options"], plain)
