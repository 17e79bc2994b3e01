"""Ballots of every kind for tests: their rules, votes drawn by chance, and how one votes them on a phone."""

import random
from datetime import timedelta
from string import ascii_uppercase

from bot.ballots.papers import RANKED, SINGLE, Vote
from bot.ballots.rules import Ballot, Method, Rules, Wording
from tests.cast import Person
from tests.conftest import Bot

OPTIONS = 5
KINDS: dict[Method, Rules] = {
    "yesno": Rules("yesno"),
    "choice": Rules("choice"),
    "multiple": Rules("multiple", most=3),
    "approval": Rules("approval"),
    "score": Rules("score", top=5),
    "irv": Rules("irv"),
    "schulze": Rules("schulze"),
    "stv": Rules("stv", seats=2),
    "meek": Rules("meek", seats=2),
    "demands": Rules("demands"),
}


def names(method: Method, options: int = OPTIONS) -> tuple[str, ...]:
    """Names the options of a kind; no name is part of another one."""
    return ("Yes", "No") if method == "yesno" else tuple(f"Baobab {letter}" for letter in ascii_uppercase[:options])


async def put(bot: Bot, ballot_id: str, rules: Rules, question: str = "", *, days: int = 7) -> Ballot:
    """Writes a ballot as an organizer would have, and opens it at the next tick."""
    closes = await bot.app.clock.now() + timedelta(days=days)
    wording = Wording("en", question or f"What of {rules.method}?", names(rules.method))
    ballot = Ballot(ballot_id, (wording,), None, closes, rules=rules)
    async with bot.app.office.writing() as stores:
        await stores.ballots.add(ballot)
    await bot.tick()
    return ballot


def drawn(rules: Rules, chance: random.Random, options: int = OPTIONS) -> Vote:
    """Draws a vote that the method takes, never a blank one."""
    if rules.method in SINGLE:
        return (chance.randrange(2 if rules.method == "yesno" else options),)
    if rules.method == "score":
        return tuple(chance.randint(0, rules.top) for _ in range(options))
    some = chance.sample(range(options), chance.randint(1, 3))
    if rules.method in RANKED:
        return tuple(chance.sample(range(options), chance.randint(1, options)))
    if rules.method == "demands":
        return (chance.choice([one for one in range(options + 1) if one not in some]), *some)
    return tuple(sorted(some))


async def opens(bot: Bot, person: Person, ballot_id: str) -> None:
    """Opens a ballot's paper in the newest message, as the button in the list does."""
    await person.presses_data(await person.last(), f"/ballot {ballot_id}")
    await bot.settled()


async def fills_in(bot: Bot, person: Person, rules: Rules, vote: Vote, shown: tuple[str, ...]) -> None:
    """Marks a vote on the newest paper, up to the review; `shown` are all options, in their own order."""
    if rules.method not in SINGLE:
        await tap(bot, person, "Vote")
    for label in taps(rules, vote, shown):
        await tap(bot, person, label)


def taps(rules: Rules, vote: Vote, every: tuple[str, ...]) -> list[str]:
    """Gives the buttons that make a vote, in order."""
    if not vote:
        return ["Abstain" if rules.method == "yesno" else "Blank vote"]
    if rules.method in SINGLE:
        return [every[vote[0]]]
    if rules.method == "demands":
        worst = "None of them" if vote[0] == len(every) else every[vote[0]]
        return [*(every[one] for one in vote[1:]), "Name the least important", worst]
    if rules.method == "score":
        return [every[0], *map(str, vote), "Look it over"]
    return [*(every[one] for one in vote), "Look it over"]


async def tap(bot: Bot, person: Person, label: str) -> None:
    """Presses a button and waits for what comes of it, as a person does who looks."""
    await person.presses(label)
    await bot.settled()
