"""A new master key: everything moves in one go, through a crash at every step, and the old key is gone."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.ballots.petitions import Signature
from bot.database import PEOPLE, Database, open_database
from bot.keys import rotation
from bot.keys.custody import Custody
from bot.keys.rotation import open_vault, rotate
from bot.ledger.book import new_book
from bot.proposals.rules import Proposal, ends
from bot.sealedbox import new_pair
from bot.settings import Settings
from bot.turn import Stores
from bot.vault import Unreadable, Vault, VaultError
from bot.workplaces.rules import NameProposal
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.keyring.test_custody import LIGHT
from tests.people import crowd, founded, member

PASSPHRASE = "six words that nobody would guess"
TABLES = {
    "member",
    "instance",
    "ballot",
    "attachment",
    "signature",
    "post",
    "proposal",
    "name_proposal",
    "ledger",
    "open_steps",
}
LEDGER = new_book(*new_pair("a code"), lambda n: 0)
KINDS = (("sqlite", "file"), ("sqlite", "passphrase"), ("postgres", "file"))
STEPS = ("write", "carry_over", "settle", "destroy", "rename")


class Cut(Exception):
    """Stands for a kill."""


def custody(settings: Settings, kind: str = "file") -> Custody:
    return Custody(kind, settings.keys_dir, lambda: PASSPHRASE, LIGHT)


async def lively(bot: Bot) -> tuple[Person, list[Person]]:
    """Fills tables: members, a ballot that waits to be sent to some, a post, a proposal, an open question, a link."""
    people = [await member(bot, name) for name in ("Ana", "Juma", "Zawadi")]
    await crowd(bot, 9)
    admin = await opened(bot)
    await people[1].blocks()
    await admin.says("/post")
    await admin.presses("English")
    await admin.says("Hello from the committee")
    await admin.presses("Keep it")
    await admin.sees_new("Kept")
    await admin.says("/invite")
    await admin.sees_new("https://t.me/")
    await people[0].says("/me")
    await people[0].presses("Weekly note")
    await people[0].sees_new("On which day")
    await bot.settled()
    await waits_for_a_second(bot, admin, people[2])
    async with bot.app.office.writing() as stores:
        await stores.ledgers.put(people[2].id, LEDGER)
        await stores.ballots.attach(b"%PDF-1.7")
        await stores.petitions.put(people[2].id, Signature("p", "Zawadi"))
    return admin, people


async def waits_for_a_second(bot: Bot, admin: Person, about: Person) -> None:
    """Lets an organizer have proposed somebody, who is waiting for another one's word."""
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        by, person = (stores.members.vault.lookup(one.id).hex() for one in (admin, about))
        await stores.proposals.put(Proposal("p1", "appoint", by, ends(now.date()), person))
        await stores.workplaces.put(NameProposal("n1", person, "Karya", "2026-11"))


async def stop(bot: Bot) -> Database:
    """Ends the bot and opens its database."""
    await bot.app.stop()
    return open_database(bot.settings.database_url, bot.settings.data_dir)


async def goes_on(bot: Bot, admin: Person, ana: Person) -> None:
    """Starts the bot again and looks whether everything is there."""
    await bot.start_again()
    await ana.says("/me")
    await ana.sees_new("Weekly note: Friday, 18:00")
    await ana.says("/ballots")
    await ana.presses("Shall we strike")
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await ana.says("/digest")
    await ana.sees_new("Hello from the committee")
    await admin.says("/organize")
    await admin.sees_new("Organize")


async def test_everything_moves_to_a_new_key_and_the_old_one_is_gone(bot: Bot, tmp_path: Path) -> None:
    admin, people = await lively(bot)
    kept = custody(bot.settings)
    old, link = kept.unlock(fresh=False), tmp_path / "link"
    link.hardlink_to(kept.current)
    database = await stop(bot)
    new = await rotate(kept, database)
    assert new.fingerprint() != old.fingerprint() and kept.unlock(fresh=False).master() == new.master()
    assert link.read_bytes() != old.master() and not kept.coming.exists()
    assert await opening(database, old) == set()
    await database.close()
    await goes_on(bot, admin, people[0])
    sent = len(await bot.cast.calls("sendMessage"))
    await bot.tick()
    assert len(await bot.cast.calls("sendMessage")) == sent  # nobody gets the ballot a second time
    await people[1].blocks(blocked=False)
    await people[1].says("/help")
    await people[1].sees_new("/pay")


