"""The rules of a ballot in words, a sentence each: for the organizer who sets them and for everybody who votes."""

from fractions import Fraction

from bot.ballots.electorates import OTHERS
from bot.ballots.rules import Ballot, Rules, Share
from bot.ballots.setting import applies
from bot.texts import Country, Lines, Percent, Text, text
from bot.workplaces.catalogue import employer

# In the order in which they are read; whether one means anything depends on the method.
RULES = (
    *("method", "seats", "most", "quorum", "threshold", "base", "double"),
    *("tie", "changeable", "shuffled", "none_option", "indicative", "binding"),
)
SAID_WITH = {"base": "threshold"}  # rules that are said in the sentence of another one


def in_words(rules: Rules) -> tuple[Text, ...]:
    """Says every rule that means something with this method."""
    return tuple(rule_in_words(rule, rules) for rule in RULES if applies(rule, rules) and rule not in SAID_WITH)


ELECTING = frozenset({"stv", "meek"})  # they say the number of seats in how they are counted


def decided_by(rules: Rules) -> tuple[Text, ...]:
    """Says what the outcome hangs on beside the votes, as far as anything does: for the paper."""
    asked = ("quorum", "threshold", "double", "none_option")
    said = [rule for rule in asked if applies(rule, rules) and getattr(rules, rule)]
    said += ["seats"] if rules.seats > 1 and rules.method not in ELECTING else []
    drawn = ("tie",) if applies("tie", rules) and rules.tie == "drawn" else ()
    return tuple(rule_in_words(rule, rules) for rule in (*said, *drawn))


def rule_in_words(rule: str, rules: Rules) -> Text:
    """Says one rule."""
    value = getattr(rules, rule)
    if rule == "method":
        return text(f"rules.method.{value}")
    if rule in ("seats", "most"):
        return text(f"rules.{rule}", number=value) if value else text(f"rules.{rule}.any")
    if rule == "quorum":
        return text("rules.quorum", share=share(value)) if value else text("rules.quorum.none")
    if rule == "threshold":
        return threshold(rules)
    return text(f"rules.{rule}.{state(value)}")


def state(value: str | bool) -> str:
    """Gives the end of a key for a rule that is on or off, or one of a few."""
    if isinstance(value, str):
        return value or "none"
    return "on" if value else "off"


def threshold(rules: Rules) -> Text:
    """Says what the yes, or the option that leads, must reach."""
    if rules.threshold is None:
        return text("rules.threshold.yes.none" if rules.method == "yesno" else "rules.threshold.none")
    who = "yes" if rules.method == "yesno" else "winner"
    return text(f"rules.threshold.{who}.{rules.base}", share=share(rules.threshold))


def share(wanted: Share) -> Text:
    """Says a share: in whole per cent where it was given so, else as a fraction."""
    kind = "more" if wanted.strict else "least"
    if wanted.of % 100 == 0 and 100 * wanted.over % wanted.of == 0:
        return text(f"rules.share.{kind}", share=Percent(Fraction(wanted.over, wanted.of)))
    return text(f"rules.share.{kind}", share=f"{wanted.over}/{wanted.of}")


def groups_in_words(ballot: Ballot) -> Lines:
    """Says which groups must agree too, with their sizes, and that who is in none counts overall only."""
    names = [group_name(ballot, number) for number in range(len(ballot.groups))]
    listed = [text("rules.group", name=name, size=one.size) for name, one in zip(names, ballot.groups, strict=True)]
    return Lines((text("rules.groups"), *listed, text("rules.groups.rest")), tight=True)


def group_name(ballot: Ballot, number: int) -> Text:
    """Names one group of a ballot."""
    code = ballot.groups[number].id
    if code == OTHERS:
        return text("rules.group.others")
    return text("value", value=Country(code) if ballot.rules.double == "country" else employer(code).name)
