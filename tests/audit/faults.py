"""Kills the bot at random moments and at every single step, and counts what became of everybody's words.

A worker process has the real box and jobs on real files and is killed with SIGKILL; a plain model remembers for each
person what was answered. In the end everybody has exactly one entry, the right one, or a letter that asks to say it
again: nothing is lost in silence, nothing counted twice, no key is left.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.pay.rules import period, period_ends
from tests.audit.ledger import Ledger
from tests.postgres import postgres_server, roomy_folder, with_parent
from tests.sources import ROOT

PEOPLE = 30
KILLS = {True: 1000, False: 50}
LONGEST_LIFE = 30  # acts until a random kill
PATIENCE = 12  # acts that may survive a step, since only some have so many
KEPT_KEYS = {"master.key", "log.key"}  # the log of boards is signed for good
ROUNDS = 30  # of sending, which a kill meets one time in five
DAY = timedelta(days=1)
BROKEN = ("destroys early", "writes late", "forgets first")
Told = dict[str, Any]


@dataclass(frozen=True)
class Faults:
    """What became of everything that was said, over all kills."""

    kills: int
    moments: dict[str, int]  # kills by what was being done
    steps: int  # different steps of these acts before which a kill was placed
    entries: int
    notices: int
    violations: tuple[str, ...]
    seconds: float

    @property
    def lost(self) -> int:
        """Gives how often somebody was wronged."""
        return len(self.violations)


class Died(Exception):
    """The worker was killed before it answered."""


class Broken(Exception):
    """The worker itself came to an error: what it holds can be read no more."""


@dataclass
class Life:
    """The line to one worker process."""

    line: socket.socket
    told: list[Told] = field(default_factory=list)
    _rest: bytes = b""

    def ask(self, said: Told) -> None:
        """Says something; that nobody hears it any more shows at the answer."""
        with suppress(OSError):
            self.line.sendall(json.dumps(said).encode() + b"\n")

    def answer(self) -> Told:
        """Gives the next answer; letters that went out meanwhile are kept aside. Raises Died."""
        while True:
            while b"\n" not in self._rest:
                self._rest += self._more()
            found, _, self._rest = self._rest.partition(b"\n")
            said: Told = json.loads(found)
            if "error" in said:
                raise Broken(said["error"])
            if "told" not in said:
                return said
            self.told.append(said)

    def _more(self) -> bytes:
        try:
            more = self.line.recv(65536)
        except OSError:
            more = b""
        if not more:
            raise Died
        return more


class Trial:
    """One installation through many lives: ballots and pay periods, one after the other, until enough kills."""

    def __init__(self, server: str, folder: Path, url: str | None, seed: int, box: str = "") -> None:
        self.server, self.folder, self.url, self.box = server, folder, url, box
        self.chance = random.Random(seed)
        self.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        self.kills, self.moments, self.notices, self.entries = 0, Counter[str](), 0, 0
        self.violations: list[str] = []
        self.steps, self.survived = Counter[str](), Counter[str]()  # the last step at which an act of a kind died
        self.reached: set[tuple[str, int]] = set()
        self.fuse, self.wanted = 0, 0
        self.ledgers: dict[str, Ledger] = {}
        (folder / "data").mkdir(parents=True)
        (folder / "keys").mkdir()
        self.life = self._born(fresh=True)
        self.do("enrol", people=PEOPLE)

    def run(self, kills: int) -> None:
        """Goes through rounds until there were so many kills, or something broke."""
        self.wanted = kills
        try:
            while self.kills < kills:
                self.round()
        except Broken as error:
            self.violations.append(f"the box cannot be read any more ({error})")
        self.life.line.close()

    def round(self) -> None:
        """One ballot and one pay period, from the opening to the count."""
        name, closes = f"{self.chance.getrandbits(32):08x}", self.now + 2 * DAY
        pay = period(self.now)
        self.ledgers = {name: Ledger(), pay: Ledger()}
        self.surely("ballot", name=name, closes=closes.isoformat())
        self.armed("open")
        acts = self._acts(name, pay)
        while acts:
            self.act(acts.pop())
            acts += self._again(name, pay, late=not acts)
        self.now = closes + timedelta(minutes=1)
        self._until_counted(name, "close")
        self.now = period_ends(pay) + timedelta(minutes=1)
        self._until_counted(pay, "release")
        self._no_key_is_left()

    def _acts(self, name: str, pay: str) -> list[Told]:
        votes = [self._vote(name, who) for who in self._some(0.9)] + [self._vote(name, who) for who in self._some(0.2)]
        reports = [self._report(pay, who) for who in self._some(0.9)]
        back = [{"do": "withdraw", "who": who} for who in self._some(0.15)]
        acts = votes + reports + back
        self.chance.shuffle(acts)
        return acts

    def _some(self, share: float) -> list[int]:
        return [who for who in range(PEOPLE) if self.chance.random() < share]

    def _vote(self, name: str, who: int) -> Told:
        code = self.chance.randbytes(12).hex()
        return {"do": "vote", "name": name, "who": who, "option": self.chance.randrange(3), "code": code}

    def _report(self, pay: str, who: int) -> Told:
        return {"do": "report", "who": who, "code": self.chance.randbytes(12).hex()}

    def _again(self, name: str, pay: str, *, late: bool) -> list[Told]:
        """Lets most of those who were asked again say it again; now and then what waits is sent."""
        if late or self.chance.random() < 0.1:
            self.armed("send")
        votes = [self._vote(name, who) for who in self.ledgers[name].take_asked() if self.chance.random() < 0.8]
        return votes + [self._report(pay, who) for who in self.ledgers[pay].take_asked() if self.chance.random() < 0.8]

    def act(self, act: Told) -> None:
        """Lets somebody say something; after a kill it mostly comes again, as an unconfirmed update does."""
        ledger = self.ledgers[act.get("name") or period(self.now)]
        self.fuse = self.fuse or self.chance.randint(1, LONGEST_LIFE)
        coming = True
        while coming:
            try:
                answer = self._risky(act)
            except Died:
                answer = None
                self._reborn(act["do"])
                coming = self.chance.random() < 0.8
            else:
                coming = False
            ledger.said(act, answer)

    def _risky(self, act: Told) -> Told:
        """Does one act: some die before one of their steps, some at any moment when the fuse is burnt down."""
        self.fuse -= 1
        if self.fuse == 0 and self.kills < self.wanted:
            self.life.ask(act)
            time.sleep(self.chance.random() * 0.004)
            with suppress(ProcessLookupError):  # it may have died at a step meanwhile
                os.kill(self.pid, signal.SIGKILL)
            return self.life.answer()
        if self.chance.random() < 0.5:
            return self._stepwise(act["do"], act)
        self.life.ask(act)
        return self.life.answer()

    def _stepwise(self, what: str, act: Told) -> Told:
        """Does one act that dies before the step whose turn it is, if it has so many. Raises Died."""
        if self.kills >= self.wanted:
            return self.do(**act)
        step = self.steps[what] + 1
        self._arm(step)
        self.life.ask(act)
        try:
            answer = self.life.answer()
        except Died:
            self.reached.add((what, step))
            self.steps[what], self.survived[what] = step, 0
            raise
        self._arm(0)
        self.survived[what] += 1
        if self.survived[what] > PATIENCE:  # no act of this kind has so many steps: from the first again
            self.steps[what], self.survived[what] = 0, 0
        return answer

    def _arm(self, step: int) -> None:
        self.life.ask({"do": "arm", "steps": step})
        self.life.answer()

    def armed(self, what: str) -> None:
        """Does something of the bot's own, dying at some of its steps, until it is done."""
        act = {"do": "send" if what == "send" else "tick"}
        self.survived[what] = PATIENCE
        while self.chance.random() < (0.2 if what == "send" else 0.7):
            try:
                self.surely("clock", now=self.now.isoformat())
                self._stepwise(what, dict(act))
                break
            except Died:
                self._reborn(what)
        self.surely("clock", now=self.now.isoformat())
        self.surely(act["do"])

    def surely(self, do: str, **given: Any) -> Told:
        """Does something without a kill."""
        while True:
            try:
                return self.do(do, **given)
            except Died:
                self._reborn(do)

    def do(self, do: str, **given: Any) -> Told:
        """Does something and gives its answer. Raises Died."""
        self._arm(0)
        self.life.ask({"do": do, **given})
        answer = self.life.answer()
        self._keep_told()
        return answer

    def _until_counted(self, name: str, what: str) -> None:
        """Moves on until the count is there: lost votes keep a ballot open."""
        self.armed(what)
        while (counted := self.surely("board", name=name)["counted"]) is None:
            for act in self._again(name, name, late=True):
                if name in self.ledgers and act["do"] == ("report" if "-Q" in name else "vote"):
                    self.act(act)
            self.now += DAY + timedelta(minutes=1)
            self.armed(what)
        self._until_sent(name)
        self.violations += self.ledgers[name].wrongs(counted, report="-Q" in name)
        self.entries += len(counted)

    def _until_sent(self, name: str) -> None:
        """Sends until no letter waits: each kill in a sending leaves its letters leased for a while."""
        for _ in range(ROUNDS):
            self.now += timedelta(minutes=3)  # the lease runs out
            self.armed("send")
            if not self.surely("waiting", name=name)["letters"]:
                return
        self.violations.append("letters that ask to say it again never go out")

    def _no_key_is_left(self) -> None:
        left = {path.name for path in (self.folder / "keys").iterdir()} - KEPT_KEYS
        if left:
            self.violations.append(f"{len(left)} key files are left when nothing is open")

    def _one_key_each(self) -> None:
        """After a start, each open ballot or period has at most one content key: the old ones are destroyed."""
        names = Counter(path.stem.split("-", 1)[1].rsplit("-", 1)[0] for path in self.folder.glob("keys/content-*"))
        self.violations += [f"{count} keys of one content" for count in names.values() if count > 1]

    def _keep_told(self, *, unfinished: bool = False) -> None:
        for told in self.life.told:
            self.notices += 1
            if told["name"] in self.ledgers:
                self.ledgers[told["name"]].told(told["told"], unfinished=unfinished)
        self.life.told.clear()

    def _reborn(self, what: str) -> None:
        """Counts a kill and starts the next life, which may be killed at its own start and at its recovery."""
        self._keep_told(unfinished=True)
        self.kills += 1
        self.moments[what] += 1
        self.fuse = 0
        self.life.line.close()
        dies_at = self.chance.randint(1, 8) if self.chance.random() < 0.15 and self.kills < self.wanted else 0
        try:
            self.life = self._born(arm=dies_at)
            self.life.ask({"do": "tick"})
            self.life.answer()
            self._one_key_each()
        except Died:
            self._reborn("recovery")

    def _born(self, *, fresh: bool = False, arm: int = 0) -> Life:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(60)
        line.connect(self.server)
        self.life = Life(line)
        asked = {"folder": str(self.folder), "url": self.url, "fresh": fresh, "arm": arm, "box": self.box}
        self.life.ask(asked | {"now": self.now.isoformat()})
        self.pid = self.life.answer()["ready"]
        return self.life


