"""Posts letters for the sender, and says in its words what became of each.

A letter that goes to many is rendered once for all who read a language in a zone, and its call is made once: only the
chat differs. Calls go out on a line of their own, so that answers never wait for a free connection behind them, and
are made without the library's objects, which would cost more than the rest.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Literal

from telegram import Bot, Message
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.enclosures import Enclosures, File, prune
from bot.chat.keyboards import CAPTION, Enclosed, Printer, Shown
from bot.chat.patience import seconds
from bot.chat.request import AiohttpRequest, NeverConnected, Ready
from bot.chat.traces import Traces
from bot.delivery.rules import Blocked, NotSent, Refused, RetryLater, Unknown
from bot.dialogue import Screen
from bot.members.rules import Member
from bot.texts import units

KEPT = 2000  # rendered letters: more than languages times zones of a send


@dataclass(frozen=True)
class Letter:
    """A screen and its reader; letters of one key are the same for all who read one language in one zone."""

    screen: Screen
    member: Member
    key: str = ""


@dataclass(frozen=True)
class Rendered:
    """A letter as it goes out: with a picture where its words fit under one, and the end of its call to Telegram."""

    shown: Shown
    with_picture: bool
    rest: bytes  # of the JSON, behind the chat


@dataclass(frozen=True)
class Line:
    """The line that everything sent unasked goes out on; `paid`: Telegram may charge for more than 30 a second."""

    request: AiohttpRequest
    address: str
    paid: bool = False

    def ready(self, call: dict[str, Any]) -> bytes:
        """Makes the end of a call, to be put behind a chat."""
        paid = {"allow_paid_broadcast": True} if self.paid else {}
        return b"," + json.dumps(call | paid).encode()[1:]

    async def send(self, method: str, chat: int, rest: bytes) -> dict[str, Any]:
        """Makes one call and gives the message as it stands in Telegram's answer. Raises TelegramError."""
        data = Ready(b'{"chat_id":%d' % chat + rest)
        sent: Any = await self.request.post(f"{self.address}/{method}", data)  # type: ignore[arg-type]  # Ready stands for RequestData
        return dict(sent)


@dataclass
class Poster:
    """Sends letters through the Bot API."""

    line: Line
    bot: Bot
    printer: Printer
    traces: Traces
    enclosures: Enclosures
    _rendered: "OrderedDict[tuple[str | bool, ...], Rendered]" = field(default_factory=OrderedDict)

    async def post(self, telegram_id: int, letter: Letter) -> None:
        """Sends one letter. Raises Blocked, RetryLater, NotSent, Unknown or Refused."""
        try:
            number = await self._sent(telegram_id, self._ready(letter))
        except TelegramError as error:
            raise outcome(error) from None
        self.traces.note(telegram_id, number)

    def _ready(self, letter: Letter) -> Rendered:
        place = (letter.key, letter.member.locale, letter.member.zone, letter.member.wish.light)
        known = self._rendered.get(place) if letter.key else None
        if known:
            return known
        made = self._render(letter)
        if letter.key:
            self._rendered[place] = made
            prune(self._rendered, KEPT)
        return made

    def _render(self, letter: Letter) -> Rendered:
        locale, zone = letter.member.locale, letter.member.zone
        shown = self.printer.show(letter.screen, locale, zone)
        wanted = bool(shown.picture) and not letter.member.wish.light
        fits = wanted and units(self.printer.texts.plain(letter.screen.text, locale, zone)) <= CAPTION
        call: dict[str, Any] = {
            "text": shown.html,
            "parse_mode": "HTML",
            "protect_content": True,  # what goes out unasked is for members
            "link_preview_options": {"is_disabled": True},
        }
        if shown.keyboard:
            call["reply_markup"] = shown.keyboard.to_dict()
        return Rendered(shown, fits, self.line.ready(call))

    async def _sent(self, telegram_id: int, rendered: Rendered) -> int:
        """Sends a picture with the words below it where they fit a caption, else the words alone: one message."""
        picture = rendered.shown.picture
        if rendered.with_picture and picture:
            async with self.enclosures.uploading(picture) as file:
                sent = await self._photo(telegram_id, rendered.shown, picture, file) if file else None
            if sent:
                return sent.message_id
        answer = await self.line.send("sendMessage", telegram_id, rendered.rest)
        return int(answer["message_id"])

    async def _photo(self, telegram_id: int, shown: Shown, picture: Enclosed, file: File) -> Message | None:
        """Sends a picture with the words as its caption; None where Telegram does not take it (any more)."""
        try:
            sent = await self.bot.send_photo(
                telegram_id,
                file,
                caption=shown.html,
                parse_mode="HTML",
                reply_markup=shown.keyboard,
                filename=picture.name,
                protect_content=True,
                allow_paid_broadcast=self.line.paid or None,
            )
        except BadRequest as error:
            if "not found" in error.message.lower():
                raise
            self.enclosures.forget(picture)
            return None
        self.enclosures.keep(picture, sent)
        return sent


def outcome(error: TelegramError) -> Exception:
    """Says what a failed send means (telegram.md 2.3)."""
    if isinstance(error, RetryAfter):
        return RetryLater(seconds(error.retry_after))
    if isinstance(error, NeverConnected):
        return NotSent()
    if isinstance(error, Forbidden):
        return Blocked(reason(error.message))
    if isinstance(error, BadRequest):
        return Blocked("never_started") if "not found" in error.message.lower() else Refused()
    return Unknown()


def reason(description: str) -> Literal["blocked", "deactivated", "never_started"]:
    """Reads from Telegram's words why a person cannot be written to."""
    if "deactivated" in description:
        return "deactivated"
    return "never_started" if "initiate" in description else "blocked"
