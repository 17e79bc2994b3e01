"""Keys when something went wrong before: a kill while undoing, a forgotten passphrase, a key in two forms."""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.database import PEOPLE, Database, edition
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.doctor import keys
from bot.keys.commands import gathered, recover
from bot.keys.custody import Custody, custody_of
from bot.keys.paper import sheets
from bot.keys.rotation import open_vault, rotate
from bot.settings import Settings, load
from bot.turn import Stores
from bot.vault import Unreadable, Vault, VaultError, new_master, unwrap, wrap
from tests.conftest import Bot
from tests.keyring.test_custody import LIGHT
from tests.keyring.test_rotation import custody, lively, stop

PASSPHRASE = "six words that nobody would guess"
OTHER = "six other words that nobody guesses"
LEASE = timedelta(minutes=2)
MASTER = b"m" * 32


@pytest.fixture
def told(database_url: str | None, tmp_path: Path) -> Callable[..., Settings]:
    """Gives a function that makes settings in which the passphrase stands in a file."""
    said = {"KAULI_DATA_DIR": str(tmp_path / "data"), "KAULI_KEYS_DIR": str(tmp_path / "keys")}
    said |= {"KAULI_DATABASE_URL": database_url} if database_url else {}

    def settings(passphrase: str = PASSPHRASE, kind: str = "passphrase") -> Settings:
        path = tmp_path / "passphrase"
        path.write_text(passphrase, encoding="utf-8")
        path.chmod(0o600)
        return load(said | {"KAULI_MASTER_KEY": kind, "KAULI_PASSPHRASE_FILE": str(path)})

    return settings


def light(settings: Settings) -> Custody:
    """Gives the custody of these settings, which seals at little cost."""
    return replace(custody_of(settings), cost=LIGHT)


def words(master: bytes, *, of: int = 0) -> str:
    """Gives the whole key (0) or a share as one typed line."""
    return " ".join(sheets(master, "0badcafe").split("\n\n")[2:][of].splitlines()[1:])


async def used(database: Database, vault: Vault) -> None:
    """Writes a fact under a key, so that there is data."""
    async with database.people.writer.begin() as connection:
        await Stores.on(connection, vault).instance.put("installed", "1")


@pytest.mark.parametrize("at", [0, 4, 8])
def test_a_cost_that_nobody_wrote_is_refused_at_once(at: int) -> None:
    wrapped = bytearray(wrap(MASTER, PASSPHRASE, LIGHT))
    wrapped[at] ^= 0x80  # two thousand million passes or lanes, or two terabytes
    with pytest.raises(Unreadable):
        unwrap(bytes(wrapped), PASSPHRASE)


async def test_a_kill_while_a_rotation_is_undone_under_a_passphrase(
    database: Database, told: Callable[..., Settings]
) -> None:
    """The next key is half overwritten already: the one that opens the data decides."""
    kept = light(told())
    vault = kept.make()
    await used(database, vault)
    kept.write(kept.coming, new_master())
    kept.coming.write_bytes(os.urandom(kept.coming.stat().st_size))
    assert (await open_vault(kept, database)).master() == vault.master()
    assert not kept.coming.exists() and kept.current.exists()


async def test_with_a_wrong_passphrase_an_interrupted_rotation_stays_as_it_is(
    database: Database, told: Callable[..., Settings]
) -> None:
    kept = light(told())
    await used(database, kept.make())
    kept.write(kept.coming, new_master())
    before = {path.name: path.read_bytes() for path in kept.folder.iterdir()}
    with pytest.raises(VaultError, match="check the passphrase"):
        await open_vault(custody_of(told(OTHER)), database)
    assert {path.name: path.read_bytes() for path in kept.folder.iterdir()} == before


async def test_a_forgotten_passphrase_is_replaced_from_paper(
    database: Database, told: Callable[..., Settings], tmp_path: Path
) -> None:
    vault = light(told()).make()
    await used(database, vault)
    link = tmp_path / "link"
    link.hardlink_to(tmp_path / "keys" / "master.sealed")
    sealed = link.read_bytes()
    await recover(told(OTHER), [words(vault.master())])
    assert custody_of(told(OTHER)).unlock(fresh=False).master() == vault.master()
    with pytest.raises(VaultError, match="does not open the master key"):
        custody_of(told(PASSPHRASE)).unlock(fresh=False)
    assert link.read_bytes() != sealed
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["master.sealed"]


