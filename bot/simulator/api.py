"""The Bot API's methods, as strict as the real server's where the bot could stumble."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.entities import Broken, parse, units
from bot.simulator.errors import ApiError, bad
from bot.simulator.files import document_of, photo_of
from bot.simulator.flood import Flood
from bot.simulator.state import Person, World

Parameters = Mapping[str, Any]
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
LONGEST_POLL = 50
DELETED_FOR = 48 * 3600  # seconds
STYLES = (None, "danger", "success", "primary")
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators")


@dataclass
class Api:
    """The methods a bot can call."""

    world: World
    flood: Flood | None = None
    webhook: dict[str, Any] = field(default_factory=dict)
    _polling: int = 0

    def method(self, name: str) -> Callable[[Parameters], Awaitable[Any]]:
        """Finds a method, whatever its case. Raises ApiError for an unknown one."""
        found = {key.removeprefix("do_").lower(): key for key in dir(self) if key.startswith("do_")}.get(name.lower())
        if found is None:
            raise ApiError(404, "Not Found")
        method: Callable[[Parameters], Awaitable[Any]] = getattr(self, found)
        return method

    async def do_getMe(self, given: Parameters) -> Any:
        return self.world.bot() | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def do_getUpdates(self, given: Parameters) -> Any:
        if self.webhook.get("url"):
            raise ApiError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        offset, limit = whole(given, "offset", 0), min(whole(given, "limit", 100), 100)
        if offset > 0:
            self.world.confirm(offset)
        self._polling += 1
        mine = self._polling
        self.world.wake()  # an older poll ends at once
        allowed = given.get("allowed_updates")

        def ready() -> bool:
            return bool(self._wanted(allowed)) or self._polling != mine

        self.world.tell({"kind": "poll"})
        await self.world.wait_for(ready, min(whole(given, "timeout", 0), LONGEST_POLL))
        if self._polling != mine:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return self._wanted(allowed)[:limit]

    def _wanted(self, allowed: Any) -> list[dict[str, Any]]:
        if not allowed:
            return list(self.world.updates)
        return [update for update in self.world.updates if any(kind in update for kind in allowed)]

    async def do_setWebhook(self, given: Parameters) -> Any:
        self.webhook = {"url": given.get("url", ""), "secret_token": given.get("secret_token", "")}
        self.world.wake()
        return True

    async def do_deleteWebhook(self, given: Parameters) -> Any:
        self.webhook = {}
        if given.get("drop_pending_updates"):
            self.world.updates.clear()
        return True

    async def do_getWebhookInfo(self, given: Parameters) -> Any:
        waiting = len(self.world.updates)
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}

    async def do_sendMessage(self, given: Parameters) -> Any:
        chat = self._writable(given)
        text, entities = content(given, "text", LONGEST_TEXT)
        return self._send(chat, given, text=text, entities=entities)

    async def do_sendPhoto(self, given: Parameters) -> Any:
        chat = self._writable(given)
        caption, entities = content(given, "caption", LONGEST_CAPTION, required=False)
        photo = photo_of(self.world.files, given.get("photo"))
        return self._send(chat, given, photo=photo, caption=caption, caption_entities=entities)

    async def do_sendDocument(self, given: Parameters) -> Any:
        chat = self._writable(given)
        caption, entities = content(given, "caption", LONGEST_CAPTION, required=False)
        document = document_of(self.world.files, given.get("document"))
        return self._send(chat, given, document=document, caption=caption, caption_entities=entities)

    async def do_editMessageText(self, given: Parameters) -> Any:
        chat = self._writable(given)
        message = self._own(given, "edit")
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        text, entities = content(given, "text", LONGEST_TEXT)
        return self._edit(chat, message, {"text": text, "entities": entities, "reply_markup": keyboard(given)}, given)

    async def do_editMessageReplyMarkup(self, given: Parameters) -> Any:
        chat = self._writable(given)
        return self._edit(chat, self._own(given, "edit"), {"reply_markup": keyboard(given)}, given)

    async def do_editMessageCaption(self, given: Parameters) -> Any:
        chat = self._writable(given)
        message = self._own(given, "edit")
        if "photo" not in message and "document" not in message:
            raise bad("there is no caption in the message to edit")
        caption, entities = content(given, "caption", LONGEST_CAPTION, required=False)
        change = {"caption": caption, "caption_entities": entities, "reply_markup": keyboard(given)}
        return self._edit(chat, message, change, given)

    async def do_editMessageMedia(self, given: Parameters) -> Any:
        chat = self._writable(given)
        message = self._own(given, "edit")
        media = given.get("media") or {}
        if media.get("type") not in ("photo", "document"):
            raise bad("can't parse InputMedia: media not found")
        if "text" in message:
            raise bad("there is no media in the message to edit")
        caption, entities = content(media, "caption", LONGEST_CAPTION, required=False)
        made = photo_of if media["type"] == "photo" else document_of
        file = made(self.world.files, given.get(str(media.get("media")).removeprefix("attach://"), media.get("media")))
        change = {"photo": None, "document": None, media["type"]: file, "caption": caption}
        return self._edit(
            chat, message, change | {"caption_entities": entities, "reply_markup": keyboard(given)}, given
        )

    async def do_deleteMessage(self, given: Parameters) -> Any:
        chat = self._chat(given)
        number = whole(given, "message_id")
        message = self.world.chats[chat["id"]].get(number)
        if message is None:
            raise bad("message to delete not found")
        if self._is_too_old(message):
            raise bad("message can't be deleted for everyone")
        del self.world.chats[chat["id"]][number]
        self.world.change(chat["id"])
        return True

    async def do_deleteMessages(self, given: Parameters) -> Any:
        chat = self._chat(given)
        numbers = given.get("message_ids") or []
        if not 1 <= len(numbers) <= 100:
            raise bad("invalid number of message identifiers")
        for number in numbers:
            message = self.world.chats[chat["id"]].get(number)
            if message and not self._is_too_old(message):
                del self.world.chats[chat["id"]][number]
        self.world.change(chat["id"])
        return True

    def _is_too_old(self, message: Mapping[str, Any]) -> bool:
        """Says whether a message is of an age at which Telegram deletes it no more."""
        return self.world.clock.now().timestamp() - int(message["date"]) > DELETED_FOR

    async def do_answerCallbackQuery(self, given: Parameters) -> Any:
        said = str(given.get("text") or "")
        if units(said) > 200:
            raise bad("MESSAGE_TOO_LONG")
        person = self.world.queries.pop(str(given.get("callback_query_id", "")), None)
        if person is None:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if said:
            self.world.toast(person, said, alert=bool(given.get("show_alert")))
        return True

    async def do_sendChatAction(self, given: Parameters) -> Any:
        self._writable(given, paced=False)
        return True

    async def do_setMyCommands(self, given: Parameters) -> Any:
        commands = given.get("commands") or []
        if len(commands) > 100:
            raise bad("too many commands specified")
        for command in commands:
            check_command(command)
        self.world.commands[scope(given)] = list(commands)
        self.world.tell({"kind": "commands"})
        return True

    async def do_getMyCommands(self, given: Parameters) -> Any:
        return self.world.commands.get(scope(given), [])

    async def do_deleteMyCommands(self, given: Parameters) -> Any:
        self.world.commands.pop(scope(given), None)
        return True

    async def do_getChat(self, given: Parameters) -> Any:
        return self._chat(given) | {"accent_color_id": 0, "max_reaction_count": 11}

    async def do_getFile(self, given: Parameters) -> Any:
        number = str(given.get("file_id", ""))
        if number not in self.world.files:
            raise bad("invalid file_id")
        return {"file_id": number, "file_unique_id": "u", "file_path": number}

    def _chat(self, given: Parameters) -> dict[str, Any]:
        number = whole(given, "chat_id")
        if number in self.world.groups:
            return self.world.groups[number]
        if number not in self.world.people:
            raise bad("chat not found")
        return self.world.people[number].chat()

    def _writable(self, given: Parameters, *, paced: bool = True) -> dict[str, Any]:
        chat = self._chat(given)
        person = self.world.people.get(chat["id"])
        if person:
            check_reach(person)
        paid = bool(given.get("allow_paid_broadcast"))
        wait = self.flood.wait(chat["id"], paid=paid) if paced and self.flood else 0
        if wait:
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        return chat

    def _own(self, given: Parameters, what: str) -> dict[str, Any]:
        message = self.world.chats[whole(given, "chat_id")].get(whole(given, "message_id"))
        if message is None:
            raise bad(f"message to {what} not found")
        if not message["from"]["is_bot"]:
            raise bad("message can't be edited")
        return message

    def _send(self, chat: dict[str, Any], given: Parameters, **shown: Any) -> dict[str, Any]:
        markup = keyboard(given)
        kept = {key: value for key, value in shown.items() if value}
        if markup:
            kept["reply_markup"] = markup
        if given.get("protect_content"):
            kept["has_protected_content"] = True
        return self.world.new_message(chat, self.world.bot(), **kept)

    def _edit(self, chat: dict[str, Any], message: dict[str, Any], change: dict[str, Any], given: Parameters) -> Any:
        after = {**message, **change}
        after = {key: value for key, value in after.items() if value not in (None, [], "")}
        same = {key: value for key, value in message.items() if key != "edit_date"}
        if {key: value for key, value in after.items() if key != "edit_date"} == same:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        message.clear()
        message.update(after, edit_date=int(self.world.clock.now().timestamp()))
        self.world.change(chat["id"])
        return message


def check_reach(person: Person) -> None:
    """Refuses to write to somebody who blocked the bot or never began. Raises ApiError."""
    if person.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if not person.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")


def whole(given: Parameters, name: str, default: int | None = None) -> int:
    """Reads a whole number. Raises ApiError when it is missing or none."""
    said = given.get(name, default)
    if said is None:
        raise bad(f"{name} is empty" if name != "message_id" else "message identifier is not specified")
    try:
        return int(said)
    except (TypeError, ValueError):
        raise bad("chat not found" if name == "chat_id" else f"invalid {name} specified") from None


def content(given: Parameters, name: str, most: int, *, required: bool = True) -> tuple[str, list[dict[str, Any]]]:
    """Reads text or caption with its entities. Raises ApiError in Telegram's words."""
    said = str(given.get(name) or "")
    if given.get("parse_mode") not in (None, "HTML"):
        raise bad("unsupported parse_mode")
    try:
        text, entities = parse(said) if given.get("parse_mode") else (said.strip(), [])
    except Broken as broken:
        raise bad(f"can't parse entities: {broken}") from None
    if required and not text:
        raise bad("message text is empty")
    if units(text) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    return text, entities


