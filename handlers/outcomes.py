"""The words of an outcome: one sentence for every verdict and reason, in every language."""

from collections.abc import Mapping, Sequence

from bot.ballots.deciding import HALF, MEASURED, whole
from bot.ballots.electorates import OTHERS
from bot.ballots.outcome import Outcome, Tally
from bot.ballots.rules import Rules, Share
from bot.texts import Country, Listed, Text, Value, text

Names = Sequence[str]
NAMED_SHARES = {(1, 2): "half", (2, 3): "two_thirds", (3, 4): "three_quarters", (4, 5): "four_fifths"}


def words(outcome: Outcome, rules: Rules, names: Names, groups: Mapping[str, Value] | None = None) -> list[Text]:
    """Says what was decided and why: one sentence, then what else may be told.

    `names` are the options in the reader's language, `groups` the names of employers by id. Countries have their own.
    """
    said = [verdict(outcome, rules, names)]
    said += [group_line(tally, rules, groups or {}) for tally in outcome.groups]
    said += [text("result.bare")] if outcome.kind == "bare" else []
    return said + ([text("outcome.indicative")] if rules.indicative and outcome.kind != "none" else [])


def verdict(outcome: Outcome, rules: Rules, names: Names) -> Text:
    """Gives the one sentence of a verdict."""
    if outcome.verdict == "unknown":
        return text("outcome.unknown")
    if outcome.verdict == "no_quorum":
        return no_quorum(outcome, rules)
    if rules.method == "yesno":
        return answered(outcome, rules)
    if outcome.verdict == "not_carried":
        return nobody(outcome, rules, names)
    return ranked(outcome, rules, names)


def no_quorum(outcome: Outcome, rules: Rules) -> Text:
    """Says how many had to vote, and how many did."""
    needed = rules.quorum.needed(outcome.electorate) if rules.quorum else 0
    if outcome.kind != "figures":
        return text("outcome.no_quorum.bare", electorate=outcome.electorate, needed=needed)
    return text("outcome.no_quorum", cast=outcome.cast, electorate=outcome.electorate, needed=needed)


def answered(outcome: Outcome, rules: Rules) -> Text:
    """Says whether yes was enough."""
    if outcome.why == "group":
        return text("outcome.not_carried.group", share=share_of(rules))
    reached = "groups" if outcome.why == "groups" else outcome.verdict
    if outcome.kind != "figures":
        return text(f"outcome.{reached}.bare", share=share_of(rules))
    return text(f"outcome.{reached}.{rules.base}", **measured(outcome, rules, 0))


def nobody(outcome: Outcome, rules: Rules, names: Names) -> Text:
    """Says why no option is chosen."""
    if outcome.why in ("group", "few"):
        return text(f"outcome.nothing.{outcome.why}", share=share_of(rules))
    if outcome.kind != "figures":
        return text("outcome.nothing.bare", share=share_of(rules))
    first = outcome.counts.index(max(outcome.counts))
    return text(f"outcome.nothing.{rules.base}", option=names[first], **measured(outcome, rules, first))


def ranked(outcome: Outcome, rules: Rules, names: Names) -> Text:
    """Says who is chosen, in which order, or who is equal."""
    winners = listed(outcome.winners, names)
    if outcome.tied:
        sure = tuple(winner for winner in outcome.winners if winner not in outcome.tied)
        key = "outcome.ordered.tie" if outcome.verdict == "ordered" else "outcome.tied.rest" if sure else "outcome.tied"
        return text(key, winners=listed(sure, names), all=winners, tied=listed(outcome.tied, names))
    if outcome.verdict != "elected":
        return text(f"outcome.{outcome.verdict}", winners=winners, none=names[-1])
    return chosen(outcome, rules, winners)


def chosen(outcome: Outcome, rules: Rules, winners: Value) -> Text:
    """Says who is chosen and, of a single one, with how many votes."""
    if outcome.why in ("lot", "groups"):
        return text(f"outcome.elected.{outcome.why}", winners=winners, share=share_of(rules))
    if rules.method not in MEASURED or len(outcome.winners) > 1 or outcome.kind != "figures":
        return text("outcome.elected", winners=winners)
    key = f"outcome.elected.{rules.base}" if outcome.why == "threshold" else "outcome.elected.votes"
    valid = outcome.cast - outcome.blank
    return text(key, winners=winners, valid=valid, **measured(outcome, rules, outcome.winners[0]))


def measured(outcome: Outcome, rules: Rules, option: int) -> dict[str, Value]:
    """Gives the figures of a threshold: the votes for an option, of how many, and how many were needed."""
    tally = Tally("", outcome.electorate, outcome.cast, outcome.blank, outcome.counts[option])
    of = whole(rules.base, tally)
    return {"part": tally.part, "whole": of, "share": share_of(rules), "needed": asked(rules).needed(of)}


def group_line(tally: Tally, rules: Rules, groups: Mapping[str, Value]) -> Text:
    """Gives the figures of one group."""
    of = whole(rules.base, tally)
    return text(
        f"outcome.group.{rules.base}",
        group=group_name(tally.group, rules, groups),
        part=tally.part,
        whole=of,
        needed=asked(rules).needed(of),
    )


def group_name(group: str, rules: Rules, groups: Mapping[str, Value]) -> Value:
    """Names a group."""
    if group == OTHERS:
        return text("newballot.electorate.others.button")
    return Country(group) if rules.double == "country" else groups.get(group, group)


def asked(rules: Rules) -> Share:
    """Gives the share that had to be reached."""
    return rules.threshold or HALF


def share_of(rules: Rules) -> Text:
    """Says a share in words."""
    share = asked(rules)
    how = "over" if share.strict else "least"
    named = NAMED_SHARES.get((share.over, share.of))
    return text(f"outcome.share.{how}.{named}") if named else text(f"outcome.share.{how}", over=share.over, of=share.of)


def listed(options: tuple[int, ...], names: Names) -> Listed:
    """Names several options."""
    return Listed(tuple(names[option] for option in options))
