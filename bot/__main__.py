"""The program: `kauli run`, `demo`, `doctor`, `backup` ... Faults end in one line with the mend and exit code 2.

What only some commands need (Telegram's library, the simulator) is imported by them: it takes longer than the rest.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import commands
from bot.backups.restore import Allowed
from bot.ballots import law
from bot.ballots.counting.blt import BltError
from bot.ballots.recount import METHODS, recount
from bot.clock import ClockError
from bot.database import DatabaseError, migrate, open_database
from bot.database.lock import Lock, LockLost
from bot.harden import harden_process
from bot.keys.commands import init, recover, show_paper, turn_over
from bot.keys.custody import custody_of
from bot.log import guard_loop, open_door
from bot.moving.command import move
from bot.moving.store import MoveError
from bot.pay import benchmarks, currencies, fx, living, takehome
from bot.settings import Settings, SettingsError, load
from bot.tables import BadTable, read_all
from bot.vault import VaultError
from bot.workplaces import catalogue

if TYPE_CHECKING:
    from bot.app import App

WITH_TABLES = (benchmarks, catalogue, law, currencies, fx, living, takehome)  # imported, so that `read_all` finds them
FAULTS = (*commands.FAULTS, MoveError, SettingsError, DatabaseError, VaultError, ClockError, BadTable, BltError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives the exit code: 0, or 2 after one line that names what is wrong and the mend."""
    chosen = parser().parse_args(arguments)
    try:
        read_all()
        return asyncio.run(chosen.command(chosen)) or 0
    except KeyboardInterrupt:
        return 0
    except FAULTS as fault:
        print(f"kauli: {fault}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    """Describes the commands."""
    top = argparse.ArgumentParser("kauli", description="The union bot for the people who train AI.")
    subparsers = top.add_subparsers(required=True, metavar="command")
    demo_ = command(subparsers, "demo", demo, "try it: a simulated Telegram and a chat page on this machine")
    demo_.add_argument("--port", type=int, default=8090, help="port of the chat page (default 8090)")
    demo_.add_argument("--sample", action="store_true", help="load an invented union to look at")
    demo_.add_argument("--folder", type=Path, help="keep the demo's data here (default: a new temporary folder)")
    command(subparsers, "run", run, "run the bot on Telegram (KAULI_BOT_TOKEN)")
    command(subparsers, "migrate", migrate_, "bring the database to this program's version").add_argument(
        "--to", metavar="URL", help="move an SQLite installation to postgresql+asyncpg://user@host/name"
    )
    keys_ = command(
        subparsers, "keys", keys, "make the master key, write it on paper, bring it back, move to a new one"
    )
    keys_.add_argument("act", choices=("init", "show-paper", "recover", "rotate"))
    keys_.add_argument("--anyway", action="store_true", help="show-paper into a pipe or a file, not to a terminal")
    command(subparsers, "doctor", doctor, "check settings, database, keys, clock and token")
    add_keeping(subparsers)
    add_evidence(subparsers)
    return top


def add_keeping(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describes the commands that keep an installation safe, and try what others would find in it."""
    command(subparsers, "backup", backup, "write an encrypted backup, also while the bot runs").add_argument(
        "target",
        type=Path,
        nargs="?",
        help="a file, or a folder, where backups over 30 days old are removed (default: KAULI_BACKUP_DIR)",
    )
    command(subparsers, "backup-key", backup_key, "make the key that backups are encrypted to: for paper, offline")
    restore_ = command(subparsers, "restore", restore, "restore a backup into an empty installation")
    restore_.add_argument("file", type=Path)
    restore_.add_argument("--identity", required=True, help="file with the secret key AGE-SECRET-KEY-1..., or -")
    restore_.add_argument("--erasures-lost", action="store_true", help="there is no list of who left since")
    restore_.add_argument("--discard-open", action="store_true", help="destroy keys of ballots and periods left open")
    seizure_ = command(subparsers, "seizure", show_seizure, "try what a seizure of data and keys yields about a person")
    about = seizure_.add_mutually_exclusive_group(required=True)
    about.add_argument("id", type=int, nargs="?", help="the person's Telegram id")
    about.add_argument("--example", action="store_true", help="on an invented union instead (docs/SEIZURE.md)")


def add_evidence(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describes the commands that write what was published."""
    brief_ = command(subparsers, "brief", brief, "write the bargaining brief of an employer to standard output")
    brief_.add_argument("employer", help="its name or a part of it")
    brief_.add_argument("--release", help="id or period of the release (default: the newest)")
    brief_.add_argument("--format", choices=("html", "pdf", "csv", "codebook"), default="html")
    brief_.add_argument("--locale", default="en", help="language (default en)")
    brief_.add_argument("--file", type=Path, help="read an export (JSON) instead of the data folder")
    export_ = command(subparsers, "export", export, "write everything that was published to standard output")
    export_.add_argument("--format", choices=("csv", "json", "codebook"), default="csv")
    export_.add_argument("--locale", default="en", help="language of the codebook (default en)")
    export_.add_argument("--schema", action="store_true", help="write the JSON schema of the export instead")
    count_ = command(subparsers, "count", count, "count an election from a BLT file, and say every stage")
    count_.add_argument("file", type=Path)
    count_.add_argument("--method", choices=METHODS, default="stv", help="stv: Scottish rules (default); meek ...")
    count_.add_argument("--seats", type=int, help="how many are elected (default: as the file says)")
    count_.add_argument(
        "--lot", help="order that decides ties: numbers of candidates, such as 2,1,3 (default: the file's)"
    )
    count_.add_argument("--locale", default="en", help="language (default en)")
    add_boards(subparsers)


def add_boards(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describes the commands on the public file of a ballot: they need nothing but the file."""
    verify_ = command(subparsers, "verify", verify, "count a published ballot again, offline, and name what differs")
    verify_.add_argument("file", type=Path, help="the board of a ballot, as the bot gave it")
    verify_.add_argument("--code", help="look for an inclusion code on it")
    verify_.add_argument("--proof", type=Path, help="check its proof from the log of boards too")
    paper = command(
        subparsers, "certificate", certificate, "write the certificate of a ballot (PDF) to standard output"
    )
    paper.add_argument("file", type=Path, help="the board of a ballot, as the bot gave it")
    paper.add_argument("--language", default="en", help="language (default en)")
    paper.add_argument("--union", default="", help="how the union is called on it")
    paper.add_argument("--proof", type=Path, help="name the head of the log of this proof")
    verify_.add_argument("--head", help="check that the log grew out of this head, from an older digest (with --proof)")


def command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    function: Callable[[argparse.Namespace], Awaitable[int | None]],
    help_: str,
) -> argparse.ArgumentParser:
    """Adds one command."""
    added = commands.add_parser(name, help=help_, description=help_)
    added.set_defaults(command=function)
    return added


async def run(chosen: argparse.Namespace) -> None:
    """Runs the bot until SIGTERM or SIGINT."""
    from bot.app import App

    settings = prepared(load())
    settings.token()  # named before anything is made on disk
    app, ended = App(settings), stopped()
    if not await started(app, ended):
        return
    if app.claim_code:
        print(f"The first administrator sends this to the bot, once: /claim {app.claim_code}", file=sys.stderr)
    print("kauli: ready", file=sys.stderr, flush=True)
    try:
        await app.serve(ended)
    except LockLost as fault:  # as a power cut would: whatever tidying did now, another process may be active
        print(f"kauli: {fault}", file=sys.stderr, flush=True)
        os._exit(2)


async def started(app: "App", ended: asyncio.Event) -> bool:
    """Starts the bot; False when it is told to end before, while it stands by or waits for Telegram."""
    starting, ending = asyncio.create_task(app.start()), asyncio.create_task(ended.wait())
    await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if starting.done() and not starting.exception():
        return True
    starting.cancel()
    await asyncio.wait((starting,))
    await app.close()
    if not ended.is_set():
        starting.result()
    return False


async def demo(chosen: argparse.Namespace) -> None:
    """Runs the bot against a simulated Telegram and prints the address of the chat page."""
    from bot.demo import Demo

    open_door("WARNING")
    guard_loop(asyncio.get_running_loop())
    running = Demo(chosen.port, chosen.folder)
    await running.start()
    if chosen.sample:
        await running.load_sample()
    print(f"kauli: ready. The chat page: {running.url}", file=sys.stderr, flush=True)
    print("Stop with Ctrl+C.", file=sys.stderr, flush=True)
    await running.serve(stopped())


async def migrate_(chosen: argparse.Namespace) -> None:
    """Migrates both stores, or moves them to another database."""
    settings = prepared(load())
    if chosen.to:
        tell(await move(settings, chosen.to, tell))
        return
    database = open_database(settings.database_url, settings.data_dir)
    lock = Lock(database, settings.data_dir)
    try:
        await lock.take()
        await migrate(database)
    finally:
        await lock.release()
        await database.close()
    print("kauli: the database is up to date", file=sys.stderr)


def tell(what: str) -> None:
    """Says something to whoever runs a command."""
    print(f"kauli: {what}", file=sys.stderr, flush=True)


async def keys(chosen: argparse.Namespace) -> None:
    """Looks after the master key."""
    settings = prepared(load())
    if chosen.act == "show-paper":
        if not (sys.stdout.isatty() or chosen.anyway):
            raise VaultError("this would write the key into a file or a pipe: use a terminal, or say --anyway")
        print(show_paper(settings))
    elif chosen.act == "recover":
        if sys.stdin.isatty():
            print("Type the whole key, or two of the three shares, a line each:", file=sys.stderr)
        print(f"kauli: {await recover(settings, sys.stdin)}", file=sys.stderr)
    else:
        said = await (init if chosen.act == "init" else turn_over)(settings)
        print(f"kauli: {said}", file=sys.stderr)


async def doctor(chosen: argparse.Namespace) -> int:
    """Prints what is well and what is not, each with the mend; 2 when something is not."""
    from bot.checks import examine_surroundings
    from bot.doctor import examine
    from bot.outside import examine_outside

    settings = prepared(load())
    well = True
    for examination in (examine, examine_surroundings, examine_outside):
        async for finding in examination(settings):
            print(("ok    " if finding.well else "MEND  ") + finding.words)
            well = well and finding.well
    return 0 if well else 2


async def backup(chosen: argparse.Namespace) -> None:
    """Writes a backup to a file or into a folder."""
    settings = prepared(load())
    target = chosen.target or settings.backup_dir
    if target is None:
        raise SettingsError("KAULI_BACKUP_DIR is not set: name a file or a folder after `backup`, or set it")
    if chosen.target is None:
        make_folder("KAULI_BACKUP_DIR", target)
    written = await commands.back_up(settings, target)
    print(f"kauli: the backup is written to {written}", file=sys.stderr)


async def backup_key(chosen: argparse.Namespace) -> None:
    """Prints a new key for backups; nothing is stored."""
    print(commands.key_for_paper())


async def restore(chosen: argparse.Namespace) -> None:
    """Restores a backup and says what that changed."""
    settings, allowed = prepared(load()), Allowed(chosen.erasures_lost, chosen.discard_open)
    done = await commands.bring_back(settings, chosen.file, commands.identity_from(chosen.identity), allowed)
    print(
        f"kauli: restored. Ballots made void: {done.void}. Start the bot: it tells everybody. "
        "Let another organizer look through roles: they are as of the backup.",
        file=sys.stderr,
    )


async def show_seizure(chosen: argparse.Namespace) -> None:
    """Prints what a seizure of this installation, or of an invented one, would yield about one person."""
    from bot.seizure.command import example, seizure

    if chosen.example:
        open_door("WARNING")
        print(await example(), end="")
        return
    settings = prepared(load())
    vault = custody_of(settings).unlock(fresh=False)
    print(await seizure(settings.database_url, settings.data_dir, vault, chosen.id), end="")


async def brief(chosen: argparse.Namespace) -> None:
    """Writes the brief of an employer, made from the releases alone."""
    from bot.briefs import command as briefs

    open_door("WARNING")
    found = briefs.from_file(chosen.file) if chosen.file else await briefs.from_data(prepared(load()))
    made = await briefs.make_brief(found, chosen.employer, chosen.release, chosen.format, chosen.locale)
    sys.stdout.buffer.write(made)


async def export(chosen: argparse.Namespace) -> None:
    """Writes every release, or the schema of what it writes."""
    from bot.briefs import command as briefs
    from bot.briefs.export import schema

    if chosen.schema:
        print(schema(), end="")
        return
    found = await briefs.from_data(prepared(load()))
    sys.stdout.buffer.write(briefs.make_export(found, chosen.format, chosen.locale))


async def certificate(chosen: argparse.Namespace) -> None:
    """Writes the certificate of a ballot, from its board alone."""
    from handlers.certificates import from_files

    open_door("WARNING")
    sys.stdout.buffer.write(await from_files(chosen.file, chosen.language, chosen.union, chosen.proof))


async def verify(chosen: argparse.Namespace) -> int:
    """Counts a board again; 2 when anything differs."""
    from bot.ballots.examine import examine

    open_door("WARNING")
    well, words = examine(chosen.file, chosen.code, chosen.proof, chosen.head)
    print(words)
    return 0 if well else 2


async def count(chosen: argparse.Namespace) -> None:
    """Counts a BLT file."""
    print(recount(chosen.file, chosen.method, chosen.seats, chosen.lot, chosen.locale), end="")


def prepared(settings: Settings) -> Settings:
    """Opens the log door, hardens the process and makes the data folder."""
    open_door(settings.log_level, form=settings.log_format)
    guard_loop(asyncio.get_running_loop())
    harden_process()
    os.umask(0o077)
    for name, folder in (("KAULI_DATA_DIR", settings.data_dir), ("KAULI_KEYS_DIR", settings.keys_dir)):
        make_folder(name, folder)
    return settings


def make_folder(name: str, folder: Path) -> None:
    """Makes a folder that only this user may enter. Raises SettingsError when it cannot be made or written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise SettingsError(f"{name}: {folder} cannot be made: choose a folder this user may write") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"{name}: {folder} cannot be written by this user: change its owner or rights")


def stopped() -> asyncio.Event:
    """Gives an event that SIGTERM and SIGINT set."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    return event


if __name__ == "__main__":
    sys.exit(main())
