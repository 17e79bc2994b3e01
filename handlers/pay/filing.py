"""How a pay report gets into the box, and out again while it waits."""

from secrets import randbelow

from bot.box.pool import Closed, Receipt
from bot.dialogue import Outcome, Screen
from bot.jobs.pay import last_release
from bot.pay.release import wanted
from bot.pay.rules import Filing, entries, following, period, period_ends
from bot.texts import Refusal, text
from bot.turn import Turn


async def filing_period(turn: Turn) -> str:
    """Names the period that a report sent now counts in: the next where this one's figures are drawn already.

    That happens when the clock was set back. Nothing is ever added to what is released.
    """
    name = period(turn.now)
    while await turn.box.board(name) is not None:
        name = following(name)
    return name


async def refuse_sealed(turn: Turn) -> None:
    """Raises Refusal where the person's report is sealed already: said before the first question, not on sending."""
    name = await filing_period(turn)
    if turn.box.is_open(name) and await turn.box.standing(name, turn.telegram_id) == "sealed":
        raise Refusal("pay.sealed", date=period_ends(name).date())


async def file(turn: Turn, filing: Filing) -> tuple[str, Receipt]:
    """Takes a filing into the box, into the next period when this one closes in between; says which and how.

    Only what can be released beside the last release goes into it.
    """
    name, last = await filing_period(turn), await last_release(turn.box)
    said = entries(filing, randbelow, wanted(last))
    try:
        await turn.box.open(name)
        return name, await turn.box.put(name, turn.telegram_id, said, electorate=False)
    except Closed:
        return await file(turn, filing)


async def withdraw(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes a report back as long as it waits in memory; afterwards nobody can find it."""
    name = await filing_period(turn)
    if not turn.box.is_open(name) or not await turn.box.withdraw(name, turn.telegram_id):
        raise Refusal("pay.withdraw.gone")
    return Screen(text("pay.withdrawn"))
