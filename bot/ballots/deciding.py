"""Decides a ballot by its rules, and how much of the outcome may be published.

**The verdict**, first that fits:

1. Under 5 votes cast: "unknown", or "no_quorum" where the quorum is 5 or more, which then follows anyway.
2. Fewer votes cast (blank ones too) than the quorum's share of the electorate: "no_quorum".
3. yesno: "carried" where yes reaches the threshold (without one: more than a half) of the base: votes cast, valid
   votes, or the electorate; with a double majority in each group too, of the group's own base. Else "not_carried".
4. demands: "ordered".
5. More winners than seats: "tied", unless all that are equal miss the threshold of 6. "None of the above" (the last
   option, not with stv and meek) among the winners: only those before it are elected; nobody: "none_of_above".
6. Of choice, multiple and approval a winner who misses the threshold, where there is one, is not elected; a double
   majority without a threshold asks for more than a half. Nobody is left: "not_carried". Other methods measure no share
   of voters, so that a threshold says nothing about them (MEASURED).
7. "elected".

A group in which fewer than 5 voted has not reached the threshold, however they voted: the verdict must not hang on what
so few said, since beside the other groups it would tell how they voted. So every group needs 5 votes to agree.

**What is published**, and what it tells about one person (anonymity.md, "A vote", 4). Assume a reader who knows exactly
who took part, in which group.

- Under 5 cast: that, and nothing else.
- Under 10 cast, or unanimous: the verdict and the winners, without figures ("bare"). Unanimous is every ballot in which
  somebody's answer to one question is known from the figures alone: all cast the same (all blank among it), or all
  *valid* votes are yes, name the same option (also beside others), rank the same one first, give one option the same
  score, name the same least important demand. A blank vote does not hide anybody: "11 yes, 0 no, 1 blank" tells of all
  twelve that they are not against. That an option has no votes at all is told, as in every election: it is what nobody
  said, not what somebody did.
- What remains: a bare outcome of a ballot in which ten or more are known to have voted, as after a quorum of ten, says
  that it was unanimous. No rule that prints exact figures otherwise can hide that. And a threshold that only all reach,
  or only none miss, tells by its verdict; `telling` finds it, so that it can be warned of before the opening.
- Otherwise figures: every answer was given by somebody, and not by somebody else.
- Groups of a double majority: their figures are parts of a sum that is published, so each one that is left out could be
  had by taking the others away; two left out together still by what is known of one of them (twelve voted there, it is
  left out, so it was unanimous). Therefore all or none: figures are published when *every* group has at least 10 cast,
  and in each some valid votes name the measured option and some do not, and it is not unanimous in any other way.
  Voters of no group are such a part too. So nobody's answer is known in any group, and nothing is left to subtract.
  That nobody in a group is blank tells of no one how they voted. With several seats there are no figures of groups.
  Which group failed is told by the figures alone; without them, only that one did.

Whoever publishes the ballots themselves must leave the group off each where `Outcome.groups` is empty.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ballots.counting import Count, Vote, count
from bot.ballots.outcome import Outcome, Tally, Verdict, Why
from bot.ballots.rules import FIGURES_FROM, OUTCOME_FROM, Base, Group, Rules, Share

MEASURED = frozenset({"yesno", "choice", "multiple", "approval"})
EXCLUDING = frozenset({"irv", "stv", "meek"})  # they need a lot whatever is said of ties
PROPORTIONAL = frozenset({"stv", "meek"})
HALF = Share(1, 2, strict=True)
Said = Sequence[tuple[int, Vote]]  # the voter's place among the groups (their number: in none), and the vote


@dataclass(frozen=True)
class Ruling:
    """A verdict with its reason, and the options it is about."""

    verdict: Verdict
    why: Why
    winners: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()


@dataclass(frozen=True)
class Case:
    """Everything that a decision depends on."""

    rules: Rules
    options: int
    electorate: int
    groups: Sequence[Group]
    votes: Said
    count: Count

    @property
    def share(self) -> Share | None:
        """Gives the share that must be reached, or None."""
        asked = self.rules.method == "yesno" or (self.rules.double and self.rules.method in MEASURED)
        return (
            self.rules.threshold if self.rules.method in MEASURED and self.rules.threshold else HALF if asked else None
        )

    def overall(self, option: int) -> Tally:
        """Measures an option over all votes."""
        return tally("", self.electorate, [vote for _, vote in self.votes], option)

    def parts(self, option: int) -> list[Tally]:
        """Measures an option in each group, and last among those who are in none, where there are any."""
        return [tally(cell.id, cell.size, votes, option) for cell, votes in self.cells()]

    def cells(self) -> list[tuple[Group, list[Vote]]]:
        """Gives the votes of each group, and last of those who are in none, where there are any."""
        rest = self.electorate - sum(group.size for group in self.groups)
        cells = [*self.groups, *([Group("", rest)] if rest else [])]
        return [(cell, [vote for at, vote in self.votes if at == number]) for number, cell in enumerate(cells)]


def decide(
    rules: Rules,
    options: int,
    electorate: int,
    groups: Sequence[Group],
    votes: Said,
    lot: Sequence[int] | None = None,
) -> Outcome:
    """Decides a closed ballot and says what may be published of it.

    `lot` is an order of all options; it is used where ties are drawn, and by methods that exclude.
    """
    if len(votes) < OUTCOME_FROM:
        return unpublished(rules, electorate)
    said = Counter(vote for _, vote in votes)
    counted = count(rules.method, said, options, rules.seats, lot if draws(rules) else None)
    case = Case(rules, options, electorate, groups, votes, counted)
    ruling = rule(case)
    found = Outcome("bare", ruling.winners, (), ruling.verdict, ruling.why, ruling.tied, None, electorate)
    return with_figures(found, case, said) if figures_tell_nobody(rules.method, said, options) else found


def unpublished(rules: Rules, electorate: int) -> Outcome:
    """Gives the outcome of which nothing may be told but what follows from fewer than 5 votes."""
    if rules.quorum and rules.quorum.needed(electorate) >= OUTCOME_FROM:
        return Outcome("none", verdict="no_quorum", why="quorum", electorate=electorate)
    return Outcome("none", verdict="unknown", why="withheld", electorate=electorate)


def draws(rules: Rules) -> bool:
    """Says whether a lot decides ties of this ballot."""
    return rules.tie == "drawn" or rules.method in EXCLUDING


def rule(case: Case) -> Ruling:
    """Finds the verdict."""
    if case.rules.quorum and not case.rules.quorum.reached(len(case.votes), case.electorate):
        return Ruling("no_quorum", "quorum")
    if case.rules.method == "yesno":
        return answered(case)
    return ordered(case) if case.rules.method == "demands" else elected(case)


def answered(case: Case) -> Ruling:
    """Finds whether yes is enough."""
    missed = misses(case, 0)
    if missed:
        return Ruling("not_carried", missed)
    return Ruling("carried", "groups" if case.rules.double else "threshold", (0,))


def ordered(case: Case) -> Ruling:
    """Gives the first of the order; where the last of them are equal, more than were asked for."""
    tied = equal(case)
    return Ruling("ordered", "tie" if tied else "votes", case.count.winners, tied)


def elected(case: Case) -> Ruling:
    """Finds who is elected."""
    tied = equal(case)
    if any(not misses(case, option) for option in tied):
        return Ruling("tied", "tie", case.count.winners, tied)
    if not case.count.winners:
        return Ruling("not_carried", "few")
    before_none = ahead_of_none(case)
    if not before_none:
        return Ruling("none_of_above", "votes")
    missed = {winner: misses(case, winner) for winner in before_none}
    winners = tuple(winner for winner in before_none if not missed[winner])
    return Ruling("elected", reason(case), winners) if winners else Ruling("not_carried", missed[before_none[0]])


def equal(case: Case) -> tuple[int, ...]:
    """Gives those who are equal for the last seats where that is declared."""
    if len(case.count.winners) <= case.rules.seats:
        return ()
    return next(stage.options for stage in reversed(case.count.stages) if stage.did == "tie")


def ahead_of_none(case: Case) -> tuple[int, ...]:
    """Gives the winners whom "none of the above" does not beat."""
    winners, none = case.count.winners, case.options - 1
    if not case.rules.none_option or case.rules.method in PROPORTIONAL or none not in winners:
        return winners
    return winners[: winners.index(none)]


def reason(case: Case) -> Why:
    """Says what made the elected win."""
    drawn = any(
        stage.did == "lot" and stage.amounts and 0 < stage.amounts[0] < len(stage.options)
        for stage in case.count.stages
    )
    if case.share:
        return "groups" if case.rules.double else "threshold"
    return "lot" if drawn and case.rules.method not in EXCLUDING else "votes"


def misses(case: Case, option: int) -> Why:
    """Says what an option does not reach: the threshold overall, or in a group; "" where it reaches all."""
    if not case.share:
        return ""
    if not enough(case, case.share, case.overall(option)):
        return "threshold"
    parts = case.parts(option)[: len(case.groups)] if case.rules.double else []
    agreed = (part.cast >= OUTCOME_FROM and enough(case, case.share, part) for part in parts)
    return "" if all(agreed) else "group"


def enough(case: Case, share: Share, measured: Tally) -> bool:
    """Says whether a tally reaches the share of its base."""
    return share.reached(measured.part, whole(case.rules.base, measured))


def whole(base: Base, measured: Tally) -> int:
    """Gives the number of which a share is asked."""
    return {"cast": measured.cast, "valid": measured.valid, "electorate": measured.size}[base]


def tally(group: str, size: int, votes: Sequence[Vote], option: int) -> Tally:
    """Counts the votes of a group, and those among them that name an option."""
    return Tally(group, size, len(votes), votes.count(()), sum(option in vote for vote in votes))


def figures_tell_nobody(method: str, said: Counter[Vote], options: int) -> bool:
    """Says whether figures may be published: at least 10 cast, and not unanimous."""
    return said.total() >= FIGURES_FROM and not unanimous(method, said, options)


def unanimous(method: str, said: Counter[Vote], options: int) -> bool:
    """Says whether figures would tell somebody's answer to one question, since all gave the same."""
    valid = [vote for vote in said if vote]
    if not valid:
        return True
    if method == "score":
        return any(len(set(scores)) == 1 for scores in zip(*valid, strict=True))
    if method in ("multiple", "approval"):
        return bool(set[int](valid[0]).intersection(*valid))
    if method == "demands":
        worst = {vote[0] for vote in valid}
        return len({vote[1] for vote in valid}) == 1 or (len(worst) == 1 and options not in worst)
    return len({vote[0] for vote in valid}) == 1


