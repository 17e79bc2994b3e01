"""Puts the bot together: the one file that knows every part."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError

from bot.box.pool import Box
from bot.charts.service import Charts
from bot.chat.answers import Answers
from bot.chat.conversation import Conversation
from bot.chat.ingress import Lanes, Poller, Webhook, WrongToken
from bot.chat.keyboards import Printer
from bot.chat.patience import patiently
from bot.chat.poster import Poster
from bot.chat.request import AiohttpRequest
from bot.chat.watch import Watch
from bot.clock import Clock, RemoteClock, SystemClock
from bot.database import migrate, open_database
from bot.database.lock import LOCK_LOST, Lock, LockLost
from bot.delivery.rules import Letter, Notice, NotYet
from bot.delivery.sender import Sender
from bot.jobs.alarm import resume_pause, sound_alarm
from bot.jobs.ballots import close_ballots, open_ballots
from bot.jobs.cuts import tell_of_cuts
from bot.jobs.daily import do_the_days_work
from bot.jobs.digests import queue_digests
from bot.jobs.drafts import drop_drafts
from bot.jobs.flags import halt_flagged
from bot.jobs.leavers import let_go
from bot.jobs.names import renew_catalogue
from bot.jobs.pay import release_pay
from bot.jobs.recover import LOST, tell_the_lost
from bot.jobs.reminders import remind
from bot.jobs.retention import keep_house
from bot.keys.custody import custody_of
from bot.keys.rotation import open_vault
from bot.members.rules import Member, Role
from bot.monitoring.rules import Signs
from bot.monitoring.service import Monitor
from bot.moving.command import refuse_moved
from bot.settings import Settings
from bot.texts import Catalogues, data_folder, text
from bot.turn import Office, Union
from handlers import COMMANDS
from handlers.join import CLAIM
from handlers.letters import write_all

LOG = logging.getLogger("kauli")
logging.getLogger("apscheduler").setLevel("CRITICAL")  # our jobs log their own faults; a late tick is no news
TICK = 5  # seconds between two looks for due work
FAREWELL = 1.5  # seconds that sends in hand get at the end
LOOK_OVER = 0.5  # seconds that a look for due work gets at the end: cut off, it is repeated
CLOCKED_TICK = 1  # with a clock that somebody moves, look more often
Job = Callable[[Office], Awaitable[None]]
JOBS: tuple[Job, ...] = (
    sound_alarm,
    let_go,
    renew_catalogue,
    keep_house,
    do_the_days_work,
    drop_drafts,
    open_ballots,
    halt_flagged,
    remind,
    queue_digests,
)
ENDINGS: tuple[Job, ...] = (
    close_ballots,
    release_pay,
    tell_of_cuts,
)  # only once who lost a vote is told and may vote again


class App:
    """One running bot: its stores, its line to Telegram, its ticker and its sender."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Takes the settings; the clock is the one they name, unless one is given."""
        self.settings = settings
        self.database = open_database(settings.database_url, settings.data_dir)
        self.lock = Lock(self.database, settings.data_dir)
        self.clock = clock or (RemoteClock(settings.clock_url) if settings.clock_url else SystemClock())
        self.printer = Printer(Catalogues.load(data_folder("locales")))
        self.charts = Charts()
        self.scheduler = AsyncIOScheduler(timezone=UTC)
        self.claim_code: str | None = None
        self._lines = tuple(AiohttpRequest(size, self.lock.is_sure) for size in (100, 1, 100))
        self.monitor = Monitor(settings.health_listen, self.database, settings.data_dir, self.signs)
        self.quiet = asyncio.Lock()  # held while looking for due work
        self._recovered = False
        self._inlet_task: asyncio.Task[None] | None = None
        self._sender_task: asyncio.Task[None] | None = None

    async def start(self, *, ticking: bool = True) -> None:
        """Starts everything; when it returns, the bot answers updates. Without `ticking` others say when.

        Raises DatabaseError, VaultError, ClockError or TelegramError, each naming what is wrong and the mend.
        """
        await self.monitor.start()  # a standby answers there too
        await self._open_stores()
        await self._connect()
        self._put_together()
        await resume_pause(self.office)
        await self._invite_founder()
        await self._introduce()
        await renew_catalogue(self.office)
        await self._look_out()  # before the first update is taken
        self._inlet_task = asyncio.create_task(self.inlet.run(), name="inlet")
        if ticking:
            self._sender_task = asyncio.create_task(self.sender.run(), name="sender")
            self._start_ticker()
        self.monitor.enter("active")

    async def _open_stores(self) -> None:
        self.settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_moved(self.settings.data_dir, self.settings.database_url)
        await (self._stand_by() if self.settings.standby else self.lock.take())
        await migrate(self.database)
        self.vault = await open_vault(custody_of(self.settings), self.database)
        self.box = Box(self.database.box, self.vault)
        await self.box.start()

    async def _stand_by(self) -> None:
        self.monitor.enter("standby")
        await self.lock.stand_by()
        self.monitor.enter("starting")

    async def _connect(self) -> None:
        root = str(self.settings.api_url).rstrip("/")
        answering, polling, sending = self._lines
        self.bot, self.herald = (
            Bot(
                self.settings.token(),
                base_url=f"{root}/bot",
                base_file_url=f"{root}/file/bot",
                request=line,
                get_updates_request=polling,
            )
            for line in (answering, sending)
        )
        await sending.initialize()
        await self._reach_telegram()

    async def _reach_telegram(self) -> None:
        """Asks Telegram who we are, again with growing pauses while it cannot be reached. Raises WrongToken."""
        pause = 1.0
        while True:
            try:
                return await self.bot.initialize()
            except InvalidToken:
                raise WrongToken from None
            except TelegramError:
                if pause == 1.0:
                    LOG.warning("Telegram cannot be reached; trying again until it can")
                await asyncio.sleep(pause)
                pause = min(60.0, pause * 2)

    def _put_together(self) -> None:
        settings, texts = self.settings, self.printer.texts
        union = Union(
            self.bot.username, settings.timezone, settings.default_locale, texts.locales, frozenset(settings.owner_ids)
        )
        self.office = Office(
            self.database,
            self.vault,
            self.box,
            self.clock,
            union,
            texts,
            self.wake,
            settings.messages_per_second,
            charts=self.charts,
        )
        self.answers = Answers(self.bot, self.printer, self.menu)
        self.answers.clock = self.clock.now
        self.conversation = Conversation(self.office, COMMANDS, self.bot, self.answers)
        self.lanes = Lanes(self.conversation.handle)
        self.watch = Watch(self.bot, self.office.guard, self.clock, settings.webhook_url, self.wake)
        self.inlet = self._inlet()
        own = self.answers
        self.poster = Poster(self.herald, self.printer, own.traces, own.enclosures, paid=settings.paid_broadcast)
        self.sender = Sender(self.office, self._write, self.poster.post, settings.messages_per_second)
        self.sender.tally = self.monitor.tally
        self.answers.pace = self.sender.pace

    def _inlet(self) -> Poller | Webhook:
        settings = self.settings
        if settings.webhook_url is None:
            return Poller(self.bot, self.lanes, alarm=self.watch.conflict, allowed=self.lock.is_sure)
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        listen, url = settings.webhook_listen, settings.webhook_url
        return Webhook(self.bot, self.lanes, url, listen, secret, self.health)

    async def _write(self, notices: Sequence[Notice]) -> list[Letter | None | Exception]:
        """Writes the letters of a batch; who lost a vote is asked to vote again only once the backlog is read."""
        letters = await write_all(self.office, notices)
        return [
            NotYet() if notice.kind in LOST and not self._recovered else letter
            for notice, letter in zip(notices, letters, strict=True)
        ]

    async def _invite_founder(self) -> None:
        """Makes the one-time code with which the first administrator claims the bot; only its hash is kept."""
        founded = bool(self.settings.owner_ids) or await self._has_administrator()
        async with self.office.writing() as stores:
            await stores.instance.put("installed", "1")
            if founded:
                await stores.instance.remove(CLAIM)
                return
            self.claim_code = secrets.token_hex(5)
            await stores.instance.put(CLAIM, sha256(self.claim_code.encode()).hexdigest())

    async def _has_administrator(self) -> bool:
        async for members in self.office.everybody():
            if any(Role.ADMINISTRATOR in member.roles for member in members):
                return True
        return False

    async def _introduce(self) -> None:
        """Tells Telegram the commands everybody has, per language; that it fails is no reason not to serve."""
        try:
            for tag in self.printer.texts.locales:
                commands = [BotCommand(name, said) for name, said in self.commands(tag, organizer=False)]
                language = None if tag == "en" else tag.split("-")[0]
                await patiently(self._setting(commands, language))
        except TelegramError as error:
            LOG.warning("the command menus could not be set", extra={"reason": type(error).__name__})

    def _setting(self, commands: list[BotCommand], language: str | None) -> Callable[[], Awaitable[bool]]:
        scope = BotCommandScopeAllPrivateChats()
        return lambda: self.bot.set_my_commands(commands, scope=scope, language_code=language)

    def menu(self, member: Member) -> list[tuple[str, str]]:
        """Gives the command menu of one member, in their language and for their role."""
        return self.commands(member.locale, organizer=bool(member.roles))

    def commands(self, tag: str, *, organizer: bool) -> list[tuple[str, str]]:
        """Gives the commands that stand in a menu, with what each does."""
        return [
            (name, self.printer.texts.plain(text(f"command.{name}"), tag, "UTC"))
            for name, command in COMMANDS.items()
            if command.typed and command.listed and (organizer or command.role != "organizer")
        ]

    def _start_ticker(self) -> None:
        seconds = CLOCKED_TICK if self.settings.clock_url else TICK
        self.scheduler.add_job(
            self._tick_safely,
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
        self.scheduler.start()

    def wake(self) -> None:
        """Looks for due work now instead of at the next tick."""
        if self.scheduler.running:
            self.scheduler.add_job(self._tick_safely, misfire_grace_time=None)

    async def _tick_safely(self) -> None:
        began, well = time.monotonic(), False
        try:
            await self.tick()
            well = True
        except Exception as error:
            LOG.error("a look for due work failed and is repeated", exc_info=error)
        self.monitor.pulse.note(began, well=well)

    async def tick(self) -> None:
        """Does everything that is due. One look at a time; each job can be repeated."""
        await self._look_out()
        async with self.quiet:
            await self._recover()
            for job in JOBS + (ENDINGS if self._recovered else ()):
                await job(self.office)
            now = await self.clock.now()
            self.conversation.desk.sweep(now)
            await self.answers.sweep(now)
            self.sender.wake()

    async def _look_out(self) -> None:
        """Looks for a foreign webhook; behind one of our own only once it is set."""
        if self.settings.webhook_url is None or self.inlet.backlog_read.is_set():
            await self.watch.look(self.inlet.regain)

    async def _recover(self) -> None:
        """Once the backlog of updates is read: whoever voted again meanwhile is not asked to."""
        if not self._recovered and self.inlet.backlog_read.is_set():
            await tell_the_lost(self.office)
            self._recovered = True

    async def serve(self, stopped: asyncio.Event) -> None:
        """Serves until `stopped` is set or the line to Telegram ends for good, then ends cleanly.

        Raises LockLost, at once and without another word to anybody, when another process may have taken over.
        """
        ends = [asyncio.create_task(event.wait(), name="end") for event in (stopped, self.lock.lost)]
        inlet = self._inlet_task
        await asyncio.wait([*ends, *([inlet] if inlet else [])], return_when=asyncio.FIRST_COMPLETED)
        await end_soon(ends, seconds=0)
        if self.lock.lost.is_set():
            raise LockLost(LOCK_LOST)
        await self.stop()
        if inlet and inlet.done() and not stopped.is_set():
            inlet.result()

    def health(self) -> Mapping[str, Any]:
        """Says whether the bot is at work; counts nothing that people do."""
        return {"ok": True, "backlog_read": self.inlet.backlog_read.is_set()}

    def signs(self) -> Signs:
        """Gives what is known of this process now, for whoever watches it."""
        pulse, now = self.monitor.pulse, time.monotonic()
        if pulse.state != "active":
            return Signs(pulse.state)
        asks = self.inlet if isinstance(self.inlet, Poller) else self.watch
        return Signs(
            pulse.state,
            webhook=asks is self.watch,
            heard=now - asks.heard,
            tried=now - asks.tried,
            looked=now - pulse.looked,
            turned=now - pulse.turned,
            sending=self._sender_task is None or not self._sender_task.done(),
            paused=self.office.guard.seen is not None,
        )

    async def stop(self) -> None:
        """Ends cleanly: no new updates, running turns and answers finish, then everything closes."""
        self.monitor.enter("stopping")
        if self.scheduler.running:
            self.scheduler.pause()
        await self.inlet.stop()
        await self.sender.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.quiet.acquire(), LOOK_OVER)
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)
        tasks = [task for task in (self._inlet_task, self._sender_task) if task]
        await end_soon([*tasks, asyncio.create_task(self.answers.farewell(), name="farewell")])
        await self.bot.shutdown()
        await self.close()

    async def kill(self) -> None:
        """Ends without any farewell, as a power cut would: what is in memory is gone. For tests."""
        tasks = [task for task in (self._inlet_task, self._sender_task) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.lanes.stop(0)
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)
        await self.inlet.abandon()
        await self.bot.shutdown()
        await self.close()

    async def close(self) -> None:
        """Gives back the drawing process, the databases, the clock and the lock."""
        await self.monitor.stop()
        await self.charts.close()
        for line in self._lines:
            await line.shutdown()
        await self.lock.release()
        await self.database.close()
        if isinstance(self.clock, RemoteClock):
            await self.clock.close()


async def end_soon(tasks: Sequence[asyncio.Task[Any]], seconds: float = FAREWELL) -> None:
    """Lets tasks finish for a moment, then ends them; what a send in hand had not written is sent again later."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
