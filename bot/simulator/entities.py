"""Reads Telegram's HTML into text and entities, and refuses it where the real server does."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "tg-time": "date_time",
}
TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-z-]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|(?P<bad><)")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
COMMAND = re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,32}(?:@\w+)?")
NAMED = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
FORMAT = re.compile(r"r|w?[dD]?[tT]?")  # Bot API 9.5, date-time entity formatting
UNIX = re.compile(r"\d{1,10}")
LINK = re.compile(r"https?://[^\s]+[^\s.,!?]|(?<!\w)t\.me/[^\s]+[^\s.,!?]")


class Broken(Exception):
    """The HTML is not what Telegram accepts; the text is Telegram's own."""


@dataclass
class Reading:
    """What was read so far."""

    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    open: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def units(text: str) -> int:
    """Counts UTF-16 units, in which Telegram counts lengths and offsets."""
    return len(text.encode("utf-16-le")) // 2


def parse(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """Reads HTML into text and entities, white space trimmed at the ends. Raises Broken."""
    reading = Reading()
    for found in TOKEN.finditer(marked):
        if found["text"] is not None:
            reading.text += unescaped(found["text"])
        elif found["bad"] or found["tag"] not in KINDS:
            raise Broken(f'Unsupported start tag "{found["tag"] or ""}" at byte offset {found.start()}')
        elif found["end"]:
            close(reading, found["tag"], found.start())
        else:
            start(reading, found["tag"], found["rest"])
    if reading.open:
        raise Broken(f'Can\'t find end tag corresponding to start tag "{reading.open[-1][0]}"')
    return trimmed(reading)


def start(reading: Reading, tag: str, rest: str) -> None:
    """Opens an entity."""
    entity: dict[str, Any] = {"type": KINDS[tag], "offset": units(reading.text)}
    attributes = dict(ATTRIBUTE.findall(rest))
    if tag == "a":
        entity["url"] = unescaped(attributes.get("href", ""))
    if tag == "tg-time":
        entity |= moment(attributes)
    reading.open.append((tag, entity))


def moment(attributes: dict[str, str]) -> dict[str, Any]:
    """Reads when a moment is and how it is shown. Raises Broken, in words of our own: the real ones are not known."""
    unix, shown = attributes.get("unix", ""), attributes.get("format", "")
    if not UNIX.fullmatch(unix):
        raise Broken("Invalid date-time entity: unix must be a number of seconds")
    if not FORMAT.fullmatch(shown):
        raise Broken("Invalid date-time entity: wrong format")
    return {"unix_time": int(unix)} | ({"date_time_format": shown} if shown else {})


def unescaped(words: str) -> str:
    """Reads the four entities that Telegram knows by name, and those by number; any other stays as it is typed."""
    return NAMED.sub(lambda found: html.unescape(found[0]), words)


def close(reading: Reading, tag: str, at: int) -> None:
    """Closes the entity opened last. Raises Broken when it is another one."""
    if not reading.open:
        raise Broken(f"Unexpected end tag at byte offset {at}")
    wanted, entity = reading.open.pop()
    if wanted != tag:
        raise Broken(f'Unmatched end tag at byte offset {at}, expected "</{wanted}>", found "</{tag}>"')
    entity["length"] = units(reading.text) - entity["offset"]
    if entity["length"]:
        reading.entities.append(entity)


def trimmed(reading: Reading) -> tuple[str, list[dict[str, Any]]]:
    """Trims white space and keeps the entities within what is left."""
    left = units(reading.text) - units(reading.text.lstrip())
    text = reading.text.strip()
    kept = [within({**entity, "offset": entity["offset"] - left}, units(text)) for entity in reading.entities]
    entities = [entity for entity in kept if entity["length"] > 0] + found_in(text)
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def within(entity: dict[str, Any], length: int) -> dict[str, Any]:
    """Cuts an entity to the text."""
    first, end = max(0, entity["offset"]), min(length, entity["offset"] + entity["length"])
    return {**entity, "offset": first, "length": end - first}


def found_in(text: str) -> list[dict[str, Any]]:
    """Finds the commands and links that Telegram marks by itself."""
    marks = [("bot_command", found) for found in COMMAND.finditer(text)]
    marks += [("url", found) for found in LINK.finditer(text)]
    links = [found.span() for kind, found in marks if kind == "url"]
    return [
        {"type": kind, "offset": units(text[: found.start()]), "length": units(found[0])}
        for kind, found in marks
        if kind == "url" or not any(first <= found.start() < end for first, end in links)
    ]
