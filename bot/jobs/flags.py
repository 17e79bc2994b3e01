"""Halts ballots of which enough members say that a text is wrong, and tells the organizers."""

from bot.ballots.flags import FEWEST_SMALL, halted, halted_by, may_halt, needed
from bot.ballots.rules import Ballot
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.turn import Office


async def halt_flagged(office: Office) -> None:
    """Looks at every running ballot's flags, which are counted in memory; those that halted one are forgotten."""
    async with office.reading() as stores:
        running = await stores.ballots.having("open")
    for ballot in running:
        for number, wording in enumerate(ballot.wordings):
            flags = office.box.flags(ballot.id, number)
            if flags and halted_by(ballot, wording.locale):
                await office.box.drop_flags(ballot.id, number)
            elif flags >= FEWEST_SMALL and may_halt(ballot, wording.locale):
                await halt(office, ballot, number, flags)


async def halt(office: Office, ballot: Ballot, number: int, flags: int) -> None:
    """Halts a ballot when that many flags are enough; they are forgotten once that is committed."""
    now, locale = await office.clock.now(), ballot.wordings[number].locale
    if flags < needed(ballot.electorate, await readers(office, ballot, number)):
        return
    async with office.writing() as stores:
        current = await stores.ballots.hold(ballot.id)
        if current and may_halt(current, locale):
            changed = halted(current, locale, now.date())
            await stores.ballots.change(changed)
            people = [organizer.telegram_id for organizer in await stores.members.organizers(now.date())]
            edition, values = f"halted-{ballot.id}-{len(changed.notes)}", {"ballot": ballot.id, "locale": locale}
            await stores.outbox.add(to_everybody(edition, people, "ballot.halted", values, "notice", AT_ONCE))


async def readers(office: Office, ballot: Ballot, number: int) -> int:
    """Counts those in the electorate who are shown this text."""
    async with office.reading() as stores:
        members = await stores.members.all()
    shown = [one.telegram_id for one in members if ballot.wording(one.locale) is ballot.wordings[number]]
    return len(await office.box.taking_part(ballot.id, shown))