async def test_a_passphrase_that_is_too_short_costs_no_key(database: Database, told: Callable[..., Settings]) -> None:
    kept = light(told())
    vault = kept.make()
    await used(database, vault)
    with pytest.raises(VaultError, match="too short"):
        await recover(told("short"), [words(vault.master())])
    assert custody_of(told()).unlock(fresh=False).master() == vault.master()


async def test_a_key_that_moves_under_a_passphrase_leaves_no_plain_file(
    database: Database, told: Callable[..., Settings], tmp_path: Path
) -> None:
    plain = custody_of(told(kind="file")).make()
    await used(database, plain)
    link = tmp_path / "link"
    link.hardlink_to(tmp_path / "keys" / "master.key")
    finding = await keys(told())
    assert not finding.well and "shred -u" in finding.words
    await recover(told(), [words(plain.master())])
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["master.sealed"]
    assert link.read_bytes() != plain.master()
    assert (await keys(told())).well


async def test_without_data_another_key_is_never_replaced(database: Database, told: Callable[..., Settings]) -> None:
    vault = light(told()).make()
    with pytest.raises(VaultError, match="holds another key"):
        await recover(told(), [words(MASTER)])
    assert custody_of(told()).unlock(fresh=False).master() == vault.master()


def test_shares_of_two_sets_are_called_so_and_one_alone_is_not_enough() -> None:
    one, strange = words(MASTER, of=1), words(new_master(), of=2)
    with pytest.raises(VaultError, match="not of one set"):
        gathered([one, strange])
    for typed in ([one], [one, one.upper()], [""]):
        with pytest.raises(VaultError, match="not enough"):
            gathered(typed)


@pytest.mark.parametrize(
    ("loosened", "mend"), [("master.sealed", "chmod 600"), (".", "chmod 700"), ("../passphrase", "chmod 600")]
)
async def test_the_doctor_sees_what_others_may_read(
    database: Database, told: Callable[..., Settings], tmp_path: Path, loosened: str, mend: str
) -> None:
    light(told()).make()
    assert (await keys(told())).words.startswith("the master key is kept in a file sealed under a passphrase")
    path, settings = (tmp_path / "keys" / loosened).resolve(), told()
    path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IRGRP | stat.S_IXGRP)
    finding = await keys(settings)
    assert not finding.well and mend in finding.words


async def test_nothing_under_the_old_key_survives_in_any_table(bot: Bot) -> None:
    """Neither sealed values nor keyed ids: not even sets against repeats whose edition nobody can name any more."""
    await lively(bot)
    async with bot.app.office.writing() as stores:
        (ballot,) = await stores.ballots.having("open")
        people = [member.telegram_id for member in await stores.members.all()]
        for name in (f"opened-{ballot.id}", "digest-of-a-year-ago"):
            await stores.outbox.add(to_everybody(name, people[:3], "ballot.opened", {}, "ballot", AT_ONCE))
            for claimed in await stores.outbox.claim(await bot.app.clock.now(), LEASE, 99):
                await stores.outbox.finish(claimed, "sent")
        await stores.outbox.add(to_everybody("digest-2026-11-27", people, "digest", {}, "digest", AT_ONCE))
    database = await stop(bot)
    before = await under_keys(database)
    assert {name for name, values in before.items() if not values} <= {
        "proposal",
        "workplace",
        "log",
    }  # nothing has closed yet
    await rotate(custody(bot.settings), database)
    after = await under_keys(database)
    assert {name: values & before[name] for name, values in after.items() if values & before[name]} == {}
    assert all(after[name] for name in before if before[name] and name not in ("invite", "open_steps"))
    await totals_move_along(bot, database, ballot.id)
    await database.close()
    await bot.start_again()


async def under_keys(database: Database) -> dict[str, set[bytes]]:
    """Gives by table every value that a key made."""
    async with database.people.reader.begin() as connection:
        rows = {table.name: (await connection.execute(select(table))).all() for table in PEOPLE.sorted_tables}
    return {name: {value for row in found for value in row if isinstance(value, bytes)} for name, found in rows.items()}


async def totals_move_along(bot: Bot, database: Database, ballot: str) -> None:
    """Looks whether an edition's figures and its set against repeats are what they were, and a nameless one's gone."""
    vault = Custody("file", bot.settings.keys_dir, lambda: PASSPHRASE).unlock(fresh=False)
    async with database.people.writer.begin() as connection:
        outbox: Any = Stores.on(connection, vault).outbox
        assert (await outbox.totals(f"opened-{ballot}"))["sent"] >= 3
        assert await outbox.totals("digest-of-a-year-ago") == {}
        assert await outbox.waiting("digest-2026-11-27") == 13
        assert len((await connection.execute(select(edition))).all()) == 1