@contextmanager
def fork_server() -> Iterator[str]:
    """Runs the process that forks workers, for as long as the block lasts; gives its address."""
    with tempfile.TemporaryDirectory(prefix="kauli-faults-") as folder:
        path = f"{folder}/door"
        command = [sys.executable, "-m", "tests.audit.faults_worker", path]
        process = subprocess.Popen(command, cwd=ROOT, preexec_fn=with_parent())  # noqa: PLW1509  # it does only `prctl`
        try:
            while not Path(path).exists():
                if process.poll() is not None:
                    raise RuntimeError("the server of workers did not start")
                time.sleep(0.02)
            yield path
        finally:
            process.kill()
            process.wait()


def trial(server: str, url: str | None, seed: int, kills: int, box: str = "") -> Trial:
    """Runs one installation through so many kills."""
    with tempfile.TemporaryDirectory(prefix="kauli-faults-", dir=roomy_folder()) as folder:
        tried = Trial(server, Path(folder), url, seed, box)
        tried.run(kills)
        return tried


def examine(seed: int, thorough: bool) -> Faults:
    """Kills the bot on SQLite and on PostgreSQL: 1,000 times, or 50 where it is not to be thorough."""
    began = time.monotonic()
    with fork_server() as server, postgres_server() as postgres:
        half = KILLS[thorough] // 2
        tried = [trial(server, url, seed, half) for url in (None, postgres.create_database("faults"))]
    return summed(tried, time.monotonic() - began)


