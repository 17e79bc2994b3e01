"""Says the stages of a count: `count.<did>` with the names of its options and its figures."""

from collections.abc import Mapping, Sequence

from bot.ballots.counting.model import Count, Stage
from bot.texts import Fixed, Listed, Text, Value, text

PLAIN = frozenset({"valid", "seats", "stage", "places"})  # numbers that are no amounts of votes
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
    "votes": ("valid",),
    "approvals": ("valid",),
    "scores": ("valid",),
    "tie": ("places",),
}
WITH_TOTALS = frozenset({"votes", "approvals", "scores", "balance"})  # their text names every option with its total
WITH_OTHERS = frozenset({"pairs", "paths"})  # ... every other option with an amount
WITH_OWN = frozenset({"elected", "firsts", "lasts", "borda"})  # ... those it is about, each with its amount


def words(count: Count, names: Sequence[str]) -> tuple[Text, ...]:
    """Says every stage of a count, given what its options are called."""
    return tuple(sentence(stage, names, count.scale) for stage in count.stages)


def sentence(stage: Stage, names: Sequence[str], scale: int = 1) -> Text:
    """Says one stage. Its text may name {option}, the first it is about, all {options}, its amounts by the names above,
    and {figures}, a list of options with a plain number each."""
    values: dict[str, Value] = {"options": Listed(tuple(names[option] for option in stage.options))}
    if stage.options:
        values["option"] = names[stage.options[0]]
    for name, amount in zip(FIGURES.get(stage.did, ()), stage.amounts, strict=False):
        values[name] = amount if name in PLAIN else Fixed(amount, scale)
    return text(f"count.{stage.did}", figures=figures(stage, names), **values)


def figures(stage: Stage, names: Sequence[str]) -> Listed:
    """Names options with a number each, as far as the text of a stage does."""
    pairs: list[tuple[int, int]] = []
    if stage.did in WITH_TOTALS:
        pairs = list(enumerate(stage.totals))
    elif stage.did in WITH_OTHERS:
        pairs = [(option, amount) for option, amount in enumerate(stage.amounts) if option not in stage.options]
    elif stage.did in WITH_OWN:
        pairs = list(zip(stage.options, stage.amounts, strict=True))
    return Listed(tuple(f"{names[option]} {number}" for option, number in pairs))
