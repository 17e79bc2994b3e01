"""Restores a backup into an empty installation, so that nobody comes back who left and everybody is told once.

The box is written first, the people store second and in one transaction with all that a restore changes in it. Whatever
interrupts it leaves the people store empty, and the restore can be repeated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from bot.age import decrypt
from bot.backups.rules import Backup, BackupError, Row, check_age, read
from bot.backups.store import filled, write_store
from bot.ballots.log import KEY as LOG
from bot.ballots.rules import Ballot
from bot.database import Database, mended, versions
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.members.erasures import Erasures
from bot.members.erasures import load as load_erasures
from bot.members.rules import reachable
from bot.turn import Stores
from bot.vault import Unreadable, Vault

OPEN_KEYS = ("part-", "content-")
MOST_NAMED = 30  # void ballots that one letter names


@dataclass(frozen=True)
class Allowed:
    """What the person at the console said may be: no erasure list, and keys of open ballots that nothing needs."""

    erasures_lost: bool = False
    discard_open: bool = False


@dataclass(frozen=True)
class Restored:
    """What a restore did, for the console; who left since is not counted."""

    void: int


def open_backup(sealed: bytes, identity: str, today: date) -> Backup:
    """Decrypts and reads a backup. Raises AgeError or BackupError: damaged, too old, newer, another's."""
    backup = read(decrypt(sealed, identity))
    check_age(backup.made, today)
    if backup.schema not in versions():
        raise BackupError("the backup was made by a newer version of Kauli: install that version")
    return backup


async def restore(database: Database, vault: Vault, backup: Backup, today: date, allowed: Allowed) -> Restored:
    """Writes a backup into an empty installation. Raises BackupError, with the installation still empty."""
    check_master(vault, backup)
    erasures = known_erasures(vault, backup, allowed)
    await check_empty(database)
    discard_open_keys(vault, allowed)
    sign_anew(vault, backup)
    with mended("box"):
        async with database.box.writer.begin() as connection:
            await write_store(connection, "box", backup.schema, boards(backup))
    with mended("people"):
        async with database.people.writer.begin() as connection:
            people = [row for row in backup.rows if row.store == "people"]
            await write_store(connection, "people", backup.schema, people)
            return await settle(Stores.on(connection, vault), erasures, today, backup.made)


def sign_anew(vault: Vault, backup: Backup) -> None:
    """Gives the log a new key: boards since the backup are gone, so that under the old one it would contradict itself.

    Heads that were signed before stand for what was; the letter about the restore tells everybody.
    """
    vault.destroy_key(LOG)
    if backup.of("people", "log"):
        vault.make_key(LOG)


def check_master(vault: Vault, backup: Backup) -> None:
    """Makes sure that the rows open under this master key. Raises BackupError."""
    with fitting(vault):
        for row in backup.of("people", "instance"):
            name, blob = row.values["name"], row.values["blob"]
            if isinstance(name, str) and isinstance(blob, bytes):
                vault.open("instance", blob, name.encode())


@contextmanager
def fitting(vault: Vault) -> Iterator[None]:
    """Says in one line that a master key is not the one a backup was made with."""
    try:
        yield
    except Unreadable:
        raise BackupError(
            f"the master key in {vault.folder} is not the one this backup was made with: put that one there from paper"
        ) from None


def known_erasures(vault: Vault, backup: Backup, allowed: Allowed) -> Erasures:
    """Gives the erasure list. Raises BackupError when there is none as new as the backup, unless that was allowed."""
    try:
        found = load_erasures(vault)
    except Unreadable:
        found = None
    if found is not None and (found.through >= backup.made or allowed.erasures_lost):
        return found
    if allowed.erasures_lost:
        return Erasures(backup.made, ())
    raise BackupError(
        f"{vault.folder} has no erasure list (erased-*) as new as this backup: put it there from the old keys folder. "
        "If it is lost, --erasures-lost restores without it, and who left since the backup comes back"
    )


async def check_empty(database: Database) -> None:
    """Raises BackupError for an installation that holds anything; boards alone are what an interruption leaves."""
    with mended("people"):
        async with database.people.writer.begin() as connection:
            people = await filled(connection, "people")
    with mended("box"):
        async with database.box.writer.begin() as connection:
            box = await filled(connection, "box") - {"board"}
    if people or box:
        raise BackupError(
            "this installation is not empty, and a restore never writes over anything: move KAULI_DATA_DIR aside, or "
            "give KAULI_DATABASE_URL an empty database"
        )


def discard_open_keys(vault: Vault, allowed: Allowed) -> None:
    """Destroys keys of ballots and periods that were open. Raises BackupError where that was not allowed."""
    names = [name for prefix in OPEN_KEYS for name in vault.key_names(prefix)]
    if names and not allowed.discard_open:
        raise BackupError(
            f"{vault.folder} holds keys of open ballots or periods, which a restore voids. If no other installation "
            "uses this folder, --discard-open destroys them; a drill needs a keys folder of its own"
        )
    for name in names:
        vault.destroy_key(name)


def boards(backup: Backup) -> list[Row]:
    """Gives the boards, without those of ballots that the people store still calls open: they are void."""
    undecided = {row.values["id"] for row in backup.of("people", "ballot") if row.values["state"] != "closed"}
    return [row for row in backup.of("box", "board") if row.values["ballot"] not in undecided]


async def settle(stores: Stores, erasures: Erasures, today: date, made: date) -> Restored:
    """Erases who left since, voids what was open, and writes one letter to everybody."""
    with fitting(stores.members.vault):
        members = await stores.members.all()
        running = await stores.ballots.having("opening", "open")
    erased = [member for member in members if erasures.has(member)]
    for member in erased:
        await stores.members.remove(member.telegram_id)
        await stores.ledgers.remove(member.telegram_id)
    for ballot in running:
        await stores.ballots.change(replace(ballot, state="void"))
    left = [member.telegram_id for member in members if member not in erased and reachable(member)]
    await stores.outbox.add(
        to_everybody(f"restored-{made}-{today}", left, "restored", said(made, running), "notice", AT_ONCE)
    )
    return Restored(len(running))


def said(made: date, running: list[Ballot]) -> dict[str, str]:
    """Gives what the letter tells: the day of the backup, and which ballots are void."""
    return {"made": made.isoformat(), "ballots": " ".join(ballot.id for ballot in running[:MOST_NAMED])}
