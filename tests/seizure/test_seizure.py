"""What `kauli seizure` tries and finds: on a running bot, on both databases, and on an invented union."""

import re
from pathlib import Path

from bot.ballots.marks import written
from bot.ledger.book import made, new_book, to_bytes
from bot.sealedbox import new_pair, unlock
from bot.seizure.command import SAMPLE_DAY, example, seizure
from bot.seizure.store import every_row
from bot.seizure.trial import PURPOSES, places, with_keys, without_keys
from bot.vault import Vault
from tests.cast import Person
from tests.conftest import ROOT, Bot
from tests.handlers.test_ballots import opened, vote
from tests.kinds import KINDS, put
from tests.people import member


async def page_about(bot: Bot, telegram_id: int) -> str:
    """Gives the page about one person of a running bot."""
    kept = bot.settings
    return await seizure(kept.database_url, kept.data_dir, Vault.unlock(kept.keys_dir, fresh=False), telegram_id)


async def voted(bot: Bot, options: list[str]) -> list[Person]:
    """Lets people vote, each for an option, until all are sealed."""
    people = [await member(bot, f"P{n}") for n in range(len(options))]
    await opened(bot)
    for person, option in zip(people, options, strict=True):
        await vote(person, option)
        await person.sees_new("Received")
    return people


async def test_the_trial_finds_the_record_and_that_one_voted_and_no_choice(bot: Bot) -> None:
    people = await voted(bot, ["1. Yes & now", "2. No"] * 5)
    pages = [await page_about(bot, person.id) for person in people]
    for person, page in zip(people, pages, strict=True):
        assert f"| telegram_id | {person.id} |" in page
        assert "| yes | yes, sealed | 10 | option 1: 5, option 2: 5 |" in page
        assert "TELLS" not in page
    alike = {page.replace(str(person.id), "ID") for person, page in zip(people, pages, strict=True)}
    assert len(alike) == 1  # whatever they chose, the pages differ in nothing but the id


async def test_a_tally_that_tells_is_said_to_tell(bot: Bot) -> None:
    people = await voted(bot, ["2. No"] * 10)
    assert "the tally TELLS how this person voted" in await page_about(bot, people[0].id)


async def test_a_flag_is_found_beside_no_vote_and_rankings_are_said_to_be_fingerprints(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(10)]
    await put(bot, "a0d17b07", KINDS["irv"])
    for number, person in enumerate(people):
        marks = written(KINDS["irv"], 5, (number % 5, (number + 1) % 5))
        await person.presses_data(await person.last(), f"/cast a0d17b07 {marks}")
        await person.sees_new("Received")
    await people[0].presses_data(await people[0].last(), "/flag a0d17b07")
    await people[0].sees_new("Noted")
    page = await page_about(bot, people[0].id)
    assert "10 votes, 5 different ones: one told to somebody before could be found" in page
    assert "said that a text is wrong, beside no vote: `a0d17b07-flag0`" in page
    assert "said that a text is wrong, beside no vote: none" in await page_about(bot, people[1].id)


async def test_a_ledger_is_found_and_nothing_in_it_opens(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    async with bot.app.office.writing() as stores:
        await stores.ledgers.put(ana.id, made("a code", lambda n: 0))
    assert "Work ledger: kept, 1024 places of one size, full or not; 0 of them opened" in await page_about(bot, ana.id)
    assert "Work ledger: none." in await page_about(bot, juma.id)


def test_the_trial_opens_a_ledger_whose_key_lies_about() -> None:
    """Else it would say the same whatever it tried."""
    public, wrapped = new_pair("a code")
    written = to_bytes(new_book(public, wrapped, lambda n: 0, 8))
    assert places(written, [bytes(32), unlock(public, wrapped, "a code")]) == (8, 8)
    assert places(written, [bytes(32)]) == (8, 0)


async def test_who_waits_who_did_not_vote_and_who_is_unknown(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await opened(bot)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await juma.says("/me")
    await juma.sees_new("Country: not given")
    assert "| yes | yes, waits in memory | nobody | nothing is written yet |" in await page_about(bot, ana.id)
    told = await page_about(bot, juma.id)
    assert "| yes | no | nobody |" in told
    assert "Open questions of ordinary conversations: me." in told
    stranger = await page_about(bot, 4_999_999)
    assert "No record: this person is not a member" in stranger and "| no | no | nobody |" in stranger


async def test_without_keys_nobody_is_found_and_the_search_can_find(bot: Bot, tmp_path: Path) -> None:
    ana = await member(bot, "Ana")
    assert "Where the person was found: none." in await page_about(bot, ana.id)
    rows = await every_row(bot.app.database)
    (tmp_path / "data" / "carelessly.log").write_text(f"{ana.id} wrote")
    rows[0].values["careless"] = str(ana.id).encode()
    careless = without_keys(rows, tmp_path / "data", ana.id)
    assert careless.in_files == ["carelessly.log: the id in figures"]
    assert [hit.column for hit in careless.hits] == ["careless"]


async def test_every_sealed_value_opens_so_that_nothing_is_overlooked(bot: Bot) -> None:
    people = await voted(bot, ["1. Yes & now", "2. No"] * 5)
    await people[0].says("/me")
    await people[0].sees_new("Country: not given")
    rows = await every_row(bot.app.database)
    trial = with_keys(bot.app.vault, rows, people[0].id, SAMPLE_DAY.date())
    for table in ("member", "open_steps", "instance", "ballot", "edition", "content", "electorate"):
        assert trial.rows_of(table) and len(trial.opened_of(table)) == len(trial.rows_of(table)), table
    assert {hit.row.table for hit in trial.hits} >= {"member", "open_steps", "delivered", "participation", "electorate"}


def test_every_purpose_of_a_key_is_tried() -> None:
    sources = [path.read_text() for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    named = {name for words in sources for name in re.findall(r"\.(?:keyed|seal)\(\s*\"(\w+)\"", words)}
    assert named <= set(PURPOSES)


async def test_the_page_in_the_docs_is_what_the_program_makes() -> None:
    written = (ROOT / "docs" / "SEIZURE.md").read_text()
    assert written == await example(), "run `make seizure` and read what changed"
