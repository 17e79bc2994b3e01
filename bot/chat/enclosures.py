"""Pictures and files that go with a screen: each a message of its own, since a caption holds a quarter of a text.

A picture stands above its text, so that text and buttons stay the newest of the chat; a photo can never become a text
in place (Bot API, editMessageText) nor the other way round. As the screen changes in place, so does the picture above
it; a screen without one takes it away. A file stays: it was asked for to be kept. All ids are kept in memory only.

What has a key is uploaded once; from then on Telegram's id of it is sent: repeated uploads are slowed down (telegram.md
2.1) and a chart is drawn once. A person's own file has no key, and its id is not even looked at.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, InputMediaPhoto, Message
from telegram.error import BadRequest

from bot.chat.keyboards import Enclosed, Shown
from bot.chat.patience import patiently
from bot.chat.traces import Traces

LOG = logging.getLogger("kauli.enclosures")
UPLOADED = 500  # pictures and files whose id is remembered
ABOVE = 5000  # pictures that are remembered to stand above a text, one a chat at most times
File = str | bytes  # Telegram's id, or the bytes to upload


class Enclosures:
    """Sends pictures and files, changes pictures, and takes them away with their screens."""

    def __init__(self, bot: Bot, traces: Traces) -> None:
        self._bot, self._traces = bot, traces
        self._uploaded: OrderedDict[str, str] = OrderedDict()  # key -> Telegram's id
        self._first: dict[str, asyncio.Lock] = {}  # key -> held while it is uploaded for the first time
        self._above: OrderedDict[tuple[int, int], tuple[int, str]] = OrderedDict()  # text -> its picture and the key

    async def send_picture(self, chat_id: int, shown: Shown) -> int | None:
        """Sends a screen's picture, before its text; gives its message, or None where it could not be made."""
        picture = shown.picture
        if picture is None:
            return None

        async def send(file: File) -> Message:
            return await self._bot.send_photo(
                chat_id,
                file,
                caption=picture.caption or None,
                filename=picture.name,
                protect_content=shown.protected,
            )

        return await self._sent(chat_id, picture, send)

    def tie(self, chat_id: int, text: int, picture: int | None, shown: Shown) -> None:
        """Notes above which text a picture stands."""
        if picture is not None and shown.picture is not None:
            self._above[chat_id, text] = (picture, shown.picture.key)
            prune(self._above, ABOVE)

    async def change_picture(self, chat_id: int, text: int, shown: Shown) -> bool:
        """Changes the picture above a text to what a new screen shows; says whether the text can be edited now.

        It cannot where a picture would come in below it: then both are sent anew.
        """
        before, wanted = self._above.get((chat_id, text)), shown.picture
        if wanted is None:
            await self.take_away(chat_id, text)
            return True
        if before is None:
            return False
        return before[1] == wanted.key or await self._replaced(chat_id, text, before[0], wanted)

    async def _replaced(self, chat_id: int, text: int, number: int, wanted: Enclosed) -> bool:
        async def edit(file: File) -> Any:
            media = InputMediaPhoto(file, caption=wanted.caption or None, filename=wanted.name)
            return await self._bot.edit_message_media(media, chat_id=chat_id, message_id=number)

        if await self._sent(chat_id, wanted, edit) is None:
            return False
        self._above[chat_id, text] = (number, wanted.key)
        return True

    async def take_away(self, chat_id: int, text: int) -> None:
        """Takes away the picture above a text, if there is one."""
        above = self._above.pop((chat_id, text), None)
        if above is None:
            return
        try:
            await patiently(lambda: self._bot.delete_message(chat_id, above[0]))
        except BadRequest:
            LOG.debug("a picture was gone already")

    async def send_document(self, chat_id: int, shown: Shown) -> int | None:
        """Sends a screen's file and gives its message, or None where there is none or it could not be made."""
        document = shown.document
        if document is None:
            return None

        async def send(file: File) -> Message:
            return await self._bot.send_document(
                chat_id,
                file,
                caption=document.caption or None,
                filename=document.name,
                protect_content=shown.protected and not document.own,
            )

        return await self._sent(chat_id, document, send)

    @asynccontextmanager
    async def uploading(self, enclosed: Enclosed) -> AsyncIterator[File | None]:
        """Gives Telegram's id of an upload or, to one sender at a time, its bytes; None where it cannot be made."""
        known = self._uploaded.get(enclosed.key)
        if known or not enclosed.key:
            yield known or await made(enclosed)
            return
        try:
            async with self._first.setdefault(enclosed.key, asyncio.Lock()):
                yield self._uploaded.get(enclosed.key) or await made(enclosed)
        finally:
            self._first.pop(enclosed.key, None)

    def keep(self, enclosed: Enclosed, message: Message) -> None:
        """Remembers the id of what was sent, so that it is uploaded once."""
        sent = message.photo[-1] if message.photo else message.document
        if enclosed.key and sent is not None:
            self._uploaded[enclosed.key] = sent.file_id
            prune(self._uploaded, UPLOADED)

    def forget(self, enclosed: Enclosed) -> None:
        """Forgets an id that Telegram no longer takes."""
        self._uploaded.pop(enclosed.key, None)

    async def _sent(self, chat_id: int, enclosed: Enclosed, send: Callable[[File], Awaitable[Any]]) -> int | None:
        """Sends by the id that Telegram knows, or uploads; an id that is no longer taken is forgotten."""
        async with self.uploading(enclosed) as file:
            if file is None:
                return None
            try:
                return self._noted(chat_id, enclosed, await patiently(lambda: send(file)))
            except BadRequest as error:
                reason = type(error).__name__
        if isinstance(file, str):
            self.forget(enclosed)
            return await self._sent(chat_id, enclosed, send)
        LOG.warning("a picture or file was refused", extra={"reason": reason})
        return None

    def _noted(self, chat_id: int, enclosed: Enclosed, message: Message) -> int:
        self._traces.note(chat_id, message.message_id)
        self.keep(enclosed, message)
        return message.message_id


async def made(enclosed: Enclosed) -> bytes | None:
    """Makes a picture or file; where that fails the text stands alone, as whoever sees no pictures reads it anyway."""
    try:
        return enclosed.content if isinstance(enclosed.content, bytes) else await enclosed.content()
    except Exception as error:
        LOG.error("a picture or file could not be made", exc_info=error)
        return None


def prune(kept: "OrderedDict[Any, Any]", most: int) -> None:
    """Forgets the oldest beyond so many."""
    while len(kept) > most:
        kept.popitem(last=False)