def with_figures(found: Outcome, case: Case, said: Counter[Vote]) -> Outcome:
    """Adds the figures to an outcome."""
    return Outcome(
        *("figures", found.winners, case.count.totals, found.verdict, found.why, found.tied, case.count),
        *(case.electorate, said.total(), said[()], figures_of_groups(case)),
    )


def figures_of_groups(case: Case) -> tuple[Tally, ...]:
    """Gives the figures of all groups where none of them tells anybody's answer, else of none."""
    if not case.rules.double or not case.share or case.rules.seats > 1 or not case.count.winners:
        return ()
    parts = case.parts(0 if case.rules.method == "yesno" else case.count.winners[0])
    mixed = all(part.cast >= FIGURES_FROM and 0 < part.part < part.valid for part in parts)
    if not mixed or any(unanimous(case.rules.method, Counter(votes), case.options) for _, votes in case.cells()):
        return ()
    return tuple(parts[: len(case.groups)])


def telling(rules: Rules, electorate: int) -> bool:
    """Says whether the bare verdict of a few votes can tell that all of them were yes, or that none was.

    Of votes that is any threshold over 4/5, or up to 1/5: of five votes only all reach the one, and only none miss the
    other. Of an electorate it is what only everybody reaches, or a single vote.
    """
    share, few = rules.threshold or HALF, range(OUTCOME_FROM, FIGURES_FROM)
    wholes = (electorate,) if rules.base == "electorate" else few
    return any(turns(share, whole - 1, whole) or turns(share, 0, whole) for whole in wholes)


def turns(share: Share, part: int, of: int) -> bool:
    """Says whether one vote more than these makes a share be reached."""
    return share.reached(part + 1, of) and not share.reached(part, of)
