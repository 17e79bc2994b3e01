"""Gives the answer of a turn: edits or sends the screen, tidies the chat, and repeats when Telegram asks to wait."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.enclosures import Enclosures
from bot.chat.incoming import Incoming
from bot.chat.keyboards import Printer, Shown
from bot.chat.patience import patiently
from bot.chat.request import call
from bot.chat.traces import Traces
from bot.delivery.pace import Pace
from bot.dialogue import NEUTRAL, Screen
from bot.members.rules import Member
from bot.texts import Text

LOG = logging.getLogger("kauli.answers")
ALBUMS = 100  # albums whose first picture was explained
TOAST = 200  # characters of a callback answer
TOAST_SECONDS = 600  # that a longer one stays, as a message
NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True)
class Reply:
    """What a committed turn answers. `discreet`: what was typed is deleted and the screen is edited in place."""

    screen: Screen | None
    locale: str
    zone: str
    revision: str = ""
    asking: bool = False
    in_place: bool = False
    discreet: bool = False
    discard: bool = False
    stale: bool = False
    toast: Text | None = None
    alert: bool = False
    menu: Member | None = None


@dataclass(frozen=True)
class Fleeting:
    """A screen that gives way to the neutral line when its time is over."""

    ends: datetime
    chat_id: int
    message_id: int
    locale: str
    enclosed: bool = False  # a file, which cannot become a line and goes


class Answers:
    """Sends answers to people who just wrote. Message ids stay in memory."""

    def __init__(self, bot: Bot, printer: Printer, menus: Callable[[Member], list[tuple[str, str]]]) -> None:
        self.bot, self.printer, self.menus = bot, printer, menus
        self.asked: dict[int, int] = {}  # chat -> message with the open question
        self.traces = Traces(bot)
        self.enclosures = Enclosures(bot, self.traces)
        self._fleeting: dict[tuple[int, int], Fleeting] = {}
        self._neutral: dict[int, int] = {}  # chat -> its one neutral line
        self._albums: deque[str] = deque(maxlen=ALBUMS)
        self._ended: dict[int, int] = {}  # chat -> where the last answer stands that asks nothing: its links stay good
        self._menu: dict[int, tuple[str, frozenset[str]]] = {}
        self.clock: Callable[[], Awaitable[datetime]] | None = None
        self.pace: Pace | None = None  # of what goes unasked: it keeps its distance to answers

    async def give(self, incoming: Incoming, reply: Reply) -> None:
        """Gives one answer; what cannot be delivered is dropped, since any press heals."""
        if self._crowded(incoming.chat_id):
            return
        try:
            await self._toast(incoming, reply)
            await self._tidy(incoming, reply)
            if reply.screen is not None and not self._told_already(incoming):
                await self._screen(incoming, reply, reply.screen)
            if reply.menu is not None:
                await self._set_menu(reply.menu)
        except Forbidden:
            LOG.info("an answer could not be delivered: the person blocked the bot")
        except TelegramError as error:
            LOG.warning("an answer could not be delivered", extra={"reason": type(error).__name__})

    def _crowded(self, chat_id: int) -> bool:
        """Notes the answer for the pace; says whether a group has had its 20 messages of this minute."""
        now = time.monotonic()
        if self.pace is None:
            return False
        if chat_id < 0:
            return not self.pace.group_slot(chat_id, now)
        self.pace.answered(chat_id, now)
        return False

    async def _toast(self, incoming: Incoming, reply: Reply) -> None:
        if incoming.callback_id is None:
            return
        toast = reply.toast
        words = self._words(toast, reply) if toast else None
        if toast and words and len(words) > TOAST:
            shown = self.printer.show(Screen(toast, protected=True), reply.locale, reply.zone)
            message_id = await self._send(incoming.chat_id, shown)
            self.traces.note(incoming.chat_id, message_id)
            await self._remember_to_replace(incoming.chat_id, message_id, TOAST_SECONDS, reply.locale)
            words = None
        await patiently(
            lambda: call(
                self.bot,
                "answerCallbackQuery",
                callback_query_id=incoming.callback_id,
                text=words,
                show_alert=reply.alert or None,
            )
        )

    def _words(self, said: Text, reply: Reply) -> str:
        return self.printer.texts.plain(said, reply.locale, reply.zone)

    def _told_already(self, incoming: Incoming) -> bool:
        """Says whether an album's first picture was explained already: ten pictures come as ten messages."""
        if not incoming.album or incoming.album in self._albums:
            return bool(incoming.album)
        self._albums.append(incoming.album)
        return False

    async def _tidy(self, incoming: Incoming, reply: Reply) -> None:
        """Deletes what was typed into a sealed conversation or must not be taken; old questions lose their buttons."""
        typed = incoming.kind in ("words", "command", "thing", "edited")
        if typed and incoming.message_id:
            self.traces.note(incoming.chat_id, incoming.message_id)
        if typed and incoming.message_id and (reply.discreet or reply.discard):
            await self._delete(incoming.chat_id, incoming.message_id)
        if reply.stale and incoming.message_id and self._is_old(incoming, reply):
            await self._strip(incoming.chat_id, incoming.message_id)

    def _is_old(self, incoming: Incoming, reply: Reply) -> bool:
        asked = self.asked.get(incoming.chat_id)
        if self._ended.get(incoming.chat_id) == incoming.message_id:  # the second tap of a double one
            return False
        return asked != incoming.message_id and (asked is not None or not reply.asking)

    async def _screen(self, incoming: Incoming, reply: Reply, screen: Screen) -> None:
        shown = self.printer.show(screen, reply.locale, reply.zone, reply.revision)
        if screen.clears:
            await self._clear(incoming)
        message_id = await self._place(incoming, reply, shown)
        self.traces.note(incoming.chat_id, message_id)
        if reply.asking:
            self.asked[incoming.chat_id] = message_id
        else:
            self._ended[incoming.chat_id] = message_id
            if self.asked.get(incoming.chat_id) == message_id:
                del self.asked[incoming.chat_id]
        await self._remember_to_replace(incoming.chat_id, message_id, shown.fleeting, reply.locale)
        if screen.text == NEUTRAL:
            await self._keep_one_line(incoming.chat_id, message_id)
        document = await self.enclosures.send_document(incoming.chat_id, shown)
        if document:
            await self._remember_to_replace(incoming.chat_id, document, shown.fleeting, reply.locale, enclosed=True)

    async def _keep_one_line(self, chat_id: int, message_id: int) -> None:
        """Keeps the newest neutral line of a chat only, so that their number tells nothing either."""
        before = self._neutral.pop(chat_id, message_id)
        self._neutral[chat_id] = message_id
        if before != message_id:
            await self._delete(chat_id, before)

    async def _clear(self, incoming: Incoming) -> None:
        """Takes away what can be taken away of this chat; message ids were kept in memory only."""
        for kept in (self.asked, self._ended, self._neutral):
            kept.pop(incoming.chat_id, None)
        for chat_id, message_id in [key for key in self._fleeting if key[0] == incoming.chat_id]:
            del self._fleeting[chat_id, message_id]
        await self.traces.clear(incoming.chat_id, incoming.message_id or 0)

    async def _remember_to_replace(
        self, chat_id: int, message_id: int, seconds: int, locale: str, *, enclosed: bool = False
    ) -> None:
        """Notes when a message gives way; what is shown in it anew counts anew."""
        self._fleeting.pop((chat_id, message_id), None)
        if seconds and self.clock:
            ends = await self.clock() + timedelta(seconds=seconds)
            self._fleeting[chat_id, message_id] = Fleeting(ends, chat_id, message_id, locale, enclosed)

    async def _place(self, incoming: Incoming, reply: Reply, shown: Shown) -> int:
        """Edits in place while a conversation goes on; after typed words the old question makes room for a new one."""
        chat_id, asked = incoming.chat_id, self.asked.get(incoming.chat_id)
        if reply.in_place and incoming.message_id and (not reply.stale or asked in (None, incoming.message_id)):
            return await self._edit(chat_id, incoming.message_id, shown)
        if incoming.kind == "words" and reply.discreet and asked:
            return await self._edit(chat_id, asked, shown)
        if asked and (reply.asking or incoming.command == "cancel"):
            await self._delete(chat_id, asked)
        return await self._send(chat_id, shown)

    async def _edit(self, chat_id: int, message_id: int, shown: Shown) -> int:
        if not await self.enclosures.change_picture(chat_id, message_id, shown):
            await self._delete(chat_id, message_id)
            return await self._send(chat_id, shown)
        try:
            await patiently(
                lambda: call(
                    self.bot,
                    "editMessageText",
                    chat_id=chat_id,
                    message_id=message_id,
                    text=shown.html,
                    parse_mode="HTML",
                    reply_markup=shown.markup,
                    link_preview_options=NO_PREVIEW,
                )
            )
        except BadRequest as error:
            if "not modified" not in error.message:
                return await self._send(chat_id, shown)
        return message_id

    async def _send(self, chat_id: int, shown: Shown) -> int:
        picture = await self.enclosures.send_picture(chat_id, shown)
        sent = await patiently(
            lambda: call(
                self.bot,
                "sendMessage",
                chat_id=chat_id,
                text=shown.html,
                parse_mode="HTML",
                reply_markup=shown.markup,
                protect_content=shown.protected or None,
                link_preview_options=NO_PREVIEW,
            )
        )
        message_id = int(sent["message_id"])
        self.enclosures.tie(chat_id, message_id, picture, shown)
        return message_id

    async def _delete(self, chat_id: int, message_id: int) -> None:
        self._fleeting.pop((chat_id, message_id), None)
        await self.enclosures.take_away(chat_id, message_id)
        try:
            await patiently(lambda: call(self.bot, "deleteMessage", chat_id=chat_id, message_id=message_id))
        except BadRequest:
            LOG.debug("a message was gone already")

    async def _strip(self, chat_id: int, message_id: int) -> None:
        try:
            await patiently(
                lambda: self.bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=None)
            )
        except BadRequest:
            LOG.debug("a message had no buttons any more")

    async def _set_menu(self, member: Member) -> None:
        """Sets the command menu in the member's own language and role, when either changed."""
        wanted = (member.locale, frozenset(member.roles))
        if self._menu.get(member.telegram_id) == wanted:
            return
        commands = [BotCommand(name, description) for name, description in self.menus(member)]
        await patiently(lambda: self.bot.set_my_commands(commands, BotCommandScopeChat(member.telegram_id)))
        self._menu[member.telegram_id] = wanted

    async def sweep(self, now: datetime) -> None:
        """Replaces screens whose time is over by the neutral line."""
        over = [screen for screen in self._fleeting.values() if screen.ends <= now]
        for screen in over:
            await self._replace(screen)

    async def farewell(self) -> None:
        """Replaces every screen that would go later, since after a restart nobody would know of it."""
        await asyncio.gather(*(self._replace(screen) for screen in list(self._fleeting.values())))

    async def _replace(self, screen: Fleeting) -> None:
        if self._fleeting.pop((screen.chat_id, screen.message_id), None) is None:
            return  # it was deleted meanwhile
        if self.asked.get(screen.chat_id) == screen.message_id:
            del self.asked[screen.chat_id]
        neutral = self.printer.show(Screen(NEUTRAL), screen.locale, "UTC")
        try:
            if screen.enclosed:
                await self._delete(screen.chat_id, screen.message_id)
                return
            await self._keep_one_line(screen.chat_id, await self._edit(screen.chat_id, screen.message_id, neutral))
        except TelegramError as error:
            LOG.info("a screen could not be replaced", extra={"reason": type(error).__name__})
