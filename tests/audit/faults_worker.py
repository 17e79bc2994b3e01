"""A process of the real box and jobs that is worked over a socket and may kill itself at any step.

A server process imports everything once and forks a worker for each connection, so that a life costs some milliseconds.
Each line is an act; its answer is written when the turn is committed, as the bot answers.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from bot.ballots.rules import Ballot, Wording
from bot.box.pool import KEY_ID, Box, Closed, Receipt, content_key
from bot.box.rules import merge
from bot.box.store import BoxStore
from bot.database import DatabaseError, migrate, open_database
from bot.database.lock import Lock
from bot.delivery.rules import Letter, Notice, NotYet
from bot.delivery.sender import Sender
from bot.jobs import ballots as ballot_jobs
from bot.jobs import pay as pay_jobs
from bot.jobs.recover import LOST, edition, tell_the_lost
from bot.members.rules import admit
from bot.pay.release import Release
from bot.pay.rules import ENTRIES, period
from bot.texts import Catalogues, data_folder
from bot.turn import Office, Union
from bot.vault import Vault, seal_with
from handlers.letters import write_all
from tests.votes import entries as vote_entries

Told = dict[str, Any]
STEPS = ("write", "fsync", "rename", "unlink")  # how key files come and go
FRAGMENTS = ENTRIES


class Steps:
    """Counts commits, answers and key-file operations, and kills this process before the one that was asked for."""

    def __init__(self) -> None:
        self.left = 0

    def take(self) -> None:
        """Takes one step, unless this is the last moment."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Counts the operations of the system from here on."""
        for name in STEPS:
            setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self.take()
            return real(*given, **named)

        return counted


class DestroysEarly(Box):
    """A broken box for the control: the old key dies before the new content is committed."""

    async def _seal(self, name: str) -> None:
        key_id = os.urandom(KEY_ID)
        async with self._transaction() as store:
            old = await store.content(name)
            merged = merge(self._read(name, old) + self._waiting(name))
            if old:
                self._vault.destroy_key(content_key(name, old[:KEY_ID]))
            key = self._vault.make_key(content_key(name, key_id))
            self._unsure[name] = key_id
            await store.put_content(name, key_id + seal_with(key, merged, name.encode()))
            await store.mark_sealed(name, self.boot, self._pools[name])
        self._conclude(name, key_id)


class WritesLate(Box):
    """A broken box for the control: who takes part is written only with the content."""

    async def _take(self, store: BoxStore, name: str, nullifier: bytes) -> Receipt:
        if nullifier in self._pools[name]:
            return "replaced"
        return "sealed" if await store.boot_of(name, nullifier) == b"" else "received"


class ForgetsFirst(Box):
    """A broken box for the control: a recovery frees participation before anybody is told."""

    async def lost(self) -> dict[str, dict[bytes, bytes]]:
        """Lists what is lost, and frees it at once."""
        found = await super().lost()
        for name, rows in found.items():
            await self.forget(name, rows)
        return found


BOXES: Mapping[str, type[Box]] = {
    "": Box,
    "destroys early": DestroysEarly,
    "writes late": WritesLate,
    "forgets first": ForgetsFirst,
}


class SetClock:
    """A clock that the other side sets."""

    def __init__(self, moment: str) -> None:
        self.set(moment)

    def set(self, moment: str) -> None:
        """Sets the moment."""
        self._now = datetime.fromisoformat(moment)

    async def now(self) -> datetime:
        """Gives the moment."""
        return self._now


class AtOnce:
    """The pace of a lane that never waits."""

    def slot(self, now: float) -> float:
        """Gives this moment."""
        return now

    def chat_slot(self, chat: int, now: float, patience: float) -> float:
        """Gives this moment."""
        return now

    def is_stopped(self, now: float) -> bool:
        """Is never stopped."""
        return False


