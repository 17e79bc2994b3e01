"""A union of any size, written in bulk, for measurements."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import database
from bot.members.rules import Member, admit
from bot.members.store import RECORD, packed
from bot.vault import Vault

CHUNK = 10_000  # records in one statement
READERS = (("en", "Africa/Nairobi"), ("sw", "Africa/Nairobi"), ("en", "Asia/Manila"), ("sw", "Africa/Kampala"))


async def enrol(connection: AsyncConnection, vault: Vault, people: range, now: datetime) -> None:
    """Writes the records of people who joined two months ago, in four languages and zones."""
    for at in range(0, len(people), CHUNK):
        members = (newcomer(number, now) for number in people[at : at + CHUNK])
        await connection.execute(insert(database.member), rows(vault, members))


def newcomer(number: int, now: datetime) -> Member:
    """Makes the record of one of them."""
    locale, zone = READERS[number % len(READERS)]
    return admit(number, locale, now - timedelta(days=60), zone)


def rows(vault: Vault, members: Iterable[Member]) -> list[dict[str, bytes]]:
    """Seals records as their store does, in the order of their keys, which a database writes faster."""
    made = ((vault.lookup(member.telegram_id), packed(member)) for member in members)
    sealed = [{"pk": pk, "record": vault.seal("member", plain, pk, RECORD)} for pk, plain in made]
    return sorted(sealed, key=lambda row: row["pk"])
