"""Says the stages of a count: `count.<did>` with the names of its options and its figures."""

from collections.abc import Mapping, Sequence

from bot.ballots.counting.model import Count, Stage
from bot.texts import Fixed, Listed, Text, Value, text

PLAIN = frozenset({"valid", "seats", "stage"})  # numbers that are no amounts of votes
FIGURES: Mapping[str, tuple[str, ...]] = {
    "irv.first": ("valid",),
    "irv.earlier.fewest": ("stage",),
    "irv.excluded": ("votes",),
    "irv.elected": ("votes", "left"),
    "meek.first": ("valid", "seats", "quota"),
    "meek.round": ("quota", "surplus"),
    "meek.elected": ("votes",),
    "meek.excluded": ("votes",),
    "meek.remaining": ("votes",),
    "stv.first": ("valid", "seats", "quota"),
    "stv.elected": ("votes",),
    "stv.earlier.most": ("stage",),
    "stv.earlier.fewest": ("stage",),
    "stv.surplus": ("surplus",),
    "stv.excluded": ("votes",),
    "stv.remaining": ("votes",),
}


def words(count: Count, names: Sequence[str]) -> tuple[Text, ...]:
    """Says every stage of a count, given what its options are called."""
    return tuple(sentence(stage, names, count.scale) for stage in count.stages)


def sentence(stage: Stage, names: Sequence[str], scale: int = 1) -> Text:
    """Says one stage. Its text may name {option}, the first it is about, all {options}, and its figures."""
    values: dict[str, Value] = {"options": Listed(tuple(names[option] for option in stage.options))}
    if stage.options:
        values["option"] = names[stage.options[0]]
    for name, amount in zip(FIGURES.get(stage.did, ()), stage.amounts, strict=False):
        values[name] = amount if name in PLAIN else Fixed(amount, scale)
    return text(f"count.{stage.did}", **values)
