"""/help, /privacy, /cancel, and the neutral line that a finished sealed conversation leaves."""

from bot.dialogue import NEUTRAL, Button, Link, Outcome, Screen, rows
from bot.permissions import may
from bot.texts import Lines, text
from bot.turn import Turn
from handlers.join import promise
from handlers.sampled import sample_mark

ANYBODY = ("start", "privacy", "hide")
MEMBERS = ("pay", "ledger", "ballots", "digest", "stats", "me", "language", "privacy", "mydata", "hide", "leave")


async def help_(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/help: what one can do here, each thing as a button too."""
    names = list(MEMBERS if turn.member else ANYBODY)
    if may(turn.member, "organize", turn.now):
        names.append("organize")
    listed = Lines(tuple(text(f"help.{name}") for name in names), tight=True)
    buttons = [Button(name, text(f"menu.{name}.button"), Link(name)) for name in names]
    return Screen(Lines((*await sample_mark(turn.stores), text("help.intro"), listed)), rows(*buttons, width=2))


async def privacy(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/privacy: what is kept, what is not, and what nobody here can protect against."""
    return Screen(Lines((promise(), text("privacy.more"))))


async def cancel(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/cancel: ends whatever is open; nothing half-filled is kept."""
    return Screen(text("cancelled"))


async def hide(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/hide: takes away what can be taken away of this chat, and says what may remain elsewhere."""
    return Screen(text("hide.done"), rows(Button("done", text("button.done"), Link("done"))), clears=True)


async def done(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """A button under results of sealed conversations: leaves one neutral line, the same whatever was done."""
    return Screen(NEUTRAL)
