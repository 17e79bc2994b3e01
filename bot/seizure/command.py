"""`kauli seizure`: the trial on this installation, or on an invented one, so that everybody can see what it says."""

import random
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow
from tempfile import TemporaryDirectory

from bot.ballots.papers import entries
from bot.ballots.rules import CODE
from bot.box.pool import Box
from bot.clock import Clock
from bot.database import migrate, open_database, open_for_reading
from bot.jobs.pay import last_release
from bot.ledger.book import made, with_entry
from bot.ledger.codes import draw_code
from bot.ledger.rules import Entry, minute
from bot.pay.release import wanted
from bot.pay.rules import Filing, period
from bot.pay.rules import entries as report_entries
from bot.sample import FIRST, RUNNING, SEED, SIZE, fill, report
from bot.seizure.page import page
from bot.seizure.store import every_row
from bot.seizure.trial import with_keys, without_keys
from bot.texts import Catalogues, data_folder
from bot.turn import Office, Union
from bot.vault import Vault

SAMPLE_DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
TAKE_PART = 34  # people of the example in what is open: thirty are sealed, the others wait in memory
ABOUT = FIRST + 2
HOW = (
    "Made by `kauli seizure ID`: it opened every value with every key of this installation and looked for this person "
    "in every table and file. It reads only. Keep this page secret: it holds the person's record."
)
HOW_EXAMPLE = (
    "Made by `make seizure` on an invented union of {size} people: one question decided, one open, the pay figures "
    "of six quarters released, this quarter's open; this person took part in both that are open and keeps a work "
    "ledger. Nobody here is real. The program opened every value with every key and looked for the person in every "
    "table and file; nothing below is written by hand. `kauli seizure ID` makes the same page about anybody on your "
    "own installation."
)


async def seizure(url: str | None, data: Path, vault: Vault, telegram_id: int, how: str = HOW) -> str:
    """Gives the page about one person, with the keys unlocked. Raises DatabaseError where the data is not there."""
    database = open_for_reading(url, data)
    try:
        rows = await every_row(database)
    finally:
        await database.close()
    keyed = with_keys(vault, rows, telegram_id, datetime.now(UTC).date())
    return page(keyed, without_keys(rows, data, telegram_id), how)


class Still(Clock):
    """A clock that stands, so that the example is the same on every day."""

    async def now(self) -> datetime:
        """Gives the day of the example."""
        return SAMPLE_DAY


async def example() -> str:
    """Makes an invented installation in a temporary folder and gives the page about one of its people."""
    with TemporaryDirectory(prefix="kauli-seizure-") as folder:
        data, keys = Path(folder) / "data", Path(folder) / "keys"
        data.mkdir()
        await install(data, keys)
        vault = Vault.unlock(keys, fresh=False)
        return await seizure(None, data, vault, ABOUT, HOW_EXAMPLE.format(size=SIZE))


async def install(data: Path, keys: Path) -> None:
    """Fills an installation with the sample union and some votes in its running ballot."""
    database = open_database(None, data)
    await migrate(database)
    vault = Vault.unlock(keys, fresh=True)
    box = Box(database.box, vault)
    await box.start()
    texts = Catalogues.load(data_folder("locales"))
    office = Office(database, vault, box, Still(), Union("kauli_bot", "Africa/Nairobi", "en", texts.locales), texts)
    await fill(office)
    await take_part(office)
    await keep_a_ledger(office)
    await database.close()


async def take_part(office: Office) -> None:
    """Lets some of the invented people vote and report in what is open."""
    box, quarter, chance = office.box, period(SAMPLE_DAY), random.Random(SEED)
    await box.open(quarter)
    files = wanted(await last_release(box))
    async with office.reading() as stores:
        members = sorted(await stores.members.all(), key=lambda member: member.telegram_id)
        running = await stores.ballots.get(RUNNING)
    assert running
    for number, member in enumerate(members[:TAKE_PART]):
        await box.put(RUNNING, member.telegram_id, entries(running, (number % 3,), bytes([number]) * CODE))
        said = report_entries(Filing((report(member, chance),)), chance.randrange, files)
        await box.put(quarter, member.telegram_id, said, electorate=False)


async def keep_a_ledger(office: Office) -> None:
    """Lets the person that the page is about keep a ledger with an entry in it; nobody has its code."""
    book = with_entry(made(draw_code(randbelow), randbelow), Entry("start", minute(SAMPLE_DAY)))
    async with office.writing() as stores:
        await stores.ledgers.put(ABOUT, book)
