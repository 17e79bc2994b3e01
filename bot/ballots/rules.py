"""Decides about ballots: what may be asked, until when, and what the outcome is. Of whom: electorates.py."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.ballots.outcome import Outcome
from bot.texts import Refusal, legible, look, units

LONGEST_QUESTION = 300
LONGEST_OPTION = 80
MOST_OPTIONS = 20
LONGEST_EXPLANATION = 600
FIGURES_FROM = 10
OUTCOME_FROM = 5
CODE = 12  # bytes of an inclusion code
HOUR = timedelta(hours=1)
SECOND_CHANCE = timedelta(days=1)  # for those who must vote again, wherever they live
LAST_CALL = timedelta(days=2)  # a ballot closes early at midnight after next, never at once
DURATIONS = {"1": timedelta(days=1), "3": timedelta(days=3), "7": timedelta(days=7), "14": timedelta(days=14)}

# draft: waits for approvals; void: its box was lost, and a backup restored
State = Literal["draft", "opening", "open", "closed", "void"]
Method = Literal["yesno", "choice", "multiple", "approval", "score", "irv", "schulze", "stv", "meek", "demands"]
Base = Literal["cast", "valid", "electorate"]


@dataclass(frozen=True)
class Share:
    """A part of a whole that must be reached, or passed where `strict`: 1/2 strict is more than a half."""

    over: int
    of: int
    strict: bool = False

    def reached(self, part: int, whole: int) -> bool:
        """Says whether a part of the whole is enough, in whole numbers."""
        return part * self.of > self.over * whole if self.strict else part * self.of >= self.over * whole

    def needed(self, whole: int) -> int:
        """Gives the smallest number that is enough."""
        return self.over * whole // self.of + 1 if self.strict else -(-self.over * whole // self.of)


@dataclass(frozen=True)
class Rules:
    """How a ballot is voted and decided; frozen when it opens.

    `seats` counts winners; `most` the options a multiple choice may mark, `top` the highest score. With `none_option`
    the last option is "none of the above". `quorum` is a share of the electorate by votes cast; `threshold` what the
    first option (yes) or the winner must reach of `base`, with `double` in each group too. A `binding` ballot needs its
    texts approved before it opens; an `indicative` one decides nothing by law.
    """

    method: Method = "choice"
    preset: str = ""
    seats: int = 1
    most: int = 0
    top: int = 5
    none_option: bool = False
    quorum: Share | None = None
    threshold: Share | None = None
    base: Base = "valid"
    double: Literal["", "country", "employer"] = ""
    tie: Literal["declared", "drawn"] = "declared"
    changeable: bool = True
    shuffled: bool = False
    indicative: bool = False
    binding: bool = False


@dataclass(frozen=True)
class Group:
    """A part of the electorate that must agree too, as it was at the opening: a country, an employer, or OTHERS."""

    id: str
    size: int


@dataclass(frozen=True)
class Note:
    """Something that two organizers, or enough members, changed while a ballot ran; it stands on the board."""

    what: Literal["moved", "prolonged", "halted", "resumed", "wording"]
    day: date
    closes_at: datetime
    locale: str = ""


@dataclass(frozen=True)
class Wording:
    """A ballot in one language: the question, and the options in the order in which they were put.

    `document` is the SHA-256 of an attached text (hex). Whoever `reviewed` it says the same as the deciding one.
    """

    locale: str
    question: str
    options: tuple[str, ...]
    explanation: str = ""
    document: str = ""
    reviewed: bool = False


@dataclass(frozen=True)
class Ballot:
    """A secret ballot. The first wording is the deciding one.

    Of whom: the whole union, a `country`, or an `employer`; `groups` are there for a double majority only. `opens_at`
    None is at once. `approvals` are (language, keyed id) of the organizers who agreed to a text before it opened. While
    it is `halted`, since members say that a text is wrong, nobody can vote.
    """

    id: str
    wordings: tuple[Wording, ...]
    country: str | None  # None: the whole union; OTHERS: all small groups together
    closes_at: datetime
    state: State = "opening"
    electorate: int = 0
    commitment: str = ""
    outcome: Outcome | None = None
    opened: date | None = None
    moves: int = 0  # how often its closing was moved
    paused: bool = False  # it was prolonged because nobody could vote for a while
    rules: Rules = Rules()
    employer: str | None = None
    groups: tuple[Group, ...] = ()
    opens_at: datetime | None = None
    by: str = ""  # the keyed id of who put it
    approvals: tuple[tuple[str, str], ...] = ()
    halted: bool = False
    notes: tuple[Note, ...] = ()
    earlier: tuple[Wording, ...] = ()  # wordings that better ones replaced while it ran
    days: int = 0  # how long it is open: a draft, or one that opens late, closes so long after its opening
    correction: Wording | None = None  # better words that wait for a second organizer while it is halted
    frozen: str = ""  # everything decided at its opening, as one canonical document (board.py)
    reminders: int = 0  # how many went out

    def wording(self, locale: str) -> Wording:
        """Gives the ballot in this language, or in the deciding one."""
        return next((wording for wording in self.wordings if wording.locale == locale), self.wordings[0])

    def options(self) -> int:
        """Gives the number of options."""
        return len(self.wordings[0].options)


def question(words: str) -> str:
    """Reads a typed question. Raises Refusal when it is empty or too long."""
    said = " ".join(legible(words).split())
    if not said:
        raise Refusal("newballot.question.empty")
    if units(said) > LONGEST_QUESTION:
        raise Refusal("newballot.question.too_long", n=LONGEST_QUESTION)
    return said


def explanation(words: str) -> str:
    """Reads a typed explanation; its lines stay. Raises Refusal when it is empty or too long."""
    lines = (" ".join(line.split()) for line in legible(words).splitlines())
    said = "\n".join(line for line in lines if line)
    if not said:
        raise Refusal("newballot.explanation.empty")
    if units(said) > LONGEST_EXPLANATION:
        raise Refusal("newballot.explanation.too_long", n=LONGEST_EXPLANATION)
    return said


def options(words: str, wanted: int | None = None) -> tuple[str, ...]:
    """Reads options typed one per line. Raises Refusal when they are too few, too many, too long or doubled.

    `wanted` is the number of options of the deciding language, which a further language must match.
    """
    lines = (" ".join(legible(line).split()) for line in words.splitlines())
    said = tuple(line for line in lines if line)
    if wanted is not None and len(said) != wanted:
        raise Refusal("newballot.options.other_number", n=wanted)
    if not 2 <= len(said) <= MOST_OPTIONS:
        raise Refusal("newballot.options.number", most=MOST_OPTIONS)
    if any(units(option) > LONGEST_OPTION for option in said):
        raise Refusal("newballot.options.too_long", n=LONGEST_OPTION)
    if len({look(option) for option in said}) < len(said):
        raise Refusal("newballot.options.double")
    return said


def closing(now: datetime, open_for: timedelta) -> datetime:
    """Gives when a ballot put now closes: the full hour at or after its time, so that the minute of putting it is kept
    nowhere."""
    return (now + open_for + HOUR - timedelta.resolution).replace(minute=0, second=0, microsecond=0)


def extended(ballot: Ballot, days: int) -> Ballot:
    """Moves the closing of a running ballot back. Nobody sees counts, so nobody can do so because of them."""
    if ballot.state != "open":
        raise Refusal("ballot.closed")
    return replace(ballot, closes_at=ballot.closes_at + timedelta(days=days), moves=ballot.moves + 1)


def closing_early(ballot: Ballot, now: datetime, zone: str) -> Ballot:
    """Lets a running ballot close at the end of tomorrow in the union's zone: whoever waited can still vote.

    The end of a day, so that the hour at which two organizers decided stands nowhere. Raises Refusal when it closes
    before that anyway.
    """
    region = ZoneInfo(zone)
    closes = datetime.combine(now.astimezone(region).date() + LAST_CALL, time(), region).astimezone(UTC)
    if ballot.state != "open":
        raise Refusal("ballot.closed")
    if ballot.closes_at <= closes:
        raise Refusal("moves.too_late")
    return replace(ballot, closes_at=closes, moves=ballot.moves + 1, paused=False)


def prolonged(ballot: Ballot, now: datetime) -> Ballot:
    """Gives an open ballot at least a day more, for everybody: some votes were lost, or nobody could vote.

    A note says so, one a day however often it happens.
    """
    closes = max(ballot.closes_at, now + SECOND_CHANCE)
    if ballot.state != "open" or closes == ballot.closes_at:
        return ballot
    again = [note for note in ballot.notes[-1:] if (note.what, note.day) == ("prolonged", now.date())]
    notes = ballot.notes[: len(ballot.notes) - len(again)]
    return replace(ballot, closes_at=closes, notes=(*notes, Note("prolonged", now.date(), closes)))
