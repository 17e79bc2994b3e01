"""Gives out places to levels of options: those of one level are equal, and a tie is declared or drawn.

The rule, for every method that ranks by figures. Levels are taken from the best on; options within one level stand in
ascending order of their numbers.

- Without a lot the level that has more options than places are left is a tie: all of it win, and one stage "tie" names
  them, with the places left as its only amount. Nothing below it is placed. Where every place is filled exactly, there
  is no tie.
- With a lot that level is put in the order of the lot first: one stage "lot" names it so, with the places left as its
  only amount, and those that come first win.

A method that orders all options tells every level of several, also those that are no matter of places: see `ranked`.
"""

from collections.abc import Sequence

from bot.ballots.counting.model import Lot, Stage

Level = tuple[int, ...]


def fill(levels: Sequence[Level], seats: int, lot: Lot | None) -> tuple[Level, tuple[Stage, ...]]:
    """Gives the winners in the order of election, and the stage of a tie where there is one."""
    winners: Level = ()
    for level in levels:
        left = seats - len(winners)
        if left <= 0:
            break
        if len(level) > left:
            return cross(winners, level, left, lot)
        winners += level
    return winners, ()


def cross(winners: Level, level: Level, left: int, lot: Lot | None) -> tuple[Level, tuple[Stage, ...]]:
    """Decides a level with more options than places."""
    if lot is None:
        return winners + level, (Stage("tie", level, (left,)),)
    drawn = by_lot(level, lot)
    return winners + drawn[:left], (Stage("lot", drawn, (left,)),)


def ranked(levels: Sequence[Level], seats: int, lot: Lot | None) -> tuple[Level, Level, tuple[Stage, ...]]:
    """Gives the winners, the order of all options, and a stage for each level of several options.

    With a lot that is "lot" with the places left for the level (not under 0); without, "tie" where more are equal than
    places are left, though some are, and else "equal".
    """
    order: Level = ()
    stages: list[Stage] = []
    winners, _ = fill(levels, seats, lot)
    for level in levels:
        left = max(0, seats - len(order))
        placed = level if lot is None else by_lot(level, lot)
        stages += told(placed, left, drawn=lot is not None)
        order += placed
    return winners if lot is None else order[:seats], order, tuple(stages)


def told(level: Level, left: int, *, drawn: bool) -> list[Stage]:
    """Gives the stage of one level where it has several options."""
    if len(level) == 1:
        return []
    if drawn:
        return [Stage("lot", level, (left,))]
    return [Stage("tie", level, (left,))] if 0 < left < len(level) else [Stage("equal", level)]


def by_lot(level: Level, lot: Lot) -> Level:
    """Puts equal options in the order of the lot."""
    return tuple(sorted(level, key=lot.index))


def levels_of(figures: Sequence[tuple[int, ...]], among: Sequence[int]) -> list[Level]:
    """Gives levels from the highest figure down; whoever has the same figure stands on the same level."""
    found: dict[tuple[int, ...], Level] = {}
    for option in sorted(among, key=lambda option: (tuple(-figure for figure in figures[option]), option)):
        found[figures[option]] = (*found.get(figures[option], ()), option)
    return list(found.values())
