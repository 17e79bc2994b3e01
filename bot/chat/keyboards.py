"""Turns a Screen into what Telegram shows: text in one language and a keyboard whose data nobody can forge."""

from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardMarkup

from bot.dialogue import Button, Content, Document, Link, Picture, Rows, Screen
from bot.texts import Catalogues, units

CAPTION = 1024  # UTF-16 units of a caption (Bot API, sendPhoto)
LABEL = 60  # characters; a phone shows fewer, but never more


@dataclass(frozen=True)
class Enclosed:
    """A picture or file as it goes out: what makes it, the key it is known by, its name and its plain caption."""

    content: Content
    key: str
    name: str
    caption: str
    own: bool = False


@dataclass(frozen=True)
class Shown:
    """A screen as it goes out: HTML, keyboard, what goes with it, and how it may be kept."""

    html: str
    markup: dict[str, Any] | None
    fleeting: int = 0
    protected: bool = False
    picture: Enclosed | None = None
    document: Enclosed | None = None

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """Gives the buttons in the library's types, for calls that go through it."""
        return InlineKeyboardMarkup.de_json(self.markup) if self.markup else None


@dataclass(frozen=True)
class Printer:
    """Renders screens in a reader's language."""

    texts: Catalogues

    def show(self, screen: Screen, locale: str, zone: str, revision: str = "") -> Shown:
        """Renders a screen; `revision` is what its buttons carry, empty where all are links."""
        html = self.texts.render(screen.text, locale, zone, moments=True)
        markup = self.markup(screen.rows, locale, zone, revision)
        picture = self._picture(screen.picture, locale, zone) if screen.picture else None
        document = self._document(screen.document, locale, zone) if screen.document else None
        return Shown(html, markup, screen.fleeting, screen.protected, picture, document)

    def _picture(self, picture: Picture, locale: str, zone: str) -> Enclosed:
        caption = shortened(self.texts.plain(picture.caption, locale, zone))
        return Enclosed(picture.content, picture.key, "picture.png", caption)

    def _document(self, document: Document, locale: str, zone: str) -> Enclosed:
        caption = shortened(self.texts.plain(document.caption, locale, zone))
        return Enclosed(document.content, document.key, document.name, caption, document.own)

    def markup(self, rows: Rows, locale: str, zone: str, revision: str) -> dict[str, Any] | None:
        """Renders the buttons; rows run from the right where the language does."""
        if not rows:
            return None
        step = -1 if self.texts.direction(locale) == "rtl" else 1
        return {"inline_keyboard": [[self._button(b, locale, zone, revision) for b in row[::step]] for row in rows]}

    def _button(self, button: Button, locale: str, zone: str, revision: str) -> dict[str, str]:
        label = self.texts.plain(button.label, locale, zone)
        label = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
        data = button.to.data() if isinstance(button.to, Link) else f"{revision}.{button.name}"
        shown = {"text": label, "callback_data": data}
        return {**shown, "style": button.style} if button.style else shown


def shortened(caption: str) -> str:
    """Cuts a caption to what Telegram takes, which counts in units of UTF-16."""
    if units(caption) <= CAPTION:
        return caption
    return caption.encode("utf-16-le")[: 2 * (CAPTION - 1)].decode("utf-16-le", "ignore") + "…"
