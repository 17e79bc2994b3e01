"""The attackers. Each knows the true order of acts and who acted, gets a seizure, and says who said what.

All speak through `ATTACKS`, so that real stores and negative controls face the very same ones.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from bot.pay.normalise import Report
from bot.pay.rules import GRID, PAY_SHAKE, UNPAID_SHAKE, Filing, Fragment, Randbelow, encode, fragments
from bot.pay.rules import entries as report_entries
from bot.texts import Money
from bot.vault import keyed_hash
from tests.audit.scene import REPORTS, VOTES, Actor, Kind, Scene, Score, expected, in_order, is_kind
from tests.audit.seizure import Copy, Reader, Trace, carved

Level = Literal["S0", "S1", "S2"]
Place = Callable[[Trace], tuple[int, ...]]
UNPAID = (0, 2, 5, 8, 10)  # the unpaid hours that anybody in an audited world may have
PAID = Decimal(40)
EMPLOYERS = ("sama", "teleperformance", "cloudfactory", "remotasks")
MONTHS = ("2026-10", "2026-11", "2026-12")

ORDERS: dict[str, Place] = {
    "order of rows": lambda trace: (trace.cell.row, trace.inner),
    "order of rows, backwards": lambda trace: (-trace.cell.row, -trace.inner),
    "places in raw pages": lambda trace: (trace.cell.page, trace.cell.offset, trace.inner),
    "places in raw pages, from the end": lambda trace: (trace.cell.page, -trace.cell.offset, -trace.inner),
    "times of key files": lambda trace: (trace.changed, trace.cell.row, trace.inner),
}


def transactions(trace: Trace) -> tuple[int, ...]:
    """Puts entries in the order of the transactions that wrote them (PostgreSQL's xmin)."""
    return trace.cell.transaction, trace.cell.row, trace.inner


@dataclass(frozen=True)
class Attack:
    """One attacker: what they hold, and how they score on a kind of entry (None: they have nothing to say of it)."""

    name: str
    level: Level
    kinds: tuple[Kind, ...]
    score: Callable[[Scene, Kind], Score]
    stores: tuple[str, ...] = ("sqlite", "postgres")


def by_place(place: Place, *, keys: bool) -> Callable[[Scene, Kind], Score]:
    """Gives the attack that reads what it can in one copy and believes that places tell the order of acts."""

    def score(scene: Scene, kind: Kind) -> Score:
        return in_order(scene, kind, [trace.entry for trace in sorted(current(scene, keys=keys), key=place)])

    return score


def current(scene: Scene, *, keys: bool = True) -> list[Trace]:
    """Reads one ballot or period in the copy of the moment."""
    copy = scene.seizure.now
    return Reader(copy.keys if keys else {}).traces(copy.cells)


def by_history(scene: Scene, kind: Kind) -> Score:
    """Reads every past version of the disk with the keys that are still there: what is new in each came since."""
    seizure = scene.seizure
    reader = Reader(seizure.now.keys)
    versions = [reader.traces(cells) for cells in (*seizure.history, seizure.now.cells)]
    return in_order(scene, kind, arrivals(versions))


def by_log(scene: Scene, kind: Kind) -> Score:
    """Finds every version that the write-ahead log and dead rows still hold, as far as a key at hand opens it."""
    copy = scene.seizure.now
    reader = Reader(copy.keys)
    found = [cell for file, raw in sorted(copy.raw.items()) for cell in carved(raw, copy.keys, file)]
    return in_order(scene, kind, arrivals([reader.traces([cell]) for cell in found]))


def arrivals(versions: Iterable[Sequence[Trace]]) -> list[bytes]:
    """Lists entries by the version in which they first stand; a cell seen before tells nothing new."""
    seen: Counter[bytes] = Counter()
    known: set[bytes] = set()
    order: list[bytes] = []
    for traces in versions:
        fresh = [trace for trace in traces if trace.cell.blob not in known]
        known |= {trace.cell.blob for trace in fresh}
        alone = Counter(trace.cell.blob for trace in fresh)
        single = [trace.entry for trace in fresh if alone[trace.cell.blob] == 1]
        merged = Counter(trace.entry for trace in fresh if alone[trace.cell.blob] > 1)
        order += single + sorted((merged - seen).elements())
        seen |= merged
    return order


def beside(first: Kind) -> Callable[[Scene, Kind], Score]:
    """Gives the attack that knows one thing of everybody and takes what stands beside it in the same list."""

    def score(scene: Scene, kind: Kind) -> Score:
        read = [trace.entry for trace in current(scene)]
        known = [entry for entry in read if is_kind(entry, first)]
        wanted = [entry for entry in read if is_kind(entry, kind)][: len(known)]
        truths = dict(zip(scene.truths(first), scene.truths(kind), strict=True))
        asked = [truths.get(entry, b"") for entry in known[: len(wanted)]]
        hits = sum(guess == truth for guess, truth in zip(wanted, asked, strict=True))
        return Score(hits / scene.acted, expected(wanted, asked) / scene.acted)

    return score


def by_payroll(scene: Scene, kind: Kind) -> Score:
    """Knows everybody's salary and paid hours, and wants the unpaid ones: weighs what fits the payroll by the tally.

    Where the fragment in somebody's place fits them, the hours that could have become it are believed, else the
    likeliest that the tally allows.
    """
    read = [trace.entry for trace in current(scene)]
    tally, placed = Counter(read), [entry for entry in read if is_kind(entry, kind)]
    if not placed:
        return Score(0.0, 0.0)
    hits = baseline = 0.0
    for guess, actor in zip(placed, scene.sealed, strict=False):
        likely = by_hours(actor, tally)
        told = Counter(believed(actor, likely, entry) for entry in placed)
        hits += believed(actor, likely, guess) == actor.unpaid
        baseline += told[actor.unpaid] / len(placed)
    return Score(hits / scene.acted, baseline / scene.acted)


def by_hours(actor: Actor, tally: Counter[bytes]) -> dict[int, int]:
    """Weighs each number of unpaid hours: how many ways the tally has for the fragments it would have left."""
    return {
        hours: math.prod(sum(tally[entry] for entry in could_become(fragment)) for fragment in said)
        for hours, said in possible(actor).items()
    }


def believed(actor: Actor, likely: dict[int, int], entry: bytes) -> int:
    """Gives the unpaid hours that are believed of somebody in whose place this entry stands."""
    fits = [hours for hours, said in possible(actor).items() if any(entry in could_become(one) for one in said)]
    return max(fits or likely, key=lambda hours: likely[hours])


@cache
def could_become(fragment: Fragment) -> frozenset[bytes]:
    """Gives the entries that a fragment can have become by its rounding at random."""
    most = PAY_SHAKE if fragment.measure == "pay" else UNPAID_SHAKE if fragment.value else 0
    points = range(max(0, fragment.value - most), min(GRID[fragment.measure], fragment.value + most + 1))
    return frozenset(encode(replace(fragment, value=point)) for point in points)


def possible(actor: Actor) -> dict[int, tuple[Fragment, ...]]:
    """Gives what somebody with this payslip would have filed for each number of unpaid hours, not rounded at random."""
    slip = actor.payslip
    return {hours: would_file(slip.country, slip.employer, slip.monthly, hours) for hours in UNPAID}


@cache
def would_file(country: str, employer: str, monthly: int, unpaid: int) -> tuple[Fragment, ...]:
    """Gives the fragments of a report, not rounded at random."""
    return fragments(filing_of(country, employer, monthly, unpaid), middle)


def middle(numbers: int) -> int:
    """Stands for a source of chance: rounds nothing at random."""
    return numbers // 2


def said_by(country: str, employer: str, monthly: int, unpaid: int, chance: Randbelow) -> tuple[bytes, ...]:
    """Gives the entries of a report as somebody files it."""
    return report_entries(filing_of(country, employer, monthly, unpaid), chance)


def filing_of(country: str, employer: str, monthly: int, unpaid: int) -> Filing:
    """Gives a report of somebody who moderates content and is paid by the month."""
    money, task = Money(monthly * 100, "KES"), "content_moderation_live"
    return Filing((Report(country, employer, task, "month", money, PAID, Decimal(unpaid)),))


def by_membership(scene: Scene, kind: Kind) -> Score:
    """Holds the key of who takes part and tests every member with every employer and month: who filed for which?

    Where no test says it, the employer most reported is guessed for everybody, which is also the baseline.
    """
    del kind
    copy, filed = scene.seizure.now, [actor.payslip.employer for actor in scene.sealed]
    read = [entry for trace in current(scene) if is_kind(entry := trace.entry, "pay")]
    named = [entry.split(b":")[1].decode() for entry in read]
    if not named:
        return Score(0.0, 0.0)
    usual = Counter(named).most_common(1)[0][0]
    guesses = [tested(copy, scene.name, actor) or usual for actor in scene.sealed]
    hits = sum(guess == truth for guess, truth in zip(guesses, filed, strict=True))
    return Score(hits / scene.acted, filed.count(usual) / scene.acted)


def tested(copy: Copy, name: str, actor: Actor) -> str | None:
    """Gives the one employer for which somebody's keyed id is in the box, or None."""
    part, stored = copy.keys.get(f"part-{name}"), {cell.blob for cell in copy.cells}
    if part is None:
        return None
    found = {
        employer for employer in EMPLOYERS for month in MONTHS if member_of(part.key, actor, employer, month) & stored
    }
    return found.pop() if len(found) == 1 else None


def member_of(key: bytes, actor: Actor, employer: str, month: str) -> set[bytes]:
    """Gives the keyed ids that somebody would have if employer or month were part of them."""
    parts = (f"{actor.telegram_id}", employer, month)
    return {keyed_hash(key, *(part.encode() for part in parts[:count])) for count in (2, 3)}


def two_copies(scene: Scene) -> Score | None:
    """Holds two copies with their keys: what is new in the second came from those sealed in between (1/k)."""
    before = scene.seizure.before
    if before is None or not scene.batch:
        return None
    old = Counter(trace.entry for trace in Reader(before.keys).traces(before.cells))
    new = Counter(trace.entry for trace in current(scene)) - old
    codes = sorted(entry for entry in new if is_kind(entry, "code"))
    truths = [entry for actor in scene.batch for entry in actor.entries if is_kind(entry, "code")]
    hits = sum(guess == truth for guess, truth in zip(codes, truths, strict=False))
    return Score(hits / len(truths), 1 / len(truths))


ANY = (*VOTES, *REPORTS)
ATTACKS: tuple[Attack, ...] = (
    Attack("anything readable without keys", "S0", ANY, by_place(ORDERS["order of rows"], keys=False)),
    *(Attack(name, "S1", ANY, by_place(place, keys=True)) for name, place in ORDERS.items()),
    Attack("transaction numbers", "S1", ANY, by_place(transactions, keys=True), ("postgres",)),
    Attack("every past version of the disk", "S2", ANY, by_history, ("sqlite",)),
    Attack("write-ahead log and dead rows", "S2", ANY, by_log, ("postgres",)),
    Attack("code beside a ballot", "S1", ("choice",), beside("code")),
    Attack("fragments side by side", "S1", ("unpaid",), beside("pay")),
    Attack("a payroll", "S1", ("unpaid",), by_payroll),
    Attack("every member tested", "S1", ("pay",), by_membership),
)
