"""What this process still knows of the messages in a chat, in memory only, and how it takes them away.

Telegram deletes a bot's own and incoming messages of a private chat for 48 hours (Bot API, deleteMessages: 1 to 100 ids
a call, ids that are not there are passed over). After a restart nothing is known, so a bounded range of ids backwards
is tried too: ids of private chats count up over the whole bot, and those of other chats are passed over.
"""

import logging
from collections import OrderedDict, deque

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest

from bot.chat.patience import patiently

KNOWN = 300  # messages of a chat that are remembered
CHATS = 5000  # chats that are remembered, those that were silent longest go first
SWEPT = 3000  # ids backwards that are tried beside them
AT_ONCE = 100
MOST_CALLS = 60  # also where calls are refused and halved
TELL_EVERY = 10  # calls between two signs that we are at work
LOG = logging.getLogger("kauli.traces")


class Traces:
    """The messages of each chat that this process has seen or sent."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: OrderedDict[int, deque[int]] = OrderedDict()

    def note(self, chat_id: int, message_id: int) -> None:
        """Remembers a message."""
        known = self._known.setdefault(chat_id, deque(maxlen=KNOWN))
        self._known.move_to_end(chat_id)
        if message_id not in known:
            known.append(message_id)
        if len(self._known) > CHATS:
            self._known.popitem(last=False)

    async def clear(self, chat_id: int, newest: int) -> None:
        """Takes away what is known of a chat, and what a range of ids up to `newest` holds of it."""
        wanted = {*self._known.pop(chat_id, ()), *range(max(1, newest - SWEPT), newest + 1)}
        numbers = sorted(wanted, reverse=True)
        waiting = [numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE)][::-1]
        for call in range(MOST_CALLS):
            if not waiting:
                return
            if call % TELL_EVERY == TELL_EVERY - 1:
                await patiently(lambda: self._bot.send_chat_action(chat_id, ChatAction.TYPING))
            batch = waiting.pop()
            if not await self._deleted(chat_id, batch):
                waiting += halves(batch)
        LOG.info("some messages could not be taken away")

    async def _deleted(self, chat_id: int, numbers: list[int]) -> bool:
        try:
            return await patiently(lambda: self._bot.delete_messages(chat_id, numbers))
        except BadRequest:
            return False


def halves(batch: list[int]) -> list[list[int]]:
    """Splits a refused call, the newer half to be tried next, so that one message does not spoil the others."""
    middle = len(batch) // 2
    return [batch[middle:], batch[:middle]] if middle else []
