"""Turns a Screen into what Telegram shows: text in one language and a keyboard whose data nobody can forge."""

from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.dialogue import Button, Link, Rows, Screen
from bot.texts import Catalogues

LABEL = 60  # characters; a phone shows fewer, but never more


@dataclass(frozen=True)
class Shown:
    """A screen as it goes out: HTML, keyboard, and how it may be kept."""

    html: str
    keyboard: InlineKeyboardMarkup | None
    fleeting: int = 0
    protected: bool = False


@dataclass(frozen=True)
class Printer:
    """Renders screens in a reader's language."""

    texts: Catalogues

    def show(self, screen: Screen, locale: str, zone: str, revision: str = "") -> Shown:
        """Renders a screen; `revision` is what its buttons carry, empty where all are links."""
        html = self.texts.render(screen.text, locale, zone)
        keyboard = self.keyboard(screen.rows, locale, zone, revision)
        return Shown(html, keyboard, screen.fleeting, screen.protected)

    def keyboard(self, rows: Rows, locale: str, zone: str, revision: str) -> InlineKeyboardMarkup | None:
        """Renders the buttons; rows run from the right where the language does."""
        if not rows:
            return None
        step = -1 if self.texts.direction(locale) == "rtl" else 1
        return InlineKeyboardMarkup([[self._button(b, locale, zone, revision) for b in row[::step]] for row in rows])

    def _button(self, button: Button, locale: str, zone: str, revision: str) -> InlineKeyboardButton:
        label = self.texts.plain(button.label, locale, zone)
        label = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
        data = button.to.data() if isinstance(button.to, Link) else f"{revision}.{button.name}"
        return InlineKeyboardButton(label, callback_data=data, style=button.style or None)
