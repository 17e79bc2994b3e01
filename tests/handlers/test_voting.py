"""Voting in every kind of ballot on a phone: what is tapped is what is cast, and it is said in words before."""

import asyncio
import random
from dataclasses import replace

from bot.ballots.board import fingerprint, read_board
from bot.ballots.marks import written
from bot.ballots.papers import Vote, read_vote
from bot.ballots.rules import Method, Rules, Share
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.kinds import KINDS, drawn, fills_in, names, opens, put, tap
from tests.people import crowd, founded, member

NO_MESSAGE = {"message_id": 1}  # a button is told by its data, whatever it stood on
CHANCE = random.Random(5)  # the same votes in every run


async def in_the_box(bot: Bot, ballot_id: str, rules: Rules, person: Person) -> Vote:
    """Gives what waits of one person, whom the test knows."""
    waiting = bot.app.box.waiting(ballot_id, person.id)
    assert waiting is not None
    return next(read_vote(rules, entry)[1] for entry in waiting if entry[:1] == b"v")


async def votes(bot: Bot, person: Person, rules: Rules, vote: Vote) -> None:
    """Opens a ballot, fills it in and casts it."""
    await person.says("/ballots")
    await bot.settled()
    await opens(bot, person, f"{rules.method:0>8}")
    await fills_in(bot, person, rules, vote, names(rules.method))
    await tap(bot, person, "Cast my vote")
    await person.sees_new("Received")


