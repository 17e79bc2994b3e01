"""When a member wants to be written to: days, hour, how often, quiet hours, with or without pictures, or never."""

import re
from dataclasses import dataclass, replace
from functools import partial

from bot.dialogue import Button, Link, Outcome, Screen, Step, back, rows
from bot.digests.schedule import next_occurrence
from bot.members.rules import EVERY, Every, Member, Quiet, Wish
from bot.texts import Lines, Listed, Refusal, Text, Weekday, Zone, text
from bot.turn import Turn

HOURS = (6, 8, 10, 12, 15, 17, 18, 19, 20, 21)
QUIET: tuple[Quiet, ...] = ((20, 6), (21, 6), (21, 7), (22, 6), (22, 7), (22, 8))
SPAN = re.compile(r"(\d{1,2})(?::00)?\s*[-–—]\s*(\d{1,2})(?::00)?")


async def wishes(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Opens what a member wishes, from a button under the digest."""
    record(turn)
    return Notes()


def record(turn: Turn) -> Member:
    """Gives the sender's record. Raises Refusal when there is none."""
    if turn.member is None:
        raise Refusal("not.member")
    return turn.member


def wish(wished: Wish) -> tuple[Text, ...]:
    """Says when the digest comes, and when nothing unasked does, a line each."""
    quiet = text("me.quiet", start=clock(wished.quiet[0]), end=clock(wished.quiet[1])) if wished.quiet else None
    if not wished.on:
        return (text("me.digest.none"), *((quiet,) if quiet else ()))
    key = "me.digest" if wished.every == "week" else f"me.digest.{wished.every}"
    said = text(key, weekday=days(wished.weekdays), hour=clock(wished.hour))
    return (said, *((quiet,) if quiet else ()), *((text("me.light"),) if wished.light else ()))


def days(weekdays: tuple[int, ...]) -> Listed:
    """Names days of the week."""
    return Listed(tuple(Weekday(day) for day in weekdays))


def clock(hour: int) -> str:
    """Shows a full hour as it stands on a 24-hour clock."""
    return f"{hour:02}:00"


@dataclass(frozen=True)
class Notes(Step, name="me.digest.weekday"):
    """Shows what a member wishes; a day leads on to its hour, the rest changes one thing."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the days of the week, and everything else that can be wished."""
        member = record(turn)
        wished = member.wish
        weekdays = [Button(str(day), text("value", value=Weekday(day)), ChooseHour(day)) for day in range(7)]
        pictures = partial(set_wish, wished=replace(wished, light=not wished.light))
        more = [
            Button("several", text("me.days.button"), ChooseDays()),
            Button("every", text("me.every.button"), ChooseOften()),
            Button("quiet", text("me.quiet.button"), ChooseQuiet()),
            Button("light", text("me.pictures.button" if wished.light else "me.light.button"), pictures),
        ]
        none = Button("none", text("me.digest.none.button"), partial(set_wish, wished=replace(wished, on=False)))
        done = Button("done", text("button.done"), Link("record"), "primary")
        said = Lines((Lines((*wish(wished), *coming(turn, member)), tight=True), text("me.digest.ask")))
        return Screen(said, (*rows(*weekdays, width=2), *rows(*more, width=2), (none, done)), protected=True)


def coming(turn: Turn, member: Member) -> tuple[Text, ...]:
    """Says when the next digest comes, in the member's own time."""
    following = next_occurrence(member.wish, member.zone, turn.now) if member.wish.on else None
    return (text("me.digest.next", moment=following.instant),) if following else ()


@dataclass(frozen=True)
class ChooseHour(Step, name="me.digest.hour"):
    """Asks at which hour of that day."""

    weekday: int

    async def screen(self, turn: Turn) -> Screen:
        """Shows the hours, in the member's own time."""
        member = record(turn)
        chosen = replace(member.wish, on=True, weekdays=(self.weekday,))
        buttons = [
            Button(str(hour), text("value", value=clock(hour)), partial(set_wish, wished=replace(chosen, hour=hour)))
            for hour in HOURS
        ]
        ask = text("me.hour.ask", weekday=Weekday(self.weekday), zone=Zone(turn.zone))
        return Screen(ask, (*rows(*buttons, width=3), (back(Notes()),)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads any other hour, typed as a number from 0 to 23."""
        said = words.strip().split(":")[0]
        if not said.isdecimal() or int(said) > 23:
            raise Refusal("me.hour.unclear")
        return await set_wish(turn, replace(record(turn).wish, on=True, weekdays=(self.weekday,), hour=int(said)))


@dataclass(frozen=True)
class ChooseDays(Step, name="me.days"):
    """Lets several days be ticked; all have the same hour."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the days, the chosen ones ticked."""
        chosen = record(turn).wish.weekdays
        ticks = [
            Button(
                str(day),
                text("chosen" if day in chosen else "value", value=Weekday(day)),
                partial(tick, day=day),
            )
            for day in range(7)
        ]
        return Screen(text("me.days.ask"), (*rows(*ticks, width=2), (back(Notes()),)))


async def tick(turn: Turn, day: int) -> Step:
    """Adds or takes away a day; the last one stays, since none is what "never" is for."""
    wished = record(turn).wish
    others = tuple(one for one in wished.weekdays if one != day)
    chosen = others if day in wished.weekdays else tuple(sorted((*others, day)))
    await set_wish(turn, replace(wished, on=True, weekdays=chosen or wished.weekdays))
    return ChooseDays()


@dataclass(frozen=True)
class ChooseOften(Step, name="me.every"):
    """Asks whether the digest comes every week, every second or once a month."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the three."""
        wished = record(turn).wish
        buttons = [Button(every, text(f"me.every.{every}"), partial(set_often, every=every)) for every in EVERY]
        return Screen(text("me.every.ask", weekday=days(wished.weekdays)), (*rows(*buttons), (back(Notes()),)))


async def set_often(turn: Turn, every: Every) -> Step:
    """Keeps how often the digest comes."""
    return await set_wish(turn, replace(record(turn).wish, on=True, every=every))


@dataclass(frozen=True)
class ChooseQuiet(Step, name="me.quiet"):
    """Asks in which hours nothing unasked may come."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows usual nights, and that there may be none."""
        wished = record(turn).wish
        buttons = [
            Button(
                f"{start}-{end}",
                text("me.quiet.span", start=clock(start), end=clock(end)),
                partial(set_wish, wished=replace(wished, quiet=(start, end))),
            )
            for start, end in QUIET
        ]
        none = Button("none", text("me.quiet.none.button"), partial(set_wish, wished=replace(wished, quiet=None)))
        return Screen(text("me.quiet.ask", zone=Zone(turn.zone)), (*rows(*buttons, width=2), (none, back(Notes()))))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads any other span, typed as two full hours."""
        said = SPAN.fullmatch(words.strip())
        hours = (int(said[1]), int(said[2])) if said else (24, 24)
        if max(hours) > 23 or hours[0] == hours[1]:
            raise Refusal("me.quiet.unclear")
        return await set_wish(turn, replace(record(turn).wish, quiet=hours))


async def set_wish(turn: Turn, wished: Wish) -> Step:
    """Keeps what a member wishes."""
    await turn.keep(replace(record(turn), wish=wished))
    return Notes()
