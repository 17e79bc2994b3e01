"""The words of a conversation: Step, Screen, Button. A question is a value; its fields are the answers so far."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Union

from pydantic import TypeAdapter, ValidationError

from bot.texts import Lines, Refusal, Text, text

if TYPE_CHECKING:
    from bot.turn import Turn

PAGE = 8
Action = Callable[["Turn"], Awaitable[Union["Step", "Screen"]]]
Outcome = Union["Step", "Screen"]


@dataclass(frozen=True)
class Link:
    """What a button does that must work for ever and without memory: a command with its arguments.

    Ballots are voted by links, since a sealed turn may not touch the stored revision of a conversation.
    """

    command: str
    args: tuple[str, ...] = ()

    def data(self) -> str:
        """Gives the callback data, at most 64 bytes."""
        return " ".join((f"/{self.command}", *self.args))


@dataclass(frozen=True)
class Button:
    """One button: a name that is stable within its screen, what it says, and where it leads."""

    name: str
    label: Text
    to: "Step | Action | Link"
    style: Literal["", "primary", "success", "danger"] = ""


Rows = tuple[tuple[Button, ...], ...]


Content = bytes | Callable[[], Awaitable[bytes]]  # a file's bytes, or what makes them when they are wanted


@dataclass(frozen=True)
class Picture:
    """A PNG above a screen's text. The text must say everything the picture shows: not everybody sees pictures.

    What makes it (`content`) is called after the turn is committed, and only where Telegram does not have the picture
    yet: it is uploaded once and then named by Telegram's id of it, which is kept in memory under `key`. So the key must
    name everything that is drawn: release, chart, language, light or dark. Where it cannot be made, the text stands
    alone.
    """

    key: str
    caption: Text
    content: Content


@dataclass(frozen=True)
class Document:
    """A file (PDF, CSV, HTML) below a screen's text, under the `name` it is saved as. It stays when the screen changes.

    Every showing of the screen sends it, so put it on a screen that an action or a command gives, not on a question.
    With a `key` it is uploaded once, as a picture is; leave that empty for what belongs to one person, which is then
    uploaded each time and remembered nowhere. `own` ones are for the person to carry away: they may be saved and
    forwarded even where their screen may not, and still go from the chat with it.
    """

    name: str
    caption: Text
    content: Content
    key: str = ""
    own: bool = False


NEUTRAL = text("neutral")  # what a sealed conversation leaves in the chat, the same whatever was done


@dataclass(frozen=True)
class Screen:
    """What a person sees: sentences, rows of buttons, a picture or a file, and how long it may stay in the chat.

    `fleeting` counts seconds until it gives way to one neutral line (0: it stays; every screen of a sealed turn goes);
    `protected` forbids forwarding; `clears` takes away before it whatever of this chat can still be taken away. Letters
    of one `key` say the same to everybody who reads one language in one zone, so that they are rendered once.
    """

    text: Text | Lines
    rows: Rows = ()
    fleeting: int = 0
    protected: bool = False
    clears: bool = False
    toast: Text | None = None
    picture: Picture | None = None
    document: Document | None = None
    key: str = ""

    def button(self, name: str) -> Button | None:
        """Gives the button with this name, or None."""
        return next((button for row in self.rows for button in row if button.name == name), None)


class Step:
    """One question. Subclasses are small frozen dataclasses: `class AskHours(Step, name="pay.hours", sealed=True)`.

    A sealed step lives in the memory of the process only and its turns write nothing to the people store. A sealed step
    `apart` holds no transaction while it works, since it works long over secrets: it opens short ones itself, and what
    it writes there is sealed to the member.
    """

    name: ClassVar[str]
    sealed: ClassVar[bool]
    apart: ClassVar[bool]
    receives: ClassVar[int]  # the most bytes of a file that it takes; 0: none
    registry: ClassVar[dict[str, type["Step"]]] = {}
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def __init_subclass__(cls, name: str, sealed: bool = False, apart: bool = False, receives: int = 0) -> None:
        cls.name, cls.sealed, cls.apart, cls.receives = name, sealed, apart, receives
        Step.registry[name] = cls

    def ends(self) -> datetime | None:
        """Gives when a sealed step is forgotten at the latest, however often it is answered; None: only when idle."""
        return None

    async def screen(self, turn: "Turn") -> Screen:
        """Shows the question."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    async def read(self, turn: "Turn", words: str) -> Outcome:
        """Reads typed words; most questions want a button."""
        raise Refusal("dialogue.press")

    async def receive(self, turn: "Turn", content: bytes) -> Outcome:
        """Takes a file of at most `receives` bytes; its name stays unknown."""
        raise Refusal("dialogue.thing")


@dataclass(frozen=True)
class Command:
    """What opens a conversation: its first step or screen, who sees it in the menu, and how its turns are kept.

    `sealed` turns write nothing to the people store. `in_place` links edit the message that carries them. `typed` is
    False for links that stand on buttons only. `ends` closes the open question (others leave it open beside them).
    `takes` are those that take a vote or report in, or show one: they wait while somebody else may be reading along.
    `apart` ones hold no transaction while they work, as steps that are apart.
    """

    open: Callable[["Turn", tuple[str, ...]], Awaitable[Union["Step", "Screen"]]]
    role: Literal["anyone", "member", "organizer"] = "member"
    sealed: bool = False
    in_place: bool = False
    typed: bool = True
    listed: bool = True
    ends: bool = False
    takes: bool = False
    apart: bool = False


@cache
def adapter(name: str) -> TypeAdapter[Step]:
    """Gives what reads and writes steps of one name; made once, since making it takes a millisecond."""
    return TypeAdapter(Step.registry[name])


def pack(step: Step) -> bytes:
    """Writes a step for storage. Raises TypeError for a sealed one, which must never be written."""
    if step.sealed:
        raise TypeError(f"{step.name} is sealed and must never be stored")
    fields = adapter(step.name).dump_python(step, mode="json")
    return json.dumps([step.name, fields], separators=(",", ":"), ensure_ascii=False).encode()


def unpack(packed: bytes) -> Step | None:
    """Reads a stored step; one that no longer fits its class counts as nothing open."""
    name, fields = json.loads(packed)
    kind = Step.registry.get(name)
    if kind is None or kind.sealed:
        return None
    try:
        return adapter(name).validate_json(json.dumps(fields), strict=True)
    except ValidationError:
        return None


def rows(*buttons: Button, width: int = 1) -> Rows:
    """Lays buttons out in rows of `width`."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def back(to: Step) -> Button:
    """Gives the button that leads back to another question without changing anything."""
    return Button("back", text("button.back"), to)


@dataclass(frozen=True)
class Pages:
    """A long list of buttons, a page at a time; `turn_to` gives the step that shows another page."""

    buttons: Sequence[Button]
    page: int
    turn_to: Callable[[int], "Step | Link"]
    width: int = 1
    size: int = field(default=PAGE)

    def rows(self) -> Rows:
        """Gives this page's rows and, where there are more, the two arrows."""
        start = self.page * self.size
        shown = self.buttons[start : start + self.size]
        return (*rows(*shown, width=self.width), *self._arrows(start + self.size < len(self.buttons)))

    def _arrows(self, more: bool) -> Rows:
        back = [Button("page.back", text("button.page.back"), self.turn_to(self.page - 1))] if self.page else []
        on = [Button("page.on", text("button.page.on"), self.turn_to(self.page + 1))] if more else []
        return ((*back, *on),) if back or on else ()
