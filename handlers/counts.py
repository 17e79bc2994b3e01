"""The words of the steps of a count."""

from collections.abc import Sequence

from bot.ballots.counting import Count, Stage
from bot.texts import Listed, Text, Value, text

Names = Sequence[str]


def steps(count: Count, names: Names) -> list[Text]:
    """Says every step of a count in words."""
    return [step(stage, names) for stage in count.stages]


def step(stage: Stage, names: Names) -> Text:
    """Says one step. Each sentence takes of these values what it needs.

    `options` are those it is about, `option` the first of them, `beside` all with a figure each; `others` are the other
    options with a figure each, `totals` all after the step; `valid` or `places` is its first figure.
    """
    named = [names[option] for option in stage.options]
    first: Value = stage.amounts[0] if stage.amounts else 0
    others = [pair for at, pair in enumerate(paired(names, stage.amounts)) if at not in stage.options]
    values = {"option": named[0] if named else "", "valid": first, "places": first}
    lists = {"options": named, "beside": paired(named, stage.amounts), "others": others}
    lists["totals"] = paired(names, stage.totals)
    return text(f"count.{stage.did}", **values, **{key: Listed(tuple(value)) for key, value in lists.items()})


def paired(names: Names, figures: Sequence[int]) -> list[str]:
    """Names options with a figure each."""
    return [f"{name} {figure}" for name, figure in zip(names, figures, strict=False)]