def keyboard(given: Parameters) -> dict[str, Any] | None:
    """Reads an inline keyboard. Raises ApiError for what Telegram refuses."""
    rows = (given.get("reply_markup") or {}).get("inline_keyboard") or []
    if len([button for row in rows for button in row]) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def check_button(button: Mapping[str, Any]) -> None:
    """Refuses a button Telegram would refuse. Raises ApiError."""
    if not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is None and "url" not in button:
        raise bad("Text buttons are unallowed in the inline keyboard")
    if data is not None and not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("style") not in STYLES:
        raise bad("invalid button style specified")


def check_command(command: Mapping[str, Any]) -> None:
    """Refuses a command Telegram would refuse. Raises ApiError."""
    name, description = str(command.get("command", "")), str(command.get("description", ""))
    if not 1 <= len(name) <= 32 or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_"):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def scope(given: Parameters) -> tuple[str, str]:
    """Reads for whom and in which language commands are. Raises ApiError."""
    said, language = given.get("scope") or {"type": "default"}, str(given.get("language_code") or "")
    if said.get("type") not in SCOPES:
        raise bad("unsupported scope specified")
    if language and (len(language) != 2 or not language.isalpha()):
        raise bad("invalid language code specified")
    return f"{said['type']}{said.get('chat_id', '')}", language
