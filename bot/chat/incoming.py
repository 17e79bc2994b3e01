"""Reads an update of Telegram's into what a turn needs: who, what was said or pressed, and nothing else."""

from dataclasses import dataclass
from typing import Any, Literal

from telegram.constants import ChatType

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


def read(raw: dict[str, Any]) -> Incoming | None:
    """Reads a raw update; None when there is nothing in it for us (a channel's post, another bot's message).

    Of an update a few fields are wanted: the library's types for all of it would cost as much as the turn's rendering.
    Raises KeyError or TypeError where one is missing or of another form.
    """
    number = int(raw["update_id"])
    if query := raw.get("callback_query"):
        return of_press(number, query)
    if change := raw.get("my_chat_member"):
        return of_reach(number, change)
    edited = raw.get("edited_message")
    message = raw.get("message") or edited
    if message is None or message.get("from") is None or message["from"].get("is_bot"):
        return None
    if message["chat"]["type"] != ChatType.PRIVATE:
        return of_group(number, message)
    return of_message(number, message, edited=message is edited)


def of_press(number: int, query: dict[str, Any]) -> Incoming | None:
    """Reads a pressed button: a link (a command) or a button of a conversation."""
    message, who = query.get("message"), query["from"]
    if message is None or message["chat"]["type"] != ChatType.PRIVATE:
        return None
    data, chat, language = query.get("data") or "", message["chat"]["id"], who.get("language_code")
    shown, answered = message["message_id"], query["id"]
    if not data.startswith("/"):
        return Incoming("press", number, who["id"], chat, language, data, message_id=shown, callback_id=answered)
    command, *args = data[1:].split(" ")
    said = {"command": command, "args": tuple(args), "message_id": shown, "callback_id": answered}
    return Incoming("link", number, who["id"], chat, language, **said)


def of_reach(number: int, change: dict[str, Any]) -> Incoming | None:
    """Reads that a person blocked the bot or let it in again."""
    if change["chat"]["type"] != ChatType.PRIVATE:
        return None
    reach = "blocked" if change["new_chat_member"]["status"] == "kicked" else "yes"
    return Incoming("reach", number, change["from"]["id"], change["chat"]["id"], words=reach)


def of_group(number: int, message: dict[str, Any]) -> Incoming | None:
    """Reads a command typed in a group; everything else there is not read at all."""
    if not (message.get("text") or "").startswith("/"):
        return None
    return Incoming("group", *sender(number, message))


def of_message(number: int, message: dict[str, Any], *, edited: bool) -> Incoming | None:
    """Reads a private message: a command, words, an edit, or a thing that is not taken (photo, contact, ...)."""
    who, words, shown = sender(number, message), message.get("text"), message["message_id"]
    if words is None or message.get("forward_origin") or message.get("via_bot"):  # it would bring somebody's name along
        album, file = message.get("media_group_id") or "", None if edited else offered(message)
        return Incoming("thing", *who, message_id=shown, album=album, file=file)
    if edited:
        return Incoming("edited", *who, message_id=shown)
    if words.startswith("/") and len(words) > 1:
        name, *args = words[1:].split()
        command = name.split("@")[0].lower() if name else ""
        return Incoming("command", *who, words=words, command=command, args=tuple(args), message_id=shown)
    return Incoming("words", *who, words=words, message_id=shown)


def sender(number: int, message: dict[str, Any]) -> tuple[int, int, int, str | None]:
    """Gives an update's number, who wrote, in which chat, and in which language."""
    return number, message["from"]["id"], message["chat"]["id"], message["from"].get("language_code")


def offered(message: dict[str, Any]) -> Offered | None:
    """Gives the file of a message that is a document; pictures, voices and the like are none."""
    document = message.get("document")
    if document is None or message.get("animation"):
        return None
    return Offered(document["file_id"], document.get("file_size") or 0)
