"""Updates in: each chat in order, different chats side by side, an update confirmed only after its turn is committed.

Telegram is the inbox: an update holds what a person said and is never written to disk. What was not confirmed comes
again, which is harmless by design (spikes: 843 of 1,000 updates are lost when they are confirmed on arrival).
"""

import asyncio
import hmac
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.chat.request import AiohttpRequest, Plain
from bot.listen import listen
from bot.settings import SettingsError

LOG = logging.getLogger("kauli.ingress")
Answer = Callable[[], Awaitable[None]]
Handler = Callable[[dict[str, Any]], Awaitable[Answer | None]]
WIDTH = 128
LIMIT = 100
PATIENCE = 25  # seconds a getUpdates may wait
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
GRACE = 2.0  # seconds running turns and answers get at the end
CONFIRM = 0.5  # seconds that the last confirmation gets: what is not confirmed comes again, and is harmless
OPEN_MOST = 500  # updates in work at once behind a webhook
BODY_MOST = 1 << 18  # bytes of one update: as much as the proxy before us keeps in memory (docs/deploy)


class WrongToken(SettingsError):
    """Telegram does not know this token."""

    def __init__(self) -> None:
        super().__init__("KAULI_BOT_TOKEN is not accepted by Telegram: copy it again from @BotFather")


class Lanes:
    """Two chains per chat: turns wait for the commit before them, answers for the answer before them.

    So one person's slow answers hold up nobody, not even the confirmation of that person's own updates.
    """

    def __init__(self, handle: Handler, width: int = WIDTH) -> None:
        self._handle, self._gate = handle, asyncio.Semaphore(width)
        self._turns: dict[int, asyncio.Task[Answer | None]] = {}
        self._answers: dict[int, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    def put(self, update: dict[str, Any]) -> "asyncio.Task[Answer | None]":
        """Takes an update; the task ends when its turn is committed, or with what storage raised."""
        lane = lane_of(update)
        turn = self._start(self._turn(update, self._turns.get(lane)), self._turns, lane)
        self._start(self._answer(turn, self._answers.get(lane)), self._answers, lane)
        return turn

    def _start(self, work: Any, chain: dict[int, Any], lane: int) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        chain[lane] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._end(done, chain, lane))
        return task

    def _end(self, done: "asyncio.Task[Any]", chain: dict[int, Any], lane: int) -> None:
        self._running.discard(done)
        if chain.get(lane) is done:
            del chain[lane]

    async def _turn(self, update: dict[str, Any], before: "asyncio.Task[Answer | None] | None") -> Answer | None:
        if before is not None:
            await asyncio.wait((before,))
        async with self._gate:
            return await self._handle(update)

    async def _answer(self, turn: "asyncio.Task[Answer | None]", before: "asyncio.Task[None] | None") -> None:
        await asyncio.wait((turn,) if before is None else (turn, before))
        if turn.cancelled() or turn.exception():
            return
        answer = turn.result()
        try:
            if answer is not None:
                await answer()
        except Exception as error:
            LOG.error("an answer failed", exc_info=error)

    async def idle(self) -> None:
        """Waits until every turn is committed and every answer given."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def stop(self, seconds: float = GRACE) -> None:
        """Lets what runs finish for some seconds, then ends it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.idle(), seconds)
        for task in set(self._running):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._running, return_exceptions=True)


