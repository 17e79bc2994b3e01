"""Marks what an invented union says, so that nobody takes its figures for real."""

from bot.texts import Text, text
from bot.turn import Stores


async def sample_mark(stores: Stores) -> tuple[Text, ...]:
    """Gives the line that stands above everything that shows figures of a sample union; nothing in a real one."""
    return (text("sample.mark"),) if await stores.instance.get("sample") else ()
