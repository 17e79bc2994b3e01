"""`kauli count`: counts an election from a BLT file, offline, and tells every stage in words and in a table."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bot.ballots.counting import COUNTERS, Count, count
from bot.ballots.counting.blt import BltError, Election, read
from bot.ballots.counting.words import sentence
from bot.ballots.papers import RANKED
from bot.texts import Catalogues, Fixed, Listed, Text, data_folder, text

METHODS = tuple(sorted(RANKED & COUNTERS.keys()))
Say = Callable[[Text], str]
ABREAST = 6  # stages beside each other in a table


def recount(file: Path, method: str, seats: int | None, drawn: str | None, locale: str) -> str:
    """Counts a file by a method and gives what to print. Raises BltError for what cannot be counted."""
    texts = Catalogues.load(data_folder("locales"))
    matched = texts.match(locale)
    if matched is None:
        raise BltError(f"the language {locale} is not offered: choose one of {', '.join(texts.locales)}")
    election = read(contents(file))
    places = election.seats if seats is None else seats
    if places < 1:
        raise BltError("a count needs at least one seat: say --seats 1 or more")
    if method == "irv" and places != 1:
        raise BltError(f"an instant runoff fills one seat, not {places}: say --seats 1, or --method stv")
    lot = order(drawn, election)
    counted = count(method, election.votes, len(election.names), places, lot)
    say = partial(texts.plain, locale=matched, zone="UTC")
    return "\n".join((*report(election, counted, method, lot, say), ""))


def contents(file: Path) -> str:
    """Reads a file. Raises BltError when it cannot be read or is no text."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BltError(f"{file} cannot be read ({error.strerror}): check its name and rights") from None
    except UnicodeDecodeError:
        raise BltError(f"{file} is no text in UTF-8: save it so") from None


def order(drawn: str | None, election: Election) -> tuple[int, ...]:
    """Reads a lot, in the numbers of those who did not withdraw; without one, the order of the file is taken."""
    every = tuple(range(len(election.names)))
    lot = tuple(int(said) - 1 for said in drawn.split(",") if said.strip().isdecimal()) if drawn else every
    if sorted(lot) != list(every):
        raise BltError(f"--lot is no order of 1 to {len(every)}: name each once, such as 2,1,3")
    return lot


def report(election: Election, counted: Count, method: str, lot: Sequence[int], say: Say) -> Iterator[str]:
    """Gives the lines of a report: what was counted, every stage, a table, who is elected."""
    names, people = election.names, sum(election.votes.values())
    yield election.title
    yield say(
        text("recount.votes", method=text(f"recount.method.{method}"), votes=people, blank=election.votes.get((), 0))
    )
    if election.withdrawn:
        yield say(text("recount.withdrawn", options=Listed(election.withdrawn)))
    if any("lot" in stage.did.split(".") for stage in counted.stages):
        yield say(text("recount.lot", options=Listed(tuple(names[option] for option in lot))))
    yield from told(counted, names, say)
    yield from tables(counted, names, say)
    yield ""
    yield say(text("recount.elected", options=Listed(tuple(names[winner] for winner in counted.winners))))


def told(counted: Count, names: Sequence[str], say: Say) -> Iterator[str]:
    """Says every stage; those that change totals have a number."""
    number = 0
    if not counted.stages[0].totals:
        yield ""
    for stage in counted.stages:
        if stage.totals:
            number += 1
            yield ""
            yield say(text("recount.stage", stage=number))
        yield say(sentence(stage, names, counted.scale))


def tables(counted: Count, names: Sequence[str], say: Say) -> Iterator[str]:
    """Sets the totals after every stage beside each other, some stages at a time."""
    stages = [(number, stage) for number, stage in enumerate((s for s in counted.stages if s.totals), 1)]
    rows = [[name, *(say(figure(stage.totals[at], counted)) for _, stage in stages)] for at, name in enumerate(names)]
    rows.append([say(text("recount.rest")), *(say(figure(stage.rest, counted)) for _, stage in stages)])
    rows.insert(0, [say(text("recount.totals")), *(str(number) for number, _ in stages)])
    for first in range(1, len(stages) + 1, ABREAST):
        yield ""
        yield from aligned([[row[0], *row[first : first + ABREAST]] for row in rows])


def figure(units: int, counted: Count) -> Text:
    """Names a figure of the table."""
    return text("value", value=Fixed(units, counted.scale))


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Gives rows with their columns aligned, names to the left and figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        yield "  ".join(
            (name.ljust(widths[0]), *(said.rjust(width) for said, width in zip(figures, widths[1:], strict=True)))
        )
