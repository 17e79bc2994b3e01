"""The work ledger over the chat: two taps, only the code opens it, and nothing of it shows anywhere else."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.database import ledger, open_database
from bot.keys.custody import Custody
from bot.keys.rotation import rotate
from bot.ledger.book import Book, with_entry
from bot.ledger.rules import Entry
from bot.ledger.store import LedgerStore
from bot.pay.rules import period
from bot.simulator import Simulator
from handlers.opened import Opened
from tests.cast import Person
from tests.conftest import Bot
from tests.people import change, founded, member
from tests.test_leaks import leaks
from tests.test_untouched import people_store

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where no database makes a difference


async def begins(person: Person) -> str:
    """Begins a ledger and gives its code as it was shown."""
    await person.says("/ledger")
    await person.sees_new("you keep a ledger", "nobody can ever read the ledger again", "Not protected")
    await person.presses("Begin a ledger")
    return await writes_down(person)


async def writes_down(person: Person) -> str:
    """Reads the code off the screen and types its end."""
    message = await person.sees_new("Write it on paper now")
    found = re.search(r"([A-Z2-9]{4} ){4}[A-Z2-9]{4}", message["text"])
    assert found and message["has_protected_content"]
    await person.says("zzz")
    await person.sees_new("not the last four letters")
    await person.says(found[0][-4:].lower())
    await person.sees_new("Your ledger has begun")
    return found[0]


async def sama(bot: Bot, name: str = "Ana") -> Person:
    """Enrols somebody in Kenya who said that Sama pays."""
    person = await member(bot, name, country="KE")
    await change(bot, person, lambda record, now: replace(record, employers=("sama",)))
    return person


async def home(person: Person) -> None:
    await person.says("/ledger")
    await person.sees_new("Your work ledger")


async def taps(person: Person, label: str, *shown: str) -> None:
    """Presses a button and waits for what it shows, since the message is edited in place."""
    await person.presses(label)
    await person.sees_new(*shown)


async def starts(person: Person) -> None:
    await home(person)
    await taps(person, "Start work", "For whom")
    await person.presses("Sama")
    await person.sees_new("Work for Sama started", "only your code opens it")


async def stops(person: Person, sort: str = "paid work") -> None:
    await home(person)
    await taps(person, "Stop", "What was the time")
    await person.presses(sort)
    await person.sees_new("Stopped", f"Entered as: {sort}")


async def is_paid(person: Person, amount: str = "1,200") -> None:
    await home(person)
    await person.presses("I was paid")
    await person.sees_new("Type the amount in KES")
    await person.says(amount)
    await person.sees_new("Who paid you")
    await taps(person, "A day earlier", "received on 2")
    await person.presses("Sama")
    await person.sees_new("from Sama on")


async def opens(person: Person, code: str) -> None:
    await home(person)
    await person.presses("Open with my code")
    await person.sees_new("fifteen minutes at most")
    await person.says(code)


async def a_day(bot: Bot, person: Person) -> None:
    """Works eight hours and waits one, and is paid."""
    await starts(person)
    await bot.cast.advance(hours=8)
    await stops(person)
    await starts(person)
    await bot.cast.advance(hours=1)
    await stops(person, "waiting, not paid")
    await is_paid(person)


async def test_a_day_is_entered_in_taps_and_read_with_the_code_alone(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await opens(ana, code[:-1] + ("A" if code[-1] != "A" else "B"))
    await ana.sees_new("a typing error in the code")
    await ana.says("ABCD")
    await ana.sees_new("20 letters and figures")
    await ana.says(code.lower().replace(" ", "-"))
    said = await ana.sees_new("month from 1 Nov 2026 to 30 Nov 2026", "Paid work: 8 h", "waiting: 1 h")
    assert "Received: 1,200 KES" in said["text"].replace("\xa0", " ")
    assert "An hour brought 133.33 KES" in said["text"].replace("\xa0", " ") and "11% of your working" in said["text"]
    await ana.presses("By week")
    await ana.sees_new("week from 23 Nov 2026", "Paid work: 8 h")
    await ana.presses("Before")
    await ana.sees_new("Paid work: 0 h")
    chat = [message.get("text", "") for message in (await ana.chat())["messages"] if message["from"] != "bot"]
    assert not [words for words in chat if code[:4].lower() in words.lower() or "1,200" in words]
    await ana.presses("Close")
    await bot.later(minutes=11)
    await ana.does_not_see("Paid work")
    await ana.does_not_see("from Sama")
    await ana.does_not_see(code)


@ON_SQLITE
async def test_an_open_ledger_closes_by_itself_however_much_is_tapped(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await opens(ana, code)
    await ana.sees_new("Paid work: 0 h")
    for label in ("By week", "By month"):
        await bot.cast.advance(minutes=7)
        await ana.presses(label)
        await ana.sees_new("Paid work: 0 h")
    await bot.cast.advance(minutes=1)
    await ana.presses("By week")
    await ana.sees_new("Nothing was kept of this conversation", "may stand in it already")
    await bot.tick()
    assert not [held for held in bot.app.conversation.desk._held.values() if isinstance(held.step, Opened)]


@ON_SQLITE
async def test_a_lost_code_opens_nothing_and_a_new_ledger_replaces_the_old(bot: Bot) -> None:
    ana = await sama(bot)
    first = await begins(ana)
    await starts(ana)
    await home(ana)
    await ana.presses("Lost code")
    await ana.sees_new("nothing in this ledger can be read again")
    await ana.presses("Begin a new one")
    second = await writes_down(ana)
    assert second != first
    await opens(ana, first)
    await ana.sees_new("does not open this ledger")
    await ana.says(second)
    await ana.sees_new("Paid work: 0 h")
    await home(ana)
    await taps(ana, "Lost code", "nothing in this ledger can be read again")
    await taps(ana, "Delete my ledger", "Your ledger is deleted")
    assert await kept(bot) == 0


@ON_SQLITE
async def test_what_was_forgotten_is_corrected_and_what_was_wrong_is_taken_back(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await starts(ana)
    await bot.cast.advance(hours=30)
    await starts(ana)
    await taps(ana, "Take it back", "Taken back")
    await opens(ana, code)
    await ana.sees_new("One start or stop lacks its other half")
    await taps(ana, "Correct", "Which entry")
    await taps(ana, "start without a stop", "from then on")
    await ana.says("7.5")
    await ana.sees_new("Which entry")
    await taps(ana, "7.5 h, paid work", "Type how many hours")
    await taps(ana, "training, not paid", "Which entry")
    await taps(ana, "7.5 h, training", "Type how many hours")
    await taps(ana, "‹ Back", "Which entry")
    await taps(ana, "‹ Back", "training: 7.5 h", "Paid work: 0 h")
    await opens(ana, code)
    await ana.sees_new("training: 7.5 h")
    await taps(ana, "Correct", "Which entry")
    await taps(ana, "7.5 h, training", "Type how many hours")
    await taps(ana, "Remove it", "Nothing stands in your ledger yet")


@ON_SQLITE
async def test_one_tap_makes_a_pay_report_and_one_a_record_with_what_is_owed(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await opens(ana, code)
    await ana.sees_new("Open until")
    await ana.presses("Record for a claim: Sama")
    await ana.sees_new("Record of work and pay, Sama", "What it is not", "(SHA-256)", "add what was agreed")
    await taps(ana, "What was agreed", "Type the amount in KES")
    await ana.says("200")
    await ana.sees_new("Still owed for paid work: 400 KES", "at the same rate: 200 KES")
    await ana.presses("Older")
    await ana.sees_new("24 Nov 2026: 8 h paid, 1 h not paid", "23 Nov 2026: received 1,200 KES")
    await taps(ana, "‹ Back", "Open until")
    await taps(ana, "Pay report: Sama", "asked once")
    await taps(ana, "Sorting pictures", "An hour of this work", "1,200 KES")
    await ana.presses("Send")
    await ana.sees_new("Received")
    waiting = bot.app.box.waiting(period(await bot.app.clock.now()), ana.id)
    assert waiting
    await opens(ana, code)
    await ana.sees_new("Open until")
    await ana.presses("Pay report: Sama")  # what kind of work it is was said once
    await ana.sees_new("An hour of this work", "1,200 KES")


@ON_SQLITE
async def test_a_record_is_carried_away_as_a_file_and_goes_from_the_chat(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await opens(ana, code)
    await ana.sees_new("Open until")
    await taps(ana, "Record for a claim: Sama", "Record of work and pay, Sama")
    fingerprint = re.search("[0-9a-f]{64}", (await ana.last())["text"])
    await taps(ana, "As a file", "Your own record of work and pay")
    sent = (await ana.last())["document"]
    assert fingerprint and "has_protected_content" not in await ana.last()
    async with bot.cast.session.get(bot.cast.url + sent["url"]) as answer:
        page = (await answer.text()).replace("\xa0", " ")
    for said in ("What it is not", fingerprint[0], "24 Nov 2026: 8 h paid, 1 h not paid", "received 1,200 KES"):
        assert said in page
    assert page.startswith("<!doctype html>") and 'lang="en" dir="ltr"' in page and "http" not in page
    await bot.later(minutes=11)
    assert not [message for message in (await ana.chat())["messages"] if message.get("document")]


async def kept(bot: Bot) -> int:
    """Counts ledgers."""
    async with bot.app.database.people.reader.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(ledger)) or 0)


async def book(bot: Bot, person: Person) -> Book:
    async with bot.app.office.reading() as stores:
        found = await stores.ledgers.get(person.id)
    assert found
    return found


async def test_entries_change_one_value_of_one_size_and_nothing_else(
    bot: Bot, simulator: Simulator, folders: Callable[[], list[Path]]
) -> None:
    """Two people do different things; with every key, the two books look the same but for who keeps them."""
    ana, ben = await sama(bot, "Ana"), await sama(bot, "Ben")
    await founded(bot)
    for person in (ana, ben):
        simulator.world.people[person.id].started = True
    codes = [await begins(person) for person in (ana, ben)]
    await bot.settled()
    before, old = await store_without_books(bot), await book(bot, ana)
    await a_day(bot, ana)
    await bot.settled()
    assert await store_without_books(bot) == before
    new, other = await book(bot, ana), await book(bot, ben)
    assert sum(a != b for a, b in zip(old.places, new.places, strict=True)) == 5
    assert {len(place) for place in (*new.places, *other.places)} == {len(old.places[0])}
    shown = [b"sama", b"KES", *(word.encode() for code in codes for word in (code, code.replace(" ", "").lower()))]
    assert not [word for word in shown if word in b"".join(new.places) + new.public + new.wrapped]
    files = b"".join(path.read_bytes() for path in folders())
    assert not [word for word in shown[2:] if word in files] and leaks(folders(), [ana.id, ben.id]) == []


async def store_without_books(bot: Bot) -> dict[str, object]:
    """Gives every row of the people store but ledgers'."""
    found = await people_store(bot.app, published=False)
    return {name: rows for name, rows in found.items() if name != "ledger" and not name.startswith("people.db")}


