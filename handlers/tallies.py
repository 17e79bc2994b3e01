"""The picture of a result: a bar for each option, those chosen in another colour, the threshold as a line."""

from functools import partial

from bot.ballots.board import is_board, read_board
from bot.ballots.counting import Count
from bot.ballots.deciding import MEASURED, whole
from bot.ballots.outcome import Outcome as Decided
from bot.ballots.outcome import Tally
from bot.ballots.rules import Ballot
from bot.charts.chart import Bar, Chart, Mark, Part, Tone
from bot.dialogue import Picture
from bot.texts import Text, text
from bot.turn import Office

FIRST = frozenset({"stv.first", "meek.first", "irv.first"})  # the stage at which first preferences were counted
TABLED = frozenset({"yesno", "choice", "multiple", "approval", "score"})  # whose totals are votes or scores


def drawn(office: Office, ballot: Ballot, board: bytes | None, locale: str) -> Picture | None:
    """Gives the picture of a result; None where no figures are published, or the method has none to lay side by side.

    It is drawn once for each language, when the first reader wants it, and uploaded once.
    """
    decided = read_board(board).outcome if board and is_board(board) else None
    if decided is None or decided.count is None or not shown(ballot, decided.count):
        return None
    chart = charted(office, ballot, decided, locale)
    return Picture(chart.key, text("result.caption", title=chart.title), partial(office.charts.draw, chart))


def shown(ballot: Ballot, count: Count) -> tuple[int, ...]:
    """Gives the totals that the picture shows, in whole votes or scores; () where there are none."""
    if ballot.rules.method in TABLED:
        return count.totals
    first = next((stage for stage in count.stages if stage.did in FIRST), None)
    return tuple(total // count.scale for total in first.totals) if first else ()


def charted(office: Office, ballot: Ballot, decided: Decided, locale: str) -> Chart:
    """Gives the chart: options in their own order, as on the paper."""
    wording, totals = ballot.wording(locale), shown(ballot, decided.count) if decided.count else ()
    bars = tuple(
        Bar(name, written(office, text("result.votes", count=total), locale), (Part(total, tone(decided, number)),))
        for number, (name, total) in enumerate(zip(wording.options, totals, strict=True))
    )
    about = "result.about.first" if ballot.rules.method not in TABLED else "result.about"
    chosen = text("result.chosen") if decided.winners else None
    return Chart(
        wording.question,
        written(office, text(about, cast=decided.cast, size=decided.electorate), locale),
        bars,
        marks=marks(office, ballot, decided, locale),
        legend=(("own", written(office, chosen, locale)),) if chosen else (),
        note=written(office, text("result.note"), locale),
        rtl=office.texts.direction(locale) == "rtl",
    )


def tone(decided: Decided, option: int) -> Tone:
    """Gives the colour of an option."""
    return "own" if option in decided.winners else "other"


def marks(office: Office, ballot: Ballot, decided: Decided, locale: str) -> tuple[Mark, ...]:
    """Gives the line of the threshold, where one was set."""
    rules = ballot.rules
    if rules.threshold is None or rules.method not in MEASURED:
        return ()
    cast = Tally("", decided.electorate, decided.cast, decided.blank, 0)
    needed = rules.threshold.needed(whole(rules.base, cast))
    return (Mark(needed, "minimum", written(office, text("result.needed", needed=needed), locale)),)


def written(office: Office, said: Text, locale: str) -> str:
    """Writes words for a picture."""
    return office.texts.plain(said, locale, office.union.zone)
