"""Falls of pay in words: what the figures say, the middle of what was reported fell. No cause is named."""

from collections.abc import Sequence

from bot.dialogue import Button, Link, Screen, rows
from bot.pay.cuts import SURE_FROM, Cut
from bot.texts import Country, Lines, Money, Text, Value, text
from bot.workplaces.catalogue import employer, task_name

MOST = 12  # falls that are named in a letter, the deepest first
MOST_IN_DIGEST = 4  # the same in everybody's note, beside all that it holds


def named(cell: str) -> Value:
    """Gives the name of a cell, as it stands in front of its figures."""
    kind, name, *more = cell.split(":")
    if kind == "employer":
        return employer(name).name
    if kind == "task":
        return task_name(name)
    if kind == "pair":
        return text("cuts.pair", country=Country(name), task=task_name(more[0]))
    return Country(name)


def fell(cut: Cut) -> Text:
    """Says one fall; of one that an earlier release showed already, that it lasts."""
    before, after = (Money(minor, cut.currency) for minor in (cut.before, cut.after))
    if cut.lasts:
        return text("cuts.lasts", name=named(cut.cell), before=before, after=after, period=cut.since)
    return text("cuts.fell", name=named(cut.cell), before=before, after=after)


def fallen(found: Sequence[Cut], most: int = MOST) -> list[Lines]:
    """Says the first falls of a release, and that the figures know no cause; nothing when nothing fell."""
    lines: list[Text | Lines] = [*map(fell, found[:most]), text("cuts.no_cause")]
    return [Lines(tuple(lines), tight=True)] if found else []


def letter(period: str, found: Sequence[Cut]) -> Screen:
    """Tells an organizer of the falls of a release, and offers to draft a demand."""
    drafting = Button("draft", text("cuts.draft.button"), Link("draft", (period,)), "primary")
    sure = text("cuts.sure", **SURE_FROM)
    body: tuple[Text | Lines, ...] = (text("letter.cuts", period=period), *fallen(found), text("cuts.caution"), sure)
    return Screen(Lines(body), rows(drafting))
