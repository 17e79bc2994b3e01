"""/me and /leave: what the union keeps about a member, what is optional, and how to be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.dialogue import Button, Link, Outcome, Pages, Screen, Step, back, rows
from bot.members.erasures import remember
from bot.members.roles import keep_an_administrator
from bot.members.rules import Member, toggle_employer, with_country
from bot.members.zones import default_zone, zones
from bot.texts import Country, Lines, Text, Zone, text
from bot.turn import Turn
from bot.workplaces.catalogue import COUNTRIES, Employer, employer, employers
from handlers.petitions import take_back_all
from handlers.wishes import Notes, record, wish

UNKNOWN = text("me.unknown")


async def me(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/me: shows what is kept and lets the member change it."""
    record(turn)
    return Overview()


def summary(member: Member) -> Lines:
    """Says what the record holds, a line each."""
    names = ", ".join(employer(key).name for key in member.employers)
    probation = text("me.probation", date=member.probation_ends)
    return Lines(
        (
            text("me.title"),
            text("me.country", country=Country(member.country) if member.country else UNKNOWN),
            *country_wait(member),
            text("me.employers", employers=names or UNKNOWN),
            *employers_wait(member),
            text("me.zone", zone=Zone(member.zone)),
            *wish(member.wish),
            probation,
        ),
        tight=True,
    )


def country_wait(member: Member) -> tuple[Text, ...]:
    """Says from when a changed country counts; the day is kept a month longer, for ballots that look back."""
    return (text("me.country.from", date=member.country_from),) if member.country_from else ()


def employers_wait(member: Member) -> tuple[Text, ...]:
    """Says from when changed employers count; the day is kept a month longer, for ballots that look back."""
    return (text("me.employers.from", date=member.employers_from),) if member.employers_from else ()


@dataclass(frozen=True)
class Overview(Step, name="me"):
    """What is kept, with a button for each thing that can be changed."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the record."""
        member = record(turn)
        buttons = [
            Button("country", text("me.country.button"), ChooseCountry()),
            Button("employers", text("me.employers.button"), ChooseEmployers()),
            Button("zone", text("me.zone.button"), ChooseZone()),
            Button("digest", text("me.digest.button"), Notes()),
            Button("language", text("menu.language.button"), Link("language")),
            Button("close", text("button.done"), close),
        ]
        return Screen(Lines((summary(member), text("me.optional"))), rows(*buttons, width=2), protected=True)


async def close(turn: Turn) -> Screen:
    """Leaves the summary standing without buttons."""
    return Screen(summary(record(turn)), protected=True)


@dataclass(frozen=True)
class ChooseCountry(Step, name="me.country"):
    """Asks for the country, from a list."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of countries."""
        chosen = [
            Button(code, text("value", value=Country(code)), partial(set_country, country=code)) for code in COUNTRIES
        ]
        pages = Pages(chosen, self.page, ChooseCountry, width=2, size=12)
        forget = Button("none", text("me.none.button"), partial(set_country, country=None))
        return Screen(text("me.country.ask"), (*pages.rows(), (forget, back(Overview()))))


async def set_country(turn: Turn, country: str | None) -> Step:
    """Keeps the country and, unless chosen before, its time zone."""
    zone = default_zone(country) if country else None
    await turn.keep(with_country(record(turn), country, zone, turn.now))
    several = country is not None and len(zones(country)) > 1
    return ChooseZone() if several else Overview()


@dataclass(frozen=True)
class ChooseEmployers(Step, name="me.employers"):
    """Asks for employers: several may be ticked."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of employers of the member's country, the chosen ones ticked."""
        member = record(turn)
        buttons = [self._button(one.id, one.name, member) for one in to_choose_from(member)]
        pages = Pages(buttons, self.page, ChooseEmployers, width=2, size=12)
        missing = Button("propose", text("propose.button"), Link("propose"))
        done = Button("done", text("button.done"), Overview(), "primary")
        return Screen(text("me.employers.ask"), (*pages.rows(), (missing,), (done,)))

    def _button(self, key: str, name: str, member: Member) -> Button:
        label = text("chosen" if key in member.employers else "value", value=name)
        return Button(key, label, partial(tick_employer, key=key, page=self.page))


def to_choose_from(member: Member) -> list[Employer]:
    """Lists the employers of the member's country, or all, and those ticked that are not offered there (any more)."""
    offered = employers(member.country)
    return [*offered, *(employer(id) for id in member.employers if employer(id) not in offered)]


async def tick_employer(turn: Turn, key: str, page: int) -> Step:
    """Adds or removes an employer."""
    await turn.keep(toggle_employer(record(turn), key, turn.now))
    return ChooseEmployers(page)


@dataclass(frozen=True)
class ChooseZone(Step, name="me.zone"):
    """Asks for the time zone: those of the member's country, or the default's."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the zones of the country."""
        offered: Sequence[str] = zones(record(turn).country or "KE") or (turn.office.union.zone,)
        buttons = [Button(zone, text("value", value=Zone(zone)), partial(set_zone, zone=zone)) for zone in offered]
        pages = Pages(buttons, self.page, ChooseZone, width=2, size=12)
        return Screen(text("me.zone.ask"), (*pages.rows(), (back(Overview()),)))


async def set_zone(turn: Turn, zone: str) -> Step:
    """Keeps the time zone as the member's own choice."""
    await turn.keep(replace(record(turn), zone=zone, zone_chosen=True))
    return Overview()


async def leave(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/leave: asks once more, then erases."""
    record(turn)
    return ConfirmLeave()


@dataclass(frozen=True)
class ConfirmLeave(Step, name="leave"):
    """Asks whether to leave and be forgotten."""

    async def screen(self, turn: Turn) -> Screen:
        """Says what is erased and what stays countable."""
        yes = Button("leave", text("leave.button"), erase, "danger")
        return Screen(text("leave.ask"), rows(yes, Button("stay", text("leave.stay.button"), stay)))


async def erase(turn: Turn) -> Screen:
    """Deletes the record, the open question, what waits to be sent and what tells that something was.

    The erasure list comes first: if the commit fails, the update comes again and the member leaves then.
    What waits unsealed in the box is taken back once this is committed (bot/jobs/leavers.py).
    """
    member = record(turn)
    keep_an_administrator(member, await turn.stores.members.all(), turn.now.date())
    remember(turn.office.vault, member, turn.now.date())
    await turn.stores.members.remove(turn.telegram_id)
    await turn.stores.ledgers.remove(turn.telegram_id)
    await take_back_all(turn)
    await turn.stores.proposals.withdraw_of(turn.own_id())
    await turn.stores.ballots.forget(turn.own_id())
    await turn.stores.workplaces.forget(turn.own_id())
    await turn.stores.outbox.forget(turn.telegram_id)
    turn.member = None
    turn.left = True
    turn.wake()
    return Screen(text("leave.done"))


async def stay(turn: Turn) -> Screen:
    """Ends without changing anything."""
    return Screen(text("leave.stayed"))