class Worker:
    """One life of an installation: boots as the program does, then does what it is told, one act after the other."""

    def __init__(self, asked: Told, say: Callable[[Told], None]) -> None:
        folder = Path(asked["folder"])
        self.say, self.steps, self.clock = say, Steps(), SetClock(asked["now"])
        self.database = open_database(asked["url"], folder / "data")
        self.lock = Lock(self.database, folder / "data")
        self.asked, self.keys, self.recovered = asked, folder / "keys", False
        for engine in (self.database.people.writer, self.database.box.writer):
            event.listen(engine.sync_engine, "commit", lambda connection: self.steps.take())

    async def boot(self) -> None:
        """Takes the lock, opens the stores and starts the box."""
        await self._take_lock()
        if self.asked["fresh"]:
            await migrate(self.database)
        vault = Vault.unlock(self.keys, fresh=self.asked["fresh"])
        self.steps.left = self.asked["arm"]
        self.steps.watch()
        self.box = BOXES[self.asked["box"]](self.database.box, vault)
        await self.box.start()
        union = Union("kauli_bot", "Africa/Nairobi", "en", ("en", "sw"))
        self.office = Office(self.database, vault, self.box, self.clock, union, TEXTS)
        self.sender = Sender(self.office, self._write, self._post, 1000)
        self.sender.pace = AtOnce()  # type: ignore[assignment]  # nobody is there to be spared

    async def _take_lock(self) -> None:
        """Waits until the server has noticed that the life before is over."""
        while True:
            try:
                return await self.lock.take()
            except DatabaseError:
                await asyncio.sleep(0.005)

    async def do(self, act: Told) -> Told:
        """Does one act and gives what the bot would answer."""
        done: Told = await getattr(self, f"do_{act.pop('do')}")(**act)
        self.steps.take()
        return done

    async def do_enrol(self, people: int) -> Told:
        """Enrols members 0 to `people` - 1, past probation."""
        long_ago = await self.clock.now() - timedelta(days=60)
        async with self.office.writing() as stores:
            await stores.instance.put("installed", "1")
            for number in range(people):
                await stores.members.put(admit(number, "en", long_ago, "Africa/Nairobi"))
        return {}

    async def do_arm(self, steps: int) -> Told:
        """Asks for a kill before the step with this number from here (this answer is the first), 0 for none."""
        self.steps.left = steps + 1 if steps else 0
        return {}

    async def do_clock(self, now: str) -> Told:
        """Moves the clock."""
        self.clock.set(now)
        return {}

    async def do_ballot(self, name: str, closes: str) -> Told:
        """Puts a question of three options."""
        wording = Wording("en", f"Shall we, in {name}?", ("Yes", "No", "Later"))  # the same is not put twice a month
        async with self.office.writing() as stores:
            if await stores.ballots.get(name) is None:
                await stores.ballots.add(Ballot(name, (wording,), None, datetime.fromisoformat(closes)))
        return {}

    async def do_vote(self, name: str, who: int, option: int, code: str) -> Told:
        """Casts a vote."""
        try:
            return {"receipt": await self.box.put(name, who, vote_entries(option, bytes.fromhex(code)))}
        except Closed:
            return {"receipt": "closed"}

    async def do_report(self, who: int, code: str) -> Told:
        """Sends a pay report in fragments."""
        name = period(await self.clock.now())
        await self.box.open(name)
        fragments = tuple(bytes.fromhex(code).ljust(63, b"\0") + bytes([part]) for part in range(FRAGMENTS))
        return {"receipt": await self.box.put(name, who, fragments, electorate=False)}

    async def do_withdraw(self, who: int) -> Told:
        """Takes a report back."""
        name = period(await self.clock.now())
        return {"withdrawn": self.box.is_open(name) and await self.box.withdraw(name, who)}

    async def do_tick(self) -> Told:
        """Looks for due work in the order of the program."""
        if not self.recovered:
            await tell_the_lost(self.office)
            self.recovered = True
        await ballot_jobs.open_ballots(self.office)
        await ballot_jobs.close_ballots(self.office)
        await pay_jobs.release_pay(self.office)
        async with self.office.writing() as stores:  # these letters are not looked at
            for name in [*self.box.open_names(), *(await self.box.boards())[-2:]]:
                await stores.outbox.cancel(f"opened-{name}")
                await stores.outbox.cancel(f"closed-{name}")
        return {}

    async def do_send(self) -> Told:
        """Sends what waits."""
        await self.sender.drain()
        return {}

    async def do_waiting(self, name: str) -> Told:
        """Counts the letters about something lost that wait to be sent."""
        async with self.office.writing() as stores:
            return {"letters": await stores.outbox.waiting(edition(name))}

    async def do_board(self, name: str) -> Told:
        """Gives what was counted, or None."""
        document = await self.box.board(name)
        return {"counted": json.loads(document)["entries"] if document else None}

    async def _write(self, notices: Sequence[Notice]) -> list[Notice | None | Exception]:
        letters = await write_all(self.office, notices)
        return [self._wanted(notice, letter) for notice, letter in zip(notices, letters, strict=True)]

    def _wanted(self, notice: Notice, letter: Letter | None | Exception) -> Notice | None | Exception:
        if notice.kind in LOST and not self.recovered:
            return NotYet()
        return notice if isinstance(letter, Letter) else letter

    async def _post(self, telegram_id: int, notice: Notice) -> None:
        if notice.kind in LOST:
            self.say({"told": telegram_id, "name": notice.values["ballot"]})


def keep_votes(box: Sequence[bytes], ballot: Ballot | None = None, salt: bytes = b"") -> bytes:
    """Writes a board that hides nothing, whatever was cast."""
    outcome = {"kind": "none", "winners": (), "counts": ()}
    return json.dumps({"outcome": outcome, "entries": [entry.hex() for entry in box]}).encode()


def keep_fragments(name: str, last: Release | None, box: Sequence[bytes]) -> bytes:
    """Writes a release that hides nothing."""
    return keep_votes(box)


async def no_release(box: Box) -> None:
    """Gives no release before: what is written here is none."""


async def work(line: socket.socket) -> None:
    """Does act after act until the other side hangs up."""
    reader, writer = await asyncio.open_unix_connection(sock=line)

    def say(said: Told) -> None:
        out.sendall(json.dumps(said).encode() + b"\n")

    out = socket.socket(fileno=os.dup(line.fileno()))
    worker = Worker(json.loads(await reader.readline()), say)
    try:
        await worker.boot()
        say({"ready": os.getpid()})
        while asked := await reader.readline():
            say(await worker.do(json.loads(asked)))
    except Exception as error:
        say({"error": type(error).__name__})
    writer.close()


def serve(path: str) -> None:
    """Forks a worker for each connection, for ever."""
    logging.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for url in ("postgresql+asyncpg://nowhere/nothing", None):
        open_database(url, Path())  # the drivers are imported once, here
    gc.freeze()
    patch.object(ballot_jobs, "kept_board", keep_votes).start()
    patch.object(pay_jobs, "draw_release", keep_fragments).start()
    patch.object(pay_jobs, "last_release", no_release).start()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                asyncio.run(work(line))
                os._exit(0)
            line.close()


TEXTS = Catalogues.load(data_folder("locales"))

if __name__ == "__main__":
    serve(sys.argv[1])