def summed(tried: list[Trial], seconds: float) -> Faults:
    """Adds up several trials."""
    moments = sum((one.moments for one in tried), Counter[str]())
    wrongs = tuple(wrong for one in tried for wrong in one.violations)
    kills, entries = sum(one.kills for one in tried), sum(one.entries for one in tried)
    steps = len({step for one in tried for step in one.reached})
    return Faults(kills, dict(moments), steps, entries, sum(one.notices for one in tried), wrongs, seconds)


def controls(seed: int, kills: int = 60) -> dict[str, bool]:
    """Says of each deliberately broken box whether the model caught it."""
    with fork_server() as server:
        return {box: bool(trial(server, None, seed, kills, box).violations) for box in BROKEN}


def lines(result: Faults) -> list[str]:
    """Writes the section of the audit's report."""
    rows = [f"| {what} | {count} |" for what, count in sorted(result.moments.items())]
    return [
        "## Kills",
        "",
        f"The process was killed with SIGKILL {result.kills} times on SQLite and PostgreSQL, at random moments and "
        f"before {result.steps} different steps (every commit, key-file operation and answer of each act). A plain "
        f"model of what everybody was answered was compared with {result.entries} counted entries and "
        f"{result.notices} letters that asked to vote or report again: "
        f"**{result.lost} lost in silence, counted twice or wrong.**",
        "",
        "| killed during | times |",
        "| --- | --- |",
        *rows,
        "",
        *(f"* {wrong}" for wrong in result.violations),
        *(["**FAILED.**"] if result.violations else []),
    ]
