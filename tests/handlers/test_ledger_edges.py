"""The edges of a ledger: the longest ids and months, a sealed report, a kill, who left, and a move of many at once."""

import re
from datetime import UTC, datetime

import pytest

from bot.ledger.book import Book
from bot.ledger.claim import claim
from bot.ledger.rules import Entry, minute
from bot.ledger.store import LedgerStore
from bot.pay.rules import ENTRIES, ENTRY, period
from bot.texts import Catalogues, data_folder
from bot.vault import Vault, new_master
from bot.workplaces.catalogue import EMPLOYERS
from handlers.claims import newest_first
from tests.conftest import Bot
from tests.handlers.test_ledger import ON_SQLITE, a_day, begins, home, kept, opens, sama, starts, stops, taps
from tests.people import founded


@ON_SQLITE
async def test_a_report_from_the_ledger_knows_every_kind_of_work_and_who_is_no_longer_listed(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind of work with the longest id is kept whole; an employer that an update took out is somebody else."""
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await opens(ana, code)
    await ana.sees_new("Open until")
    await taps(ana, "Pay report: Sama", "asked once")
    await taps(ana, "Own voice, face or home", "An hour of this work", "Sama")
    monkeypatch.setattr(EMPLOYERS, "listed", {id: one for id, one in EMPLOYERS.listed.items() if id != "sama"})
    await opens(ana, code)
    await ana.sees_new("Open until")
    await ana.presses("Pay report: Somebody else")
    await ana.sees_new("An hour of this work", "Own voice, face or home")
    await ana.presses("Send")
    await ana.sees_new("Received")


@pytest.mark.parametrize("locale", ["en", "sw"])
def test_a_month_with_more_payments_than_fit_a_message_has_several_pages(locale: str) -> None:
    """Work every day of October and three payments a day: no line is lost, and the newest lines come first."""
    first = minute(datetime(2026, 10, 1, 6, tzinfo=UTC))
    days = [first + 24 * 60 * day for day in range(31)]
    worked = [Entry("work", at, "sama", amount=600) for at in days]
    paid = [Entry("pay", at, "sama", amount=12_345_600, currency="KES") for at in days for _ in range(3)]
    found = claim([*worked, *paid], "sama", "Africa/Nairobi")
    texts = Catalogues.load(data_folder("locales"))
    pages = [texts.plain(page, locale, "Africa/Nairobi") for page in newest_first(found)]
    assert max(map(len, pages)) <= 4096  # characters of a message (https://core.telegram.org/bots/api#sendmessage)
    assert sum(page.count(" 2026: ") for page in pages) == 31 + 93
    assert "31 O" in pages[0].splitlines()[-3] and "\n1 O" in pages[-1]


@ON_SQLITE
async def test_a_move_holds_one_ledger_at_a_time_and_lets_those_of_nobody_go(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await sama(bot, name) for name in ("Ana", "Ben", "Cleo")]
    for person in people:
        await begins(person)
    done: list[str] = []
    get, put = LedgerStore.get, LedgerStore.put

    async def gets(store: LedgerStore, telegram_id: int) -> Book | None:
        done.append("get")
        return await get(store, telegram_id)

    async def puts(store: LedgerStore, telegram_id: int, book: Book) -> None:
        done.append("put")
        await put(store, telegram_id, book)

    monkeypatch.setattr(LedgerStore, "get", gets)
    monkeypatch.setattr(LedgerStore, "put", puts)
    new = Vault(bot.settings.keys_dir, new_master())
    async with bot.app.office.writing() as stores:
        await stores.ledgers.carry_over(new, [person.id for person in people[:2]])
        assert done == ["get", "put"] * 2
        found = [await LedgerStore(stores.connection, new).kept(person.id) for person in people]
    assert found == [True, True, False] and await kept(bot) == 2


@ON_SQLITE
async def test_who_left_with_a_code_on_the_screen_gets_no_ledger(bot: Bot) -> None:
    await founded(bot)
    ana = await sama(bot)
    await ana.says("/leave")
    await ana.sees_new("your work ledger, if you keep one")
    message, data = await ana.button("Leave and delete")
    await ana.says("/ledger")
    await ana.sees_new("you keep a ledger")
    await ana.presses("Begin a ledger")
    shown = (await ana.sees_new("Write it on paper now"))["text"]
    await ana.presses_data(message, data)
    await ana.sees_new("Your record is deleted")
    await ana.says(shown[re.search(r"([A-Z2-9]{4} ){4}", shown).end() :][:4])  # type: ignore[union-attr]  # it stands there
    await ana.sees_new("not a member yet")
    assert await kept(bot) == 0


@ON_SQLITE
async def test_whose_report_is_sealed_is_told_before_another_is_filled_in(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    name = period(await bot.app.clock.now())
    await bot.app.box.open(name)
    await bot.app.box.put(name, ana.id, (bytes(ENTRY),) * ENTRIES, electorate=False)
    await bot.app.box._seal(name)
    await opens(ana, code)
    await ana.sees_new("Open until")
    await ana.presses("Pay report: Sama")
    await ana.sees_toast("sealed already")


@ON_SQLITE
async def test_what_is_said_after_a_kill_is_true_of_an_entry_that_stands(bot: Bot) -> None:
    """A kill between the commit and the answer leaves the entry, and a conversation that nobody remembers."""
    ana = await sama(bot)
    code = await begins(ana)
    await starts(ana)
    await bot.restart(kill=True)
    await ana.presses("Take it back")
    await ana.sees_new("Nothing was kept of this conversation", "what you tapped last may stand in it already")
    await bot.cast.advance(hours=2)
    await home(ana)
    await stops(ana)
    await opens(ana, code)
    await ana.sees_new("Paid work: 2 h")