class Poller:
    """Long polling: a batch is handled, chats side by side, before the next getUpdates confirms it.

    A conflict is passed on to `alarm` only after this process's first successful poll: before it, the other reader
    is most likely our own predecessor, whose last poll Telegram still holds for a moment after a quick restart. From
    then on nobody else may poll (the lock sees to it that we are the only process), so one conflict is enough: who
    polls once a minute takes as much as who polls all the time. A foreign webhook is seen without any poll.
    """

    def __init__(
        self,
        bot: Bot,
        lanes: Lanes,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        alarm: Answer | None = None,
        allowed: Callable[[], bool] = lambda: True,
    ) -> None:
        self._bot, self._lanes, self._sleep, self._alarm = bot, lanes, sleep, alarm
        self._polled = False
        self._line = AiohttpRequest(connections=1, allowed=allowed)
        self.backlog_read = asyncio.Event()
        self._offset, self._faults, self._told = 0, 0, ""
        self._waiting: asyncio.Task[Any] | None = None
        self._stopping = False
        self.heard = self.tried = time.monotonic()  # when updates were last given, and asked for

    async def run(self) -> None:
        """Polls until stopped. Raises WrongToken."""
        await self._line.initialize()
        while not self._stopping:
            self.tried = time.monotonic()
            try:
                await self._round()
                self._well()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
            except InvalidToken:
                raise WrongToken from None
            except Conflict:
                await self._conflict()
                await self._pause("another program takes this bot's updates: stop it, or remove its webhook", None)
            except RetryAfter as error:
                wait = error.retry_after
                await self._sleep(wait if isinstance(wait, int | float) else wait.total_seconds())
            except TelegramError:
                await self._pause("Telegram cannot be reached; trying again", None)
            except Exception as error:
                await self._pause("updates could not be handled and come again", error)

    async def _conflict(self) -> None:
        if self._polled and self._alarm and self._line.allowed():  # else it is our successor who polls
            await self._alarm()

    async def _round(self) -> None:
        updates = await self._get(PATIENCE if self.backlog_read.is_set() else 0)
        self._polled, self.heard = True, time.monotonic()
        turns = [(update["update_id"], self._lanes.put(update)) for update in updates]
        if turns:
            await asyncio.wait([turn for _, turn in turns])
        for update_id, turn in turns:
            if error := turn.exception():
                raise error  # this update and those behind it are not confirmed
            self._offset = update_id + 1
        if len(updates) < LIMIT:
            self.backlog_read.set()

    async def _get(self, patience: int, limit: int = LIMIT) -> list[dict[str, Any]]:
        asked = {"offset": self._offset, "timeout": patience, "limit": limit, "allowed_updates": ALLOWED}
        call = self._line.post(f"{self._bot.base_url}/getUpdates", Plain(asked), read_timeout=patience + 10)  # type: ignore[arg-type]  # Plain stands for RequestData
        self._waiting = asyncio.ensure_future(call)
        found = await self._waiting
        self._waiting = None
        return [update for update in found if isinstance(update, dict) and "update_id" in update]

    def _well(self) -> None:
        if self._faults:
            LOG.warning("updates come in again")
        self._faults, self._told = 0, ""

    async def _pause(self, what: str, error: Exception | None) -> None:
        """Says what is wrong once, and waits longer each time."""
        if what != self._told:
            LOG.warning("updates do not come in", exc_info=error, extra={"reason": what})
            self._told = what
        self._faults += 1
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._faults - 1))
        if not self._stopping:
            await self._sleep(longest * random.uniform(0.7, 1.0))

    async def regain(self) -> None:
        """Removes a webhook that keeps updates from us, without dropping what waits."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def stop(self) -> None:
        """Stops asking, lets the batch in hand finish, and confirms it."""
        self._stopping = True
        if self._waiting:
            self._waiting.cancel()
        await self._lanes.stop()
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(CONFIRM):
                await self._confirm()
        await self._line.shutdown()

    async def abandon(self) -> None:
        """Closes the line without confirming anything."""
        await self._line.shutdown()

    async def _confirm(self) -> None:
        if self._offset:
            asked = {"offset": self._offset, "timeout": 0, "limit": 1, "allowed_updates": ALLOWED}
            await self._line.post(f"{self._bot.base_url}/getUpdates", Plain(asked), read_timeout=1)  # type: ignore[arg-type]  # Plain stands for RequestData


class Webhook:
    """Takes updates over HTTP: 200 after the commit, 503 with Retry-After when too many are open."""

    def __init__(
        self, bot: Bot, lanes: Lanes, url: str, listen: str, secret: str, health: Callable[[], Mapping[str, Any]]
    ) -> None:
        if len(secret) < 32:
            raise ValueError("a webhook's secret needs 32 characters")
        self._bot, self._lanes, self._url, self._listen = bot, lanes, url, listen
        self._secret, self._health = secret, health
        self.backlog_read = asyncio.Event()
        self._open = 0
        self._stopped = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def run(self) -> None:
        """Serves until stopped. Raises SettingsError when the port cannot be opened."""
        app = web.Application(client_max_size=BODY_MOST)
        app.router.add_post("/{anything:.*}", self._post)
        app.router.add_get("/health", self._get_health)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await listen(self._runner, self._listen, "KAULI_WEBHOOK_LISTEN")
        await self.regain()
        self.backlog_read.set()
        await self._stopped.wait()

    async def regain(self) -> None:
        """Tells Telegram our address, in place of whatever stands there."""
        await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=ALLOWED)

    async def _post(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        if self._open >= OPEN_MOST:
            return web.Response(status=503, headers={"Retry-After": "1"})
        try:
            update = await request.json()
        except ValueError:
            return web.Response(status=400)
        return await self._take(update) if isinstance(update, dict) else web.Response()

    async def _take(self, update: dict[str, Any]) -> web.Response:
        self._open += 1
        try:
            await self._lanes.put(update)
        except Exception as error:
            LOG.error("an update could not be handled and comes again", exc_info=error)
            return web.Response(status=503, headers={"Retry-After": "5"})
        finally:
            self._open -= 1
        return web.Response()

    async def _get_health(self, request: web.Request) -> web.Response:
        return web.json_response(dict(self._health()))

    async def abandon(self) -> None:
        """Closes the door without waiting for anything."""
        if self._runner:
            await self._runner.cleanup()

    async def stop(self) -> None:
        """Takes no more and lets what runs finish."""
        closing = self._runner.cleanup() if self._runner else asyncio.sleep(0)
        await asyncio.gather(closing, self._lanes.stop())  # open requests wait for their turns
        self._stopped.set()


def lane_of(update: dict[str, Any]) -> int:
    """Gives the chat an update belongs to, 0 where there is none, whatever the update is made of."""
    for kind in ALLOWED:
        inner = part(update, kind)
        chat = part(part(inner, "message") if kind == "callback_query" else inner, "chat")
        if isinstance(chat.get("id"), int):
            return int(chat["id"])
    return 0


def part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """Gives a part of an update, empty where it is missing or of another form."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}
