"""Posts letters for the sender, and says in its words what became of each."""

from dataclasses import dataclass
from typing import Literal

from telegram import Bot, Message
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.answers import NO_PREVIEW
from bot.chat.enclosures import Enclosures, File
from bot.chat.keyboards import CAPTION, Enclosed, Printer, Shown
from bot.chat.patience import seconds
from bot.chat.request import NeverConnected
from bot.chat.traces import Traces
from bot.delivery.rules import Blocked, NotSent, Refused, RetryLater, Unknown
from bot.dialogue import Screen
from bot.members.rules import Member
from bot.texts import units


@dataclass(frozen=True)
class Letter:
    """A screen and its reader."""

    screen: Screen
    member: Member


@dataclass(frozen=True)
class Poster:
    """Sends letters through the Bot API."""

    bot: Bot
    printer: Printer
    traces: Traces
    enclosures: Enclosures

    async def post(self, telegram_id: int, letter: Letter) -> None:
        """Sends one letter. Raises Blocked, RetryLater, NotSent, Unknown or Refused."""
        shown = self.printer.show(letter.screen, letter.member.locale, letter.member.zone)
        try:
            sent = await self._sent(telegram_id, letter, shown)
        except TelegramError as error:
            raise outcome(error) from None
        self.traces.note(telegram_id, sent.message_id)

    async def _sent(self, telegram_id: int, letter: Letter, shown: Shown) -> Message:
        """Sends a picture with the words below it where they fit a caption, else the words alone: one message."""
        words = self.printer.texts.plain(letter.screen.text, letter.member.locale, letter.member.zone)
        if shown.picture and units(words) <= CAPTION:
            async with self.enclosures.uploading(shown.picture) as file:
                sent = await self._photo(telegram_id, shown, shown.picture, file) if file else None
            if sent:
                return sent
        return await self.bot.send_message(
            telegram_id,
            shown.html,
            parse_mode="HTML",
            reply_markup=shown.keyboard,
            protect_content=True,  # what goes out unasked is for members
            link_preview_options=NO_PREVIEW,
        )

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