async def opening(database: Database, vault: Vault) -> set[str]:
    """Lists the tables in which some row still opens under a key."""
    purposes = {"open_steps": "step"}
    found = set()
    async with database.people.reader.begin() as connection:
        for table in PEOPLE.sorted_tables:
            for row in (await connection.execute(select(table))).all():
                sealed = [value for value in row if isinstance(value, bytes) and len(value) > 16]
                key = row[0] if isinstance(row[0], bytes) else str(row[0]).encode()
                for value in sealed:
                    try:
                        vault.open(purposes.get(table.name, table.name), value, key)
                        found.add(table.name)
                    except Unreadable:
                        continue
    return found


async def test_the_look_for_old_rows_sees_them(bot: Bot) -> None:
    """Else the test above would show nothing."""
    await lively(bot)
    assert await opening(bot.app.database, bot.app.vault) >= TABLES


@pytest.mark.parametrize(("database_url", "kind"), KINDS, indirect=["database_url"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_rotation_that_is_cut_off_is_finished_or_undone(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str, kind: str
) -> None:
    admin, people = await lively(bot)
    master = custody(bot.settings).unlock(fresh=False).master()
    database = await stop(bot)
    kept = custody(bot.settings, kind)
    if kind == "passphrase":
        kept.take(master)
    with monkeypatch.context() as patched:
        cut(patched, step)
        with pytest.raises(Cut):
            await rotate(kept, database)
    vault = await open_vault(kept, database)
    done = step in ("settle", "destroy", "rename")
    assert (vault.master() != master) == done and not kept.coming.exists() and kept.current.exists()
    assert await all_open(database, vault)
    again = await rotate(kept, database)
    assert await all_open(database, again)
    await database.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    asked = {"master_key": kind, "passphrase_file": tmp_path / "passphrase"}
    bot.settings = bot.settings.model_copy(update=asked)
    await goes_on(bot, admin, people[0])


def cut(patched: pytest.MonkeyPatch, step: str) -> None:
    """Lets the process die at a step of the rotation."""
    if step == "write":
        whole = Custody.write
        patched.setattr(Custody, "write", lambda *given: dies_after(whole, *given))
    elif step == "carry_over":
        real = rotation.carry_over

        async def half(*given: Any) -> None:
            await real(*given)
            raise Cut

        patched.setattr(rotation, "carry_over", half)
    elif step == "settle":
        patched.setattr(rotation, "opens", dies_in_the_end(rotation.opens))
    elif step == "destroy":
        patched.setattr("bot.keys.custody.destroy_file", dies)
    else:
        patched.setattr(os, "rename", dies_at_the_key(os.rename))


def dies(*given: Any) -> None:
    raise Cut


def dies_after(act: Callable[..., None], *given: Any) -> None:
    act(*given)
    raise Cut


def dies_in_the_end(opens: Any) -> Any:
    """Lets the look at the data die once the new key stands beside the old one."""

    async def look(database: Database, vault: Vault) -> bool:
        found = await opens(database, vault)
        if (vault.folder / "master.next.key").exists() or (vault.folder / "master.next.sealed").exists():
            raise Cut
        return bool(found)

    return look


def dies_at_the_key(rename: Any) -> Any:
    """Lets the last renaming of the next key die; other files get their names."""

    def renamed(source: Any, target: Any) -> None:
        if "next" in Path(source).name and not str(source).endswith(".new"):
            raise Cut
        rename(source, target)

    return renamed


async def all_open(database: Database, vault: Vault) -> bool:
    """Reads everything there is under a key."""
    async with database.people.reader.begin() as connection:
        stores = Stores.on(connection, vault)
        members = await stores.members.all()
        ballots = await stores.ballots.having("open")
        posts, known = await stores.posts.all(), {stores.members.keyed_id(member) for member in members}
        sides = {side for one in await stores.proposals.all() for side in (one.by, one.person)}
        books = [book for member in members if (book := await stores.ledgers.get(member.telegram_id))]
        (name,) = await stores.workplaces.all()
        whole = len(members) == 13 and len(ballots) == len(posts) == 1 and books == [LEDGER]
        return whole and len(sides) == 2 and sides | {name.by} <= known


async def test_a_key_that_is_not_the_datas_is_refused_at_the_start(bot: Bot) -> None:
    await founded(bot)
    kept = custody(bot.settings)
    kept.current.write_bytes(b"x" * 32)
    with pytest.raises(VaultError, match="is not the one of this data"):
        await open_vault(kept, bot.app.database)


async def test_an_empty_installation_has_nothing_to_rotate(database: Database, tmp_path: Path) -> None:
    kept = Custody("file", tmp_path / "keys", lambda: PASSPHRASE)
    with pytest.raises(VaultError, match="nothing to rotate"):
        await rotate(kept, database)
    assert not kept.coming.exists()
