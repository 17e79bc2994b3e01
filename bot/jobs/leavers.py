"""Takes back from the box what somebody who left had said and was not sealed yet."""

from bot.box.pool import Closed
from bot.turn import Office


async def let_go(office: Office) -> None:
    """Withdraws pending votes and reports of who left.

    Only after their leave is committed, since one that is undone must not cost a vote. After a crash in between there
    is no pool any more, and recovery lets the rows of nobody go. A sealed entry stays: no one can find it, and its
    participation row, which dies with the ballot's key, keeps anyone from leaving, joining again and voting twice.
    """
    for telegram_id in list(office.leaving):
        await withdraw_everywhere(office, telegram_id)
        office.leaving.discard(telegram_id)


async def withdraw_everywhere(office: Office, telegram_id: int) -> None:
    """Takes back what waits of one person in every open ballot and period."""
    for name in office.box.open_names():
        try:
            await office.box.withdraw(name, telegram_id)
        except Closed:  # it ended while we looked: its board is written
            continue
