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

from bot.chat.answers import NO_PREVIEW
from bot.chat.enclosures import Enclosures, File, prune
from bot.chat.keyboards import CAPTION, Enclosed, Printer, Shown
from bot.chat.patience import seconds
from bot.chat.request import NeverConnected, Ready
from bot.chat.traces import Traces
from bot.delivery.rules import Blocked, Letter, NotSent, Refused, RetryLater, Unknown
from bot.texts import units

KEPT = 2000  # rendered letters: more than languages times zones of a send


@dataclass(frozen=True)
class Rendered:
    """A letter as it goes out: with a picture where its words fit under one, and the end of its call to Telegram."""

    shown: Shown
    with_picture: bool
    rest: bytes  # of the JSON, behind the chat


@dataclass
class Poster:
    """Sends letters through the Bot API; `paid`: Telegram may charge for more than 30 a second."""

    bot: Bot
    printer: Printer
    traces: Traces
    enclosures: Enclosures
    paid: bool = False
    _rendered: "OrderedDict[tuple[str | bool, ...], Rendered]" = field(default_factory=OrderedDict)

    async def post(self, telegram_id: int, letter: Letter) -> None:
        """Sends one letter. Raises Blocked, RetryLater, NotSent, Unknown or Refused."""
        try:
            number = await self._sent(telegram_id, self._ready(letter))
        except TelegramError as error:
            raise outcome(error) from None
        self.traces.note(telegram_id, number)

    def _ready(self, letter: Letter) -> Rendered:
        key, reader = letter.screen.key, letter.member
        place = (key, reader.locale, reader.zone, reader.wish.light)
        known = self._rendered.get(place) if key else None
        if known:
            return known
        made = self._render(letter)
        if key:
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
            "link_preview_options": NO_PREVIEW,
        }
        if shown.markup:
            call["reply_markup"] = shown.markup
        if self.paid:
            call["allow_paid_broadcast"] = True
        return Rendered(shown, fits, b"," + json.dumps(call).encode()[1:])

    async def _sent(self, telegram_id: int, rendered: Rendered) -> int:
        """Sends a picture with the words below it where they fit a caption, else the words alone: one message."""
        picture = rendered.shown.picture
        if rendered.with_picture and picture:
            async with self.enclosures.uploading(picture) as file:
                sent = await self._photo(telegram_id, rendered.shown, picture, file) if file else None
            if sent:
                return sent.message_id
        ready = Ready(b'{"chat_id":%d' % telegram_id + rendered.rest)
        answer: Any = await self.bot.request.post(f"{self.bot.base_url}/sendMessage", ready)  # type: ignore[arg-type]  # Ready stands for RequestData
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
                allow_paid_broadcast=self.paid or None,
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
