"""Decides what can be set of a ballot's rules: which rule means something with which method, and what fits together."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args

from bot.ballots.deciding import EXCLUDING, MEASURED, telling
from bot.ballots.rules import Method, Rules, Share
from bot.texts import Refusal

METHODS: tuple[Method, ...] = get_args(Method)
MAJORITY = Share(1, 2, strict=True)
SEVERAL = frozenset({"multiple", "approval", "score", "stv", "meek", "demands"})  # methods with several winners
TIED = frozenset({"choice", "multiple", "approval", "score", "schulze", "demands"})  # methods that may declare a tie
REFUSING = frozenset({"choice", "approval", "irv", "schulze"})  # methods in which "none of the above" can win
ALWAYS = ("method", "quorum", "changeable", "indicative", "binding")
SHARE = re.compile(r"(>)?\s*(\d{1,6})(?:\s*/\s*(\d{1,6})|(?:[.,](\d{1,2}))?\s*[%٪])")


def applies(rule: str, rules: Rules) -> bool:
    """Says whether a rule means something with these rules' method."""
    measured = rules.method in MEASURED
    return rule in ALWAYS or {
        "seats": rules.method in SEVERAL,
        "most": rules.method == "multiple",
        "threshold": measured,
        "base": measured and rules.threshold is not None,
        "double": measured and rules.threshold is not None,
        "tie": rules.method in TIED,
        "shuffled": rules.method != "yesno",
        "none_option": rules.method in REFUSING,
    }.get(rule, False)


def fitted(rules: Rules) -> Rules:
    """Gives rules without what means nothing with their method.

    A yes needs a majority where nothing else is said, and methods that exclude one after the other need a lot for ties.
    """
    kept = ("preset", "top")
    idle: dict[str, Any] = {
        one.name: one.default for one in fields(Rules) if one.name not in kept and not applies(one.name, rules)
    }
    if rules.method in EXCLUDING:
        idle["tie"] = "drawn"
    after = replace(rules, **idle)
    return replace(after, threshold=MAJORITY) if after.method == "yesno" and not after.threshold else after


def check(rules: Rules, options: int) -> None:
    """Refuses rules that so many options (without "none of the above") cannot satisfy. Raises Refusal."""
    if rules.method not in ("yesno", "demands") and rules.seats >= options:
        raise Refusal("rules.seats.too_many", seats=rules.seats, n=options)
    if rules.most > options:
        raise Refusal("rules.most.too_many", most=rules.most, n=options)


def keep_quiet(rules: Rules, electorate: int) -> None:
    """Refuses a threshold whose verdict alone can tell how everybody voted. Raises Refusal."""
    if rules.threshold and rules.method in MEASURED and telling(rules, electorate):
        raise Refusal("rules.threshold.telling")


def typed_options(rules: Rules, options: tuple[str, ...]) -> tuple[str, ...]:
    """Gives those of a ballot's options that somebody typed: the last one may be "none of the above"."""
    return options[: len(options) - rules.none_option]


def share(words: str) -> Share:
    """Reads a share typed as a fraction or in per cent; with > in front it must be exceeded. Raises Refusal."""
    said = SHARE.fullmatch(words.strip())
    if said is None:
        raise Refusal("rules.share.unclear")
    strict, whole, of, hundredths = said.groups()
    found = (int(whole), int(of)) if of else percent(int(whole), hundredths or "")
    if not 0 < found[0] <= found[1] or (strict and found[0] == found[1]):
        raise Refusal("rules.share.unclear")
    return Share(*found, strict=bool(strict))


def percent(whole: int, hundredths: str) -> tuple[int, int]:
    """Gives a percentage as a fraction of whole numbers, as it was typed."""
    return whole * 10 ** len(hundredths) + int(hundredths or 0), 100 * 10 ** len(hundredths)


# What one tap offers; anything else can be typed.
SHARES: Mapping[str, Share] = {
    "q1": Share(1, 4),
    "q2": Share(1, 3),
    "half": Share(1, 2),
    "more": MAJORITY,
    "two": Share(2, 3),
    "three": Share(3, 4),
    "four": Share(4, 5),
}
