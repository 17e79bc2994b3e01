"""A ballot as an organizer plans it: what is known so far, and the ballot that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ballots.electorates import OTHERS, Whom, electorate, groups, keep_apart, keep_divided
from bot.ballots.moments import closes
from bot.ballots.rules import Ballot, Rules, Wording
from bot.ballots.setting import check, keep_quiet
from bot.dialogue import Step
from bot.texts import Country, Refusal, Text, look, text
from bot.turn import Turn
from bot.workplaces.catalogue import employer


@dataclass(frozen=True)
class Plan:
    """What is known of a ballot so far. Its wordings hold what was typed; words of the bot's own are added at the end.

    `days` is 0 until it was chosen; `opens` None is at once.
    """

    rules: Rules = Rules()
    wordings: tuple[Wording, ...] = ()
    whom: Whom = Whom()
    days: int = 0
    opens: datetime | None = None

    def worded(self, wording: Wording) -> "Plan":
        """Gives the plan with a wording more, or with a changed one."""
        others = [one for one in self.wordings if one.locale != wording.locale]
        known = [wording if one.locale == wording.locale else one for one in self.wordings]
        return replace(self, wordings=tuple(known if len(others) < len(self.wordings) else [*others, wording]))


def needs_options(rules: Rules) -> bool:
    """Says whether options are typed: yes and no are words of the bot's own."""
    return rules.method != "yesno"


def complete(turn: Turn, plan: Plan, wording: Wording) -> Wording:
    """Gives a wording with the options that are words of the bot's own. Raises Refusal when one is there already."""
    own = ["ballot.option.yes", "ballot.option.no"] if plan.rules.method == "yesno" else []
    own += ["ballot.option.none"] if plan.rules.none_option else []
    options = (*wording.options, *(said(turn, text(key), wording.locale) for key in own))
    if len({look(option) for option in options}) < len(options):
        raise Refusal("newballot.options.double")
    return replace(wording, options=options)


def said(turn: Turn, words: Text, locale: str) -> str:
    """Writes words of the bot's own in one language, as if they had been typed."""
    return turn.office.texts.plain(words, locale, turn.office.union.zone)


def texts_of(turn: Turn, plan: Plan) -> tuple[Wording, ...]:
    """Gives the wordings as members will read them. Raises Refusal when the rules do not fit the options."""
    if needs_options(plan.rules):
        check(plan.rules, len(plan.wordings[0].options))
    return tuple(complete(turn, plan, wording) for wording in plan.wordings)


def ballot_of(turn: Turn, plan: Plan, ballot_id: str) -> Ballot:
    """Gives the ballot that a plan makes. Raises Refusal when its rules do not fit its options."""
    wordings = texts_of(turn, plan)
    ends = closes(plan.opens, plan.days, turn.office.union.zone, turn.now)
    return Ballot(
        ballot_id,
        wordings,
        plan.whom.country,
        ends,
        state="draft" if plan.rules.binding else "opening",
        rules=plan.rules,
        employer=plan.whom.employer,
        opens_at=plan.opens,
        by=turn.own_id(),
        days=plan.days,
    )


async def keep_safe(turn: Turn, ballot: Ballot) -> None:
    """Refuses a ballot that would tell of people: by whom it asks, its groups, its verdict, or an earlier one."""
    members, whom = await turn.stores.members.all(), Whom.of(ballot)
    if ballot.rules.binding and whom != Whom():  # who belongs there is what members say of themselves
        raise Refusal("newballot.binding.cohort")
    voters = electorate(members, whom, turn.now)
    keep_divided(groups(voters, ballot.rules.double, turn.now.date()), ballot.rules)
    keep_quiet(ballot.rules, len(voters))
    put = await turn.stores.ballots.having("draft", "opening", "open", "closed")
    keep_apart(ballot.wordings, whom, members, [one for one in put if one.id != ballot.id], turn.now)


def named(whom: Whom) -> Text:
    """Says who may vote."""
    if whom.employer:
        return text("newballot.electorate.employer", employer=employer(whom.employer).name)
    if whom.country is None:
        return text("newballot.electorate.all.button")
    if whom.country == OTHERS:
        return text("newballot.electorate.others.button")
    return text("value", value=Country(whom.country))


def written(wordings: Sequence[Wording]) -> frozenset[str]:
    """Gives the languages that are written already."""
    return frozenset(wording.locale for wording in wordings)


def onward(turn: Turn, plan: Plan) -> Step:
    """Gives the next question about a plan. The questions lead to one another, so they are found only when asked."""
    from handlers.newballot import AskMore, AskQuestion
    from handlers.newopening import Preview

    if not plan.wordings:
        return AskQuestion(turn.locale, plan)
    return Preview(plan) if plan.days else AskMore(plan)
