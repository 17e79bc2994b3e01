"""Ties in counts that exclude options one by one: looked up in earlier stages, and decided by the lot at last.

The rule, as in rules 49 and 51 of the Scottish Local Government Elections Order 2007 (SSI 2007/42, schedule 1). Of
options with equal votes those are kept that had the most votes (for a surplus) or the fewest (for an exclusion) at the
latest stage before at which their votes were not all equal; the same is done again with those kept, further back, until
one is left. When several were equal at every stage, the lot decides: who stands earlier in it has the surplus
transferred first, and is excluded last.

The stages, each with the options that the sentence is about:

- "<prefix>.earlier.most" or "<prefix>.earlier.fewest": options = those kept, ascending; amounts = (the number of that
  earlier stage,), where the stage of first preferences is 1 and every transfer adds one.
- "<prefix>.lot.first" or "<prefix>.lot.last": options = (the one that the lot names, the others ascending ...).
"""

from collections.abc import Sequence

from bot.ballots.counting.model import Lot, Stage

Totals = Sequence[int]


def highest(tied: Sequence[int], history: Sequence[Totals], lot: Lot, prefix: str) -> tuple[int, list[Stage]]:
    """Names the option that goes first of those with equal votes; `history` holds the totals after each stage."""
    kept, stages = looked_up(tied, history, Stage(f"{prefix}.earlier.most"))
    return drawn(kept, min(kept, key=lot.index), f"{prefix}.lot.first", stages)


def lowest(tied: Sequence[int], history: Sequence[Totals], lot: Lot, prefix: str) -> tuple[int, list[Stage]]:
    """Names the option that is excluded of those with equal votes; `history` holds the totals after each stage."""
    kept, stages = looked_up(tied, history, Stage(f"{prefix}.earlier.fewest"))
    return drawn(kept, max(kept, key=lot.index), f"{prefix}.lot.last", stages)


def looked_up(tied: Sequence[int], history: Sequence[Totals], saying: Stage) -> tuple[list[int], list[Stage]]:
    """Keeps those with the extreme figure, stage by stage backwards; gives them, and a stage for each that told."""
    kept, stages = sorted(tied), list[Stage]()
    extreme = max if saying.did.endswith("most") else min
    for number in range(len(history), 0, -1):
        totals = history[number - 1]
        best = extreme(totals[option] for option in kept)
        still = [option for option in kept if totals[option] == best]
        if len(still) < len(kept):
            kept = still
            stages.append(Stage(saying.did, tuple(kept), (number,)))
    return kept, stages


def drawn(kept: list[int], chosen: int, did: str, stages: list[Stage]) -> tuple[int, list[Stage]]:
    """Adds the stage of the lot where more than one is left."""
    if len(kept) > 1:
        stages.append(Stage(did, (chosen, *(option for option in kept if option != chosen))))
    return chosen, stages
