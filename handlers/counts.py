"""The words of the steps of a count."""

from collections.abc import Sequence
from decimal import Decimal

from bot.ballots.counting import Count, Stage
from bot.texts import Text, Value, text

Names = Sequence[str]


def steps(count: Count, names: Names) -> list[Text]:
    """Says every step of a count in words."""
    return [step(stage, count.scale, names) for stage in count.stages]


def step(stage: Stage, scale: int, names: Names) -> Text:
    """Says one step. Each sentence takes of these values what it needs.

    `who` are the options it is about, `beside` the same with a figure each; `amount` is its first figure, `plain` that
    as a mere number; `row` are all other options with a figure each, `totals` all after the step.
    """
    amounts = [figure(amount, scale) for amount in stage.amounts]
    return text(
        f"count.{stage.did}",
        who=listed(stage.options, names),
        amount=amounts[0] if amounts else 0,
        plain=stage.amounts[0] if stage.amounts else 0,
        beside=", ".join(paired([names[option] for option in stage.options], amounts)),
        row=", ".join(pair for at, pair in enumerate(paired(names, amounts)) if at not in stage.options),
        totals=", ".join(paired(names, [figure(total, scale) for total in stage.totals])),
        rest=figure(stage.rest, scale),
    )


def figure(amount: int, scale: int) -> Value:
    """Gives a figure in votes, with all digits that the count has."""
    return amount if scale == 1 else f"{Decimal(amount) / scale:f}"


def listed(options: Sequence[int], names: Names) -> str:
    """Names several options."""
    return ", ".join(names[option] for option in options)


def paired(names: Names, figures: Sequence[Value]) -> list[str]:
    """Names options with a figure each."""
    return [f"{name} {said}" for name, said in zip(names, figures, strict=False)]
