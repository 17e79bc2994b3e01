"""/newballot: every rule of a ballot in words, with a button to change each."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.ballots.rules import MOST_OPTIONS, Share
from bot.ballots.setting import METHODS, SHARES, applies, fitted, share
from bot.dialogue import Action, Button, Screen, Step, back, rows
from bot.texts import Lines, Refusal, text
from bot.turn import Turn
from handlers.planned import Plan, needs_options, onward
from handlers.rulewords import RULES, in_words
from handlers.rulewords import share as share_in_words

MOST_SEATS = 9  # of one tap; more can be typed
TURNS = {"double": ("", "country", "employer"), "base": ("valid", "cast", "electorate"), "tie": ("declared", "drawn")}


@dataclass(frozen=True)
class SetRules(Step, name="newballot.rules"):
    """Lists every rule in words; a tap changes one."""

    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Shows the rules that mean something with this method."""
        rules = self.plan.rules
        changed = [Button(rule, text(f"rules.{rule}.button"), to) for rule in RULES if (to := self._change(rule))]
        done = Button("done", text("newballot.go_on.button"), self.done, "primary")
        lines = Lines((text("rules.title"), Lines((*in_words(rules), text("rules.extension")), tight=True)))
        return Screen(lines, (*rows(*changed, width=2), (done,)))

    async def done(self, turn: Turn) -> Step:
        """Goes on where the plan stands."""
        return onward(turn, self.plan)

    def _change(self, rule: str) -> Step | None:
        """Gives what a tap on a rule leads to; None where it cannot be changed now."""
        rules = self.plan.rules
        if not applies(rule, rules) or (rule == "method" and self.plan.wordings and not needs_options(rules)):
            return None
        if rule == "method":
            return AskMethod(self.plan)
        if rule in ("seats", "most"):
            return AskNumber(self.plan, rule)
        if rule in ("quorum", "threshold"):
            return AskShare(self.plan, rule)
        return SetRules(with_rule(self.plan, rule, turned(rule, getattr(rules, rule))))


def turned(rule: str, value: str | bool) -> str | bool:
    """Gives the next value of a rule that has only a few."""
    if isinstance(value, bool):
        return not value
    order = TURNS[rule]
    return order[(order.index(value) + 1) % len(order)]


def with_rule(plan: Plan, rule: str, value: object) -> Plan:
    """Gives a plan with one rule changed, and without the rules that mean nothing any more."""
    changed: dict[str, Any] = {rule: value}
    return replace(plan, rules=fitted(replace(plan.rules, **changed)))


@dataclass(frozen=True)
class AskMethod(Step, name="newballot.method"):
    """Asks how people vote."""

    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Shows the methods; yes or no only as long as no options are written."""
        possible = [one for one in METHODS if one != "yesno" or not self.plan.wordings]
        buttons = [Button(one, text(f"rules.method.{one}.button"), self.chosen(one)) for one in possible]
        words = Lines(tuple(text(f"rules.method.{one}") for one in possible), tight=True)
        return Screen(
            Lines((text("rules.method.ask"), words)), (*rows(*buttons, width=2), (back(SetRules(self.plan)),))
        )

    def chosen(self, method: str) -> Action:
        """Gives what a tap on a method does."""
        return partial(set_rule, plan=self.plan, rule="method", value=method)


async def set_rule(turn: Turn, plan: Plan, rule: str, value: object) -> Step:
    """Changes one rule and shows them all again."""
    return SetRules(with_rule(plan, rule, value))


@dataclass(frozen=True)
class AskNumber(Step, name="newballot.number"):
    """Asks for a number: how many are elected, or how many options one may choose."""

    plan: Plan
    rule: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows small numbers; a larger one is typed."""
        buttons = [
            Button(str(n), text("value", value=str(n)), partial(set_rule, plan=self.plan, rule=self.rule, value=n))
            for n in range(1, MOST_SEATS + 1)
        ]
        return Screen(text(f"rules.{self.rule}.ask"), (*rows(*buttons, width=3), (back(SetRules(self.plan)),)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads a number."""
        said = words.strip()
        if not said.isdecimal() or not 1 <= int(said) <= MOST_OPTIONS:
            raise Refusal("rules.number.unclear", most=MOST_OPTIONS)
        return await set_rule(turn, self.plan, self.rule, int(said))


@dataclass(frozen=True)
class AskShare(Step, name="newballot.share"):
    """Asks for a share: the quorum, or the threshold."""

    plan: Plan
    rule: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows usual shares; any other is typed."""
        buttons = [Button(name, share_in_words(one), self.chosen(one)) for name, one in SHARES.items()]
        none = (Button("none", text("rules.share.none.button"), self.chosen(None)),) if self._may_be_none() else ()
        last = (*none, back(SetRules(self.plan)))
        return Screen(text(f"rules.{self.rule}.ask"), (*rows(*buttons, width=2), last))

    def chosen(self, wanted: Share | None) -> Action:
        """Gives what a tap on a share does."""
        return partial(set_rule, plan=self.plan, rule=self.rule, value=wanted)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads a fraction or a percentage."""
        return await set_rule(turn, self.plan, self.rule, share(words))

    def _may_be_none(self) -> bool:
        return self.rule == "quorum" or self.plan.rules.method != "yesno"