async def test_a_place_that_was_altered_in_storage_is_said_and_the_rest_is_read(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    stored = await book(bot, ana)
    last = (stored.next - 1) % len(stored.places)
    places = tuple(place[::-1] if at == last else place for at, place in enumerate(stored.places))
    async with bot.app.office.writing() as stores:
        await stores.ledgers.put(ana.id, replace(stored, places=places))
    await opens(ana, code)
    await ana.sees_new("One place of the ledger does not open", "Paid work: 8 h")
    await ana.does_not_see("Received: 1,200 KES")


@ON_SQLITE
async def test_a_ledger_that_changed_meanwhile_is_not_overwritten(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await opens(ana, code)
    await ana.sees_new("Open until")
    await taps(ana, "Correct", "Which entry")
    changed = with_entry(await book(bot, ana), Entry("start", 1, "sama"))
    async with bot.app.office.writing() as stores:
        await stores.ledgers.put(ana.id, changed)
    await taps(ana, "8 h, paid work", "Type how many hours")
    await ana.presses("Remove it")
    await ana.sees_toast("was changed since you opened it")
    assert await book(bot, ana) == changed


async def test_it_moves_to_a_new_master_key_and_its_code_still_opens_it(bot: Bot) -> None:
    ana = await sama(bot)
    code = await begins(ana)
    await a_day(bot, ana)
    await bot.app.stop()
    database = open_database(bot.settings.database_url, bot.settings.data_dir)
    await rotate(Custody("file", bot.settings.keys_dir, lambda: ""), database)
    await database.close()
    await bot.start_again()
    await opens(ana, code)
    await ana.sees_new("Paid work: 8 h")


async def test_leaving_and_asking_what_is_kept(bot: Bot) -> None:
    await founded(bot)
    ana = await sama(bot)
    await ana.says("/mydata")
    await ana.sees_new("You keep no work ledger")
    await begins(ana)
    await ana.says("/mydata")
    await ana.sees_new("Your work ledger: kept")
    await ana.says("/leave")
    await ana.sees_new("your work ledger, if you keep one")
    await ana.presses("Leave and delete")
    await ana.sees_new("Your record is deleted")
    assert await kept(bot) == 0


async def test_a_failure_of_storage_loses_no_entry_and_says_nothing_false(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press comes again, and is taken then."""
    ana = await sama(bot)
    code = await begins(ana)
    await home(ana)
    await taps(ana, "Start work", "For whom")
    whole = LedgerStore.put
    failed: list[int] = []

    async def fails_once(store: LedgerStore, telegram_id: int, book: Book) -> None:
        await whole(store, telegram_id, book)
        if not failed:
            failed.append(telegram_id)
            raise OSError("the disk is full")

    monkeypatch.setattr(LedgerStore, "put", fails_once)
    await ana.presses("Sama")
    await ana.sees_new("Work for Sama started")
    assert failed
    await bot.cast.advance(hours=2)
    await stops(ana)
    await opens(ana, code)
    await ana.sees_new("Paid work: 2 h")


@ON_SQLITE
async def test_swahili_speakers_keep_one_in_swahili(bot: Bot) -> None:
    juma = await member(bot, "Juma", "sw", country="KE")
    await juma.says("/ledger")
    await juma.presses("Anza daftari")
    message = await juma.sees_new("Uandike kwenye karatasi sasa")
    await juma.says(re.search(r"([A-Z2-9]{4} ){4}([A-Z2-9]{4})", message["text"])[2])  # type: ignore[index]  # it stands there
    await taps(juma, "Nimelipwa", "Andika kiasi")
    await juma.says("ksh 3,500")
    await juma.sees_new("Nani alikulipa")
    await juma.presses("Sama")
    await juma.sees_new("Umepokea 3,500 KES kutoka Sama")
