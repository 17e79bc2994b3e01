"""Takes each update through one turn: find the question, apply what was said, commit, and only then answer."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.chat.answers import Answers, Reply
from bot.chat.errors import report
from bot.chat.incoming import Incoming, read
from bot.chat.patience import patiently
from bot.chat.sealed import MARK, Desk
from bot.chat.store import StepStore, Waiting
from bot.database import storage_failed
from bot.dialogue import NEUTRAL, Command, Link, Outcome, Screen, Step
from bot.members.rules import Member, Reach, admit, found
from bot.texts import Lines, Refusal, Text, text
from bot.turn import Office, Stores, Turn


class Stale(Exception):
    """A button of an older message was pressed: nothing happens but that the person sees where they stand."""


class NothingKept(Exception):
    """A button of a sealed conversation that this process does not hold."""


LOG = logging.getLogger("kauli.conversation")
FLEETING = 600  # seconds that a screen of a sealed turn stays in the chat (anonymity.md, "Chat hygiene")


@dataclass
class Opened:
    """What is open for a person while a turn runs: a stored question, or a sealed one."""

    step: Step
    revision: str
    repeated: bool


class Conversation:
    """Takes updates through turns and gives back what is to be answered once they are committed."""

    def __init__(self, office: Office, commands: Mapping[str, Command], bot: Bot, answers: Answers) -> None:
        self.office, self.commands, self.bot, self.answers = office, commands, bot, answers
        self.desk = Desk()

    async def handle(self, raw: dict[str, Any]) -> Callable[[], Awaitable[None]] | None:
        """Handles one update; returns after its turn is committed, with the answer still to be given.

        Storage failures pass through, so that the update is not confirmed; any other error ends as an error number.
        """
        incoming = self._read(raw)
        if incoming is None:
            return None
        try:
            incoming = await self._fetched(incoming)
            reply = await self._reply(incoming)
        except Exception as error:
            if storage_failed(error):
                raise
            locale = self.office.texts.match(incoming.language_code) or self.office.union.locale
            reply = Reply(Screen(report(error)), locale, self.office.union.zone)
        return partial(self.answers.give, incoming, reply) if reply else None

    def _read(self, raw: dict[str, Any]) -> Incoming | None:
        """Reads an update; one that cannot be read is passed over, since it would otherwise come for ever."""
        try:
            return read(raw)
        except Exception as error:
            LOG.error("an update could not be read and is passed over", exc_info=error)
            return None

    async def _fetched(self, incoming: Incoming) -> Incoming:
        """Fetches a file where the open question takes one, before the turn: no transaction waits for the network."""
        if incoming.file is None:
            return incoming
        async with self.office.reading() as stores:
            waiting = await stores.steps.get(incoming.telegram_id)
        if waiting is None or incoming.file.size > waiting.step.receives:
            return incoming
        number = incoming.file.id
        try:
            found = await patiently(lambda: self.bot.get_file(number))
            return replace(incoming, content=bytes(await found.download_as_bytearray()))
        except TelegramError as error:
            LOG.warning("a file could not be fetched", extra={"reason": type(error).__name__})
            return incoming

    async def _reply(self, incoming: Incoming) -> Reply | None:
        if incoming.kind == "group":
            return self._group(incoming)
        if incoming.kind == "reach":
            await self._reach(incoming)
            return None
        sealed = await self._is_sealed(incoming)
        try:
            if sealed:
                await self._mind_the_guard(incoming)
            turn, reply = await self._take(incoming, sealed=sealed)
        except Refusal as refusal:
            explained = await self._explain(incoming, refusal, sealed=sealed)
            return discreetly(explained) if sealed else explained
        if turn.left:
            self.office.leaving.add(turn.telegram_id)
        if turn.woken:
            self.office.wake()
        return discreetly(reply) if sealed else reply

    async def _take(self, incoming: Incoming, *, sealed: bool) -> tuple[Turn, Reply]:
        """Takes a turn within its transaction; one that is apart has a transaction only to know who writes."""
        apart = sealed and await self._is_apart(incoming)
        stores = self.office.reading if sealed else self.office.writing
        async with stores() as opened:
            turn = await self._begin(opened, incoming, sealed=sealed)
            turn.apart = apart
            if not apart:
                return turn, await self._turn(turn, incoming, sealed=sealed)
        return turn, await self._turn(turn, incoming, sealed=sealed)

    def _group(self, incoming: Incoming) -> Reply:
        locale = self.office.texts.match(incoming.language_code) or self.office.union.locale
        link = f"https://t.me/{self.office.union.username}"
        return Reply(Screen(text("group.private_only", link=link)), locale, self.office.union.zone)

    async def _reach(self, incoming: Incoming) -> None:
        reach: Reach = "blocked" if incoming.words == "blocked" else "yes"
        async with self.office.writing() as stores:
            member = await stores.members.hold(incoming.telegram_id)
            if member and member.reach != reach:
                await stores.members.put(replace(member, reach=reach))

    async def _is_sealed(self, incoming: Incoming) -> bool:
        """Decides before any transaction begins whether this turn may write to the people store."""
        command = self._command(incoming)
        held = self.desk.get(incoming.telegram_id, await self.office.clock.now())
        if command:
            return command.sealed or (incoming.command == "cancel" and held is not None)
        if incoming.kind == "press":
            return incoming.words.startswith(MARK)
        return held is not None

    async def _is_apart(self, incoming: Incoming) -> bool:
        """Decides whether this turn works without a transaction of its own."""
        command = self._command(incoming)
        if command:
            return command.apart
        held = self.desk.get(incoming.telegram_id, await self.office.clock.now())
        return held is not None and held.step.apart

    async def _mind_the_guard(self, incoming: Incoming) -> None:
        """Refuses what takes something in, steps of sealed conversations too, while somebody else may be reading."""
        command = self._command(incoming)
        if (command is None or command.takes) and self.office.guard.paused(await self.office.clock.now()):
            raise Refusal("dialogue.paused")

    def _command(self, incoming: Incoming) -> Command | None:
        command = self.commands.get(incoming.command) if incoming.command else None
        return command if command and (command.typed or incoming.kind == "link") else None

    async def _turn(self, turn: Turn, incoming: Incoming, *, sealed: bool) -> Reply:
        opened = await self._opened(turn, incoming, sealed=sealed)
        if opened and opened.repeated:
            return await self._where(turn, incoming, opened)
        try:
            outcome = await self._respond(turn, incoming, opened)
        except Stale:
            return await self._stale(turn, incoming, opened)
        except NothingKept:
            return self._frame(turn, incoming, nothing_kept())
        return await self._keep(turn, incoming, outcome, sealed=sealed)

    async def _begin(self, stores: Stores, incoming: Incoming, *, sealed: bool) -> Turn:
        now = await self.office.clock.now()
        find = stores.members.get if sealed else stores.members.hold
        member = await find(incoming.telegram_id)
        if member and member.reach != "yes" and not sealed:
            member = replace(member, reach="yes")
            await stores.members.put(member)
        if member is None and not sealed and self._is_owner(incoming):
            member = await self._install_owner(stores, incoming, now)
        match = self.office.texts.match(incoming.language_code) or self.office.union.locale
        locale = member.locale if member else match
        return Turn(self.office, stores, incoming.telegram_id, member, now, locale)

    def _is_owner(self, incoming: Incoming) -> bool:
        """Says whether this is an owner of a test or demo who goes straight to work, without joining first."""
        command = self._command(incoming)
        return bool(command and command.role != "anyone") and incoming.telegram_id in self.office.union.owners

    async def _install_owner(self, stores: Stores, incoming: Incoming, now: datetime) -> Member:
        union = self.office.union
        locale = self.office.texts.match(incoming.language_code) or union.locale
        owner = found(admit(incoming.telegram_id, locale, now, union.zone), now)
        await stores.members.put(owner)
        return owner

    async def _opened(self, turn: Turn, incoming: Incoming, *, sealed: bool) -> Opened | None:
        if sealed:
            held = self.desk.get(turn.telegram_id, turn.now)
            return Opened(held.step, held.revision, held.update_id == incoming.update_id) if held else None
        store = self._steps(turn)
        waiting: Waiting | None = await store.get(turn.telegram_id)
        if waiting is None:
            return None
        return Opened(waiting.step, waiting.revision, waiting.consumed == store.consumed(incoming.update_id))

    async def _respond(self, turn: Turn, incoming: Incoming, opened: Opened | None) -> Outcome:
        if incoming.kind == "press":
            return await self._press(turn, incoming, opened)
        if incoming.kind == "thing":
            return await self._thing(turn, incoming, opened)
        if incoming.kind == "edited":
            raise Refusal("dialogue.edited")
        if incoming.kind in ("command", "link"):
            command = self._command(incoming)
            if command is None:
                raise Refusal("dialogue.unknown_command")
            return await command.open(turn, incoming.args)
        if opened is None:
            raise Refusal("dialogue.nothing_open")
        return await opened.step.read(turn, incoming.words)

    async def _thing(self, turn: Turn, incoming: Incoming, opened: Opened | None) -> Outcome:
        """Gives a file to a question that takes one; every other thing is refused."""
        if opened is None or incoming.file is None or not opened.step.receives:
            raise Refusal("dialogue.thing")
        if incoming.file.size > opened.step.receives:
            raise Refusal("dialogue.file.too_large", n=opened.step.receives >> 20)
        if incoming.content is None:
            raise Refusal("dialogue.file.lost")
        return await opened.step.receive(turn, incoming.content)

    async def _press(self, turn: Turn, incoming: Incoming, opened: Opened | None) -> Outcome:
        revision, _, name = incoming.words.partition(".")
        if opened is None and revision.startswith(MARK):
            if self.desk.ended_with(turn.telegram_id, revision):
                raise Stale
            raise NothingKept
        if opened is None or opened.revision != revision:
            raise Stale
        button = (await opened.step.screen(turn)).button(name)
        if button is None or isinstance(button.to, Link):
            raise Stale
        return button.to if isinstance(button.to, Step) else await button.to(turn)

    async def _keep(self, turn: Turn, incoming: Incoming, outcome: Outcome, *, sealed: bool) -> Reply:
        if isinstance(outcome, Screen):
            command = self._command(incoming)
            if command is None or command.ends:
                await self._end(turn, sealed=sealed)
            return self._frame(turn, incoming, outcome)
        if outcome.sealed != sealed:
            raise TypeError(f"{outcome.name} was opened by a turn of the other kind")
        if sealed:
            revision = self.desk.put(turn.telegram_id, outcome, incoming.update_id, turn.now)
        else:
            self.desk.end(turn.telegram_id, turn.now)
            revision = await self._steps(turn).put(turn.telegram_id, outcome, incoming.update_id)
        screen = await self._shown(turn, outcome)
        return self._frame(turn, incoming, screen, revision, asking=True)

    async def _shown(self, turn: Turn, step: Step) -> Screen:
        """Shows a step; one that a turn apart leads to, and that is none itself, gets a transaction to read in."""
        if step.apart or not turn.apart:
            return await step.screen(turn)
        async with self.office.reading() as turn.stores:
            return await step.screen(turn)

    async def _end(self, turn: Turn, *, sealed: bool) -> None:
        if sealed:
            self.desk.end(turn.telegram_id, turn.now)
        else:
            await self._steps(turn).remove(turn.telegram_id)

    def _steps(self, turn: Turn) -> StepStore:
        return turn.stores.steps

    async def _where(self, turn: Turn, incoming: Incoming, opened: Opened) -> Reply:
        screen = await opened.step.screen(turn)
        return self._frame(turn, incoming, screen, opened.revision, asking=True)

    async def _stale(self, turn: Turn, incoming: Incoming, opened: Opened | None) -> Reply:
        """Shows where the person stands: the open question, or that this button is over."""
        if opened:
            reply = await self._where(turn, incoming, opened)
            return replace(reply, stale=True)
        return replace(self._frame(turn, incoming, None), toast=text("dialogue.old_button"), stale=True)

    def _frame(
        self, turn: Turn, incoming: Incoming, screen: Screen | None, revision: str = "", *, asking: bool = False
    ) -> Reply:
        command = self._command(incoming)
        return Reply(
            screen,
            turn.locale,
            turn.zone,
            revision,
            asking=asking,
            in_place=incoming.kind == "press" or bool(command and command.in_place and incoming.kind == "link"),
            discreet=revision.startswith(MARK) or bool(command and command.sealed and command.listed),
            toast=screen.toast if screen else None,
            menu=None if turn.member is None or (command and command.sealed) else turn.member,
        )

    async def _explain(self, incoming: Incoming, refusal: Refusal, *, sealed: bool) -> Reply:
        """Explains a refusal in the person's language, with the question that is still open; nothing was changed."""
        async with self.office.reading() as stores:
            turn = await self._begin(stores, incoming, sealed=True)
            opened = await self._opened(turn, incoming, sealed=sealed)
            if incoming.kind in ("press", "link"):
                return replace(self._frame(turn, incoming, None), toast=refusal.text, alert=True)
            unasked = opened is None and incoming.kind in ("words", "edited")  # may be the answer to a sealed question
            discard = incoming.kind == "thing" or unasked
            if opened is None or incoming.kind == "command":
                return replace(self._frame(turn, incoming, Screen(refusal.text)), discard=discard)
            reply = await self._where(turn, incoming, opened)
            return replace(reply, screen=above(refusal.text, reply.screen), discard=discard)


def discreetly(reply: Reply) -> Reply:
    """Lets an answer of a sealed turn leave no trace: what was typed is deleted, also a command or a refused answer;
    what is shown gives way to the neutral line after a while and cannot be forwarded."""
    screen = reply.screen
    if screen is not None and screen.text != NEUTRAL:
        screen = replace(screen, fleeting=screen.fleeting or FLEETING, protected=True)
    return replace(reply, screen=screen, discreet=True)


def above(notice: Text, screen: Screen | None) -> Screen:
    """Puts a sentence above a question."""
    return replace(screen, text=Lines((notice, screen.text))) if screen else Screen(notice)


def nothing_kept() -> Screen:
    """Says after a restart or a quarter of an hour that a sealed conversation left nothing behind."""
    return Screen(text("dialogue.nothing_kept"))