@ONE_STORE
async def test_every_kind_is_voted_by_taps_and_every_vote_can_be_blank(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    for method, rules in KINDS.items():
        await put(bot, f"{method:0>8}", rules)
    for method, rules in KINDS.items():
        vote = drawn(rules, CHANCE)
        await votes(bot, ana, rules, vote)
        assert await in_the_box(bot, f"{method:0>8}", rules, ana) == vote, method
        await votes(bot, juma, rules, ())
        assert await in_the_box(bot, f"{method:0>8}", rules, juma) == (), method
    await tap(bot, ana, "Done")
    await ana.says("/ballots")
    await ana.sees_new("What of yesno?", "can still change")
    await tap(bot, ana, "More")
    await ana.sees("What of demands?", "can still change")


REVIEWS: dict[Method, tuple[Vote, tuple[str, ...]]] = {
    "multiple": ((0, 3), ("You mark:", "1. Baobab A", "4. Baobab D")),
    "score": ((0, 5, 1, 0, 2), ("Your points:", "1. Baobab A: 0", "2. Baobab B: 5", "5. Baobab E: 2")),
    "irv": ((4, 0), ("Your order:", "Place 1: Baobab E", "Place 2: Baobab A", "The others stand behind these")),
    "demands": ((1, 3, 2), ("place 1: Baobab D", "place 2: Baobab C", "Least important: Baobab B")),
}


@ONE_STORE
async def test_the_review_says_in_words_what_is_cast_and_leads_back(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    for method, (vote, said) in REVIEWS.items():
        await put(bot, f"{method:0>8}", KINDS[method])
        sent = await ana.sees("News from Kauli", f"What of {method}?")
        await fills_in(bot, ana, KINDS[method], vote, names(method))
        await ana.sees(*said, "Cast it?")
        paper = next(m for m in (await ana.chat())["messages"] if m["message_id"] == sent["message_id"])
        assert paper == sent  # the paper stays as it is on every phone
        await tap(bot, ana, "Change it")
        await tap(bot, ana, "Look it over" if method != "demands" else "Name the least important")
        if method == "demands":
            await tap(bot, ana, "Baobab B")
        await ana.sees_new(*said, "Cast it?")
        assert bot.app.box.waiting(f"{method:0>8}", ana.id) is None


@ONE_STORE
async def test_a_ranking_is_taken_back_tap_by_tap_through_a_restart_and_doubled_taps(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, "a0d17b07", KINDS["stv"])
    await tap(bot, ana, "Vote")
    await ana.double_taps("Baobab C")
    await bot.settled()
    await tap(bot, ana, "Baobab B")
    await ana.sees("Place 1: Baobab C", "Place 2: Baobab B")
    await tap(bot, ana, "Take the last tap back")
    await ana.sees_new("Place 1: Baobab C", "2. Baobab B")
    await bot.restart(kill=True)
    await tap(bot, ana, "Baobab E")
    await tap(bot, ana, "Look it over")
    await ana.double_taps("Cast my vote")
    await bot.settled()
    assert await in_the_box(bot, "a0d17b07", KINDS["stv"], ana) == (2, 4)


@ONE_STORE
async def test_no_more_than_the_most_can_be_marked(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, "a0d17b07", KINDS["multiple"])
    for label in ("Vote", "Baobab A", "Baobab B", "Baobab C"):
        await tap(bot, ana, label)
    sheet = await ana.sees("That is 3, the most that may be marked", "✓ 3. Baobab C")
    assert len(await ana.buttons()) == 5  # three marks to take away, the review, the way back
    await ana.presses_data(sheet, "/choose a0d17b07 0123")
    await ana.sees_toast("does not exist any more")
    await tap(bot, ana, "Baobab B")
    await ana.sees("✓ 1. Baobab A", "4. Baobab D")


@ONE_STORE
async def test_a_drawn_order_is_ones_own_and_none_of_the_above_is_last(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(8)]
    await put(bot, "a0d17b07", replace(KINDS["choice"], shuffled=True, none_option=True))
    orders = set()
    for person in people:
        sent = await person.sees("The order of the options is drawn anew for each voter")
        assert [b["text"] for row in sent["reply_markup"]["inline_keyboard"] for b in row][0] == "Vote"
        await tap(bot, person, "Vote")
        own = await person.buttons()
        await tap(bot, person, "Baobab C")
        await tap(bot, person, "Back")
        assert await person.buttons() == own  # the same at every look
        assert own[4] == "5. Baobab E" and {label[3:] for label in own[:5]} == set(names("choice"))
        orders.add(tuple(own))
    assert len(orders) > 1


@ONE_STORE
async def test_a_vote_that_is_final_says_so_before_and_stays(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, "a0d17b07", replace(KINDS["yesno"], changeable=False))
    async with bot.app.office.reading() as stores:
        opened = await stores.ballots.get("a0d17b07")
    assert opened and fingerprint(opened)
    await ana.sees("Once cast, a vote cannot be changed", f"frozen rules and texts: {fingerprint(opened)}")
    await tap(bot, ana, "Yes")
    review = await ana.sees("Once cast, it cannot be changed. Cast it?")
    await tap(bot, ana, "Cast my vote")
    await ana.sees_new("It cannot be changed any more")
    assert "Change my vote" not in await ana.buttons()
    await ana.presses_data(review, "/cast a0d17b07 1")
    await ana.sees_toast("the first vote counts")
    assert await in_the_box(bot, "a0d17b07", KINDS["yesno"], ana) == (0,)
    await ana.says("/ballots")
    await ana.sees_new("The first vote counts in this ballot")
    await tap(bot, ana, "What of yesno?")
    await ana.sees("You have voted. The first vote counts")


@ONE_STORE
async def test_nobody_votes_while_a_ballot_is_halted_nor_after_it_closed(bot: Bot) -> None:
    ana, _ = await member(bot, "Ana"), await founded(bot)
    ballot = await put(bot, "a0d17b07", KINDS["irv"])
    await tap(bot, ana, "Vote")
    await tap(bot, ana, "Baobab A")
    async with bot.app.office.writing() as stores:
        opened = await stores.ballots.get(ballot.id)
        assert opened
        await stores.ballots.change(replace(opened, halted=True))
    await ana.presses("Look it over")
    await ana.sees_toast("This ballot is halted")
    await ana.says("/ballots")
    await ana.sees_new("Halted: members say that its text is wrong")
    async with bot.app.office.writing() as stores:
        await stores.ballots.change(opened)
    await bot.cast.advance(days=8)
    await ana.presses("Look it over")
    await ana.sees_toast("This ballot is closed")


@ONE_STORE
async def test_a_double_majority_takes_each_vote_with_its_group(bot: Bot) -> None:
    kenya, ghana = await crowd(bot, 20, country="KE"), await crowd(bot, 20, country="GH", start=7_100_000)
    (none,) = await crowd(bot, 1, start=7_200_000)
    rules = Rules("yesno", threshold=Share(1, 2, strict=True), double="country")
    await put(bot, "a0d17b07", rules)
    for person, group in ((kenya[0], 1), (ghana[0], 0), (none, 2)):
        await person.presses_data(NO_MESSAGE, "/cast a0d17b07 0")
        await bot.settled()
        waiting = bot.app.box.waiting("a0d17b07", person.id)
        assert waiting and [read_vote(rules, entry) for entry in waiting if entry[:1] == b"v"] == [(group, (0,))]


@ONE_STORE
async def test_who_leaves_in_the_middle_votes_no_more_and_who_is_entitled_later_does_not_yet(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, "a0d17b07", KINDS["demands"])
    late = await member(bot, "Late")
    for label in ("Vote", "Baobab A", "Look it over"):
        await tap(bot, ana, label)
    review = await ana.sees("place 1: Baobab A", "Cast it?")
    await ana.says("/leave")
    await tap(bot, ana, "Leave and delete my record")
    await ana.presses_data(review, "/cast a0d17b07 -0--")
    await bot.settled()
    await late.presses_data(review, "/cast a0d17b07 -0--")
    await late.sees_toast("already entitled when it opened")
    assert [bot.app.box.waiting("a0d17b07", one.id) for one in (ana, late)] == [None, None]


@ONE_STORE
async def test_data_of_no_button_changes_nothing(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, "a0d17b07", KINDS["meek"])
    paper = await ana.sees("What of meek?")
    for words in ("0", "00000", "5----", "0-1--", "a0d17", "", "0" * 40):
        await ana.presses_data(paper, f"/cast a0d17b07 {words}")
        await bot.settled()
    refused = [toast for toast in (await ana.chat())["toasts"] if "does not exist any more" in toast["text"]]
    assert len(refused) == 7
    assert bot.app.box.waiting("a0d17b07", ana.id) is None


@ONE_STORE
async def test_three_hundred_vote_in_the_last_minute_and_whoever_comes_too_late_is_told(bot: Bot) -> None:
    people = await crowd(bot, 300)
    await put(bot, "a0d17b07", KINDS["schulze"], days=1)
    chance = random.Random(300)
    said = [written(KINDS["schulze"], 5, drawn(KINDS["schulze"], chance)) for _ in people]
    await bot.cast.advance(hours=23, minutes=59)
    casts = [one.presses_data(NO_MESSAGE, f"/cast a0d17b07 {marks}") for one, marks in zip(people, said, strict=True)]
    for at in range(0, 299, 50):
        await asyncio.gather(*casts[at : min(at + 50, 299)])
        await bot.settled()
    standing = [await bot.app.box.standing("a0d17b07", one.id) for one in people]
    assert "none" not in standing[:299] and standing[299] == "none"
    await bot.cast.advance(minutes=2)
    await casts[299]
    await people[299].sees_toast("This ballot is closed")
    await bot.tick()
    board = await bot.app.box.board("a0d17b07")
    assert board is not None and bot.app.box.open_names() == []
    assert len(read_board(board).ballots) == 299
