"""Reads an update of Telegram's into what a turn needs: who, what was said or pressed, and nothing else."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import Bot, CallbackQuery, Chat, Message, Update

Kind = Literal["command", "words", "press", "link", "thing", "edited", "group", "reach"]


@dataclass(frozen=True)
class Offered:
    """A file that came with a message, not read yet: Telegram's id of it, and its bytes. Its name is not looked at."""

    id: str
    size: int


@dataclass(frozen=True)
class Incoming:
    """One thing one person did. `words` is what was typed, a button's data, or the new reachability."""

    kind: Kind
    update_id: int
    telegram_id: int
    chat_id: int
    language_code: str | None = None
    words: str = ""
    command: str = ""
    args: tuple[str, ...] = ()
    message_id: int | None = None
    callback_id: str | None = None
    album: str = ""  # what Telegram names the messages of one album by
    file: Offered | None = None
    content: bytes | None = None  # of the file, once it was fetched for a question that takes one


def read(raw: dict[str, Any], bot: Bot) -> Incoming | None:
    """Reads a raw update; None when there is nothing in it for us (a channel's post, another bot's message)."""
    update = Update.de_json(raw, bot)
    if update.callback_query:
        return of_press(update.update_id, update.callback_query)
    if update.my_chat_member:
        return of_reach(update)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    if message.chat.type != Chat.PRIVATE:
        return of_group(update.update_id, message)
    return of_message(update.update_id, message, edited=update.edited_message is not None)


def of_press(update_id: int, query: CallbackQuery) -> Incoming | None:
    """Reads a pressed button: a link (a command) or a button of a conversation."""
    message = query.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    data, who = query.data or "", query.from_user
    pressed = Incoming(
        "press",
        update_id,
        who.id,
        message.chat.id,
        who.language_code,
        message_id=message.message_id,
        callback_id=query.id,
    )
    if not data.startswith("/"):
        return replace(pressed, words=data)
    command, *args = data[1:].split(" ")
    return replace(pressed, kind="link", command=command, args=tuple(args))


def of_reach(update: Update) -> Incoming | None:
    """Reads that a person blocked the bot or let it in again."""
    change = update.my_chat_member
    if change is None or change.chat.type != Chat.PRIVATE:
        return None
    reach = "blocked" if change.new_chat_member.status == "kicked" else "yes"
    return Incoming("reach", update.update_id, change.from_user.id, change.chat.id, words=reach)


def of_group(update_id: int, message: Message) -> Incoming | None:
    """Reads a command typed in a group; everything else there is not read at all."""
    if message.from_user is None or not (message.text or "").startswith("/"):
        return None
    return Incoming("group", update_id, message.from_user.id, message.chat.id, message.from_user.language_code)


def of_message(update_id: int, message: Message, *, edited: bool) -> Incoming | None:
    """Reads a private message: a command, words, an edit, or a thing that is not taken (photo, contact, ...)."""
    if message.from_user is None:
        return None
    who = (update_id, message.from_user.id, message.chat.id, message.from_user.language_code)
    words = message.text
    if words is None or message.forward_origin or message.via_bot:  # a forward would bring somebody else's name along
        album, file = message.media_group_id or "", None if edited else offered(message)
        return Incoming("thing", *who, message_id=message.message_id, album=album, file=file)
    if edited:
        return Incoming("edited", *who, message_id=message.message_id)
    if words.startswith("/") and len(words) > 1:
        name, *args = words[1:].split()
        command = name.split("@")[0].lower() if name else ""
        return Incoming("command", *who, words=words, command=command, args=tuple(args), message_id=message.message_id)
    return Incoming("words", *who, words=words, message_id=message.message_id)


def offered(message: Message) -> Offered | None:
    """Gives the file of a message that is a document; pictures, voices and the like are none."""
    document = message.document
    return Offered(document.file_id, document.file_size or 0) if document and not message.animation else None
