"""Decides who may be asked: electorates that single nobody out, alone or beside an earlier ballot.

anonymity.md asks for two things: an electorate and its complement of at least 10, and groups under 20 merged into
"others" at opening. Read together, the stricter one wins wherever both could apply: a country, or an employer, is asked
alone from 20 members on, with 10 or more left over. "Others" are all the smaller countries together, those who stated
no country among them; they and the rest are at least 10, and they are more than one group, since otherwise they would
be just that small country under another name. Only members past probation count, by what counts on the day: a country
or an employer that was stated lately does not yet.

The same question is not put again within 30 days to an audience that differs by fewer than 10, as the audiences would
be now, and as the earlier one was on the day it opened: who has joined since would be told by the difference. Members
who left meanwhile are not known any more and are left out of both, which only makes the rule stricter. It compares
wordings; a question put in other words it cannot see.

For a double majority an electorate falls into groups, by country or by the employer stated first: those of 20 and more,
and all smaller ones together where they are 20 and more than one. Whoever is in none of them counts overall only.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.ballots.rules import Ballot, Group, Rules, Wording
from bot.members.rules import Member, belongs, counted_country, counted_employers
from bot.texts import Refusal

SMALLEST_GROUP = 10  # electorate, complement, and difference to an earlier audience
SMALLEST_COUNTRY = 20  # and employer
FEWEST_GROUPS = 2  # for a double majority
OTHERS = "others"
APART = timedelta(days=30)
Sizes = Counter[str | None]


@dataclass(frozen=True)
class Whom:
    """Who is asked: the whole union, a country (or OTHERS, all small ones together), or the people of an employer."""

    country: str | None = None
    employer: str | None = None

    @classmethod
    def of(cls, ballot: Ballot) -> "Whom":
        """Gives whom a ballot asks."""
        return cls(ballot.country, ballot.employer)


EVERYBODY = Whom()


def electorate(members: Iterable[Member], whom: Whom, now: datetime) -> list[Member]:
    """Gives who may vote: members past probation, of one country or employer, of all small groups together, or all.

    Raises Refusal when somebody could be singled out.
    """
    people, day = list(members), now.date()
    chosen = audience(people, whom, day)
    if not chosen:
        raise Refusal("newballot.electorate.empty")
    if whom != EVERYBODY and not may_be_asked(people, whom, day):
        raise Refusal("newballot.electorate.small", country=SMALLEST_COUNTRY, rest=SMALLEST_GROUP)
    return chosen


def may_be_asked(members: Sequence[Member], whom: Whom, day: date) -> bool:
    """Says whether a part of the union can be asked without singling anybody out."""
    if whom.country is not None:
        return stands_alone(sizes(members, day), whom.country)
    entitled, asked = audience(members, EVERYBODY, day), audience(members, whom, day)
    return len(asked) >= SMALLEST_COUNTRY and len(entitled) - len(asked) >= SMALLEST_GROUP


def audience(members: Iterable[Member], whom: Whom, day: date) -> list[Member]:
    """Gives who is asked on a day, by what counts on it, whether or not that is enough people."""
    entitled = [member for member in members if entitled_on(member, day)]
    if whom.employer is not None:
        return [member for member in entitled if whom.employer in counted_employers(member, day)]
    if whom.country is None:
        return entitled
    asked = small_groups(sizes(entitled, day)) if whom.country == OTHERS else frozenset({whom.country})
    return [member for member in entitled if counted_country(member, day) in asked]


def entitled_on(member: Member, day: date) -> bool:
    """Says whether a member's probation is over on a day."""
    return belongs(member) and member.probation_ends <= day


def sizes(members: Iterable[Member], day: date) -> Sizes:
    """Counts who is entitled on a day by the country that counts on it."""
    return Counter(counted_country(member, day) for member in members if entitled_on(member, day))


def small_groups(groups: Sizes) -> frozenset[str | None]:
    """Gives the groups that merge into "others": those under 20, and those who stated none."""
    return frozenset(group for group, size in groups.items() if group is None or size < SMALLEST_COUNTRY)


def stands_alone(groups: Sizes, country: str) -> bool:
    """Says whether a country, or "others", can be asked without singling anybody out."""
    small = small_groups(groups)
    asked = small if country == OTHERS else frozenset({country})
    size = sum(groups[group] for group in asked)
    if min(size, groups.total() - size) < SMALLEST_GROUP:
        return False
    return len(small) > 1 if country == OTHERS else country not in small


def choices(members: Iterable[Member], now: datetime) -> tuple[Whom, ...]:
    """Lists what can be asked beside the whole union: countries in alphabetical order, "others", then employers."""
    people, day = list(members), now.date()
    stand = sizes(people, day)
    countries = (Whom(country) for country in (*sorted(filter(None, stand)), OTHERS) if stands_alone(stand, country))
    stated = {one for member in people if entitled_on(member, day) for one in counted_employers(member, day)}
    employers = (Whom(employer=one) for one in sorted(stated))
    return (*countries, *(whom for whom in employers if may_be_asked(people, whom, day)))


def groups(voters: Iterable[Member], by: Literal["", "country", "employer"], day: date) -> tuple[Group, ...]:
    """Gives the groups of an electorate for a double majority, as it is on a day: in alphabetical order, then OTHERS.

    There are none where `by` is empty, and none that could single somebody out.
    """
    if not by:
        return ()
    counted: Sizes = Counter(STATED[by](voter, day) for voter in voters)
    small = small_groups(counted)
    stand = [Group(name, counted[name]) for name in sorted(name for name in counted if name and name not in small)]
    rest = sum(counted[name] for name in small)
    return (*stand, Group(OTHERS, rest)) if len(small) > 1 and rest >= SMALLEST_COUNTRY else tuple(stand)


def keep_divided(found: Sequence[Group], rules: Rules) -> None:
    """Refuses a double majority where there are not two groups that could say different things. Raises Refusal."""
    if rules.double and len(found) < FEWEST_GROUPS:
        raise Refusal("newballot.groups.few", smallest=SMALLEST_COUNTRY)


def group_of(ballot: Ballot, voter: Member) -> int:
    """Gives a voter's place among the groups of an open ballot; their number where the voter counts overall only.

    By what counted for the voter on the day it opened, whatever was changed since.
    """
    names = [group.id for group in ballot.groups]
    if not ballot.rules.double or ballot.opened is None:
        return len(names)
    stated = STATED[ballot.rules.double](voter, ballot.opened)
    found = stated if stated in names else OTHERS
    return names.index(found) if found in names else len(names)


def first_employer(member: Member, day: date) -> str | None:
    """Gives the employer by which somebody belongs to a group on a day: the one stated first."""
    return next(iter(counted_employers(member, day)), None)


STATED: dict[str, Callable[[Member, date], str | None]] = {"country": counted_country, "employer": first_employer}


def keep_apart(
    wordings: Sequence[Wording], whom: Whom, members: Iterable[Member], ballots: Iterable[Ballot], now: datetime
) -> None:
    """Refuses a question that was put to nearly the same audience within 30 days, or runs still. Raises Refusal."""
    people, today = list(members), now.date()
    wanted = ids(audience(people, whom, today))
    for earlier in ballots:
        if lately(earlier, today) and same_question((*earlier.wordings, *earlier.earlier), wordings):
            then = min(earlier.opened or today, today)
            audiences = (ids(audience(people, Whom.of(earlier), day)) for day in (then, today))
            if any(len(asked ^ wanted) < SMALLEST_GROUP for asked in audiences):
                raise Refusal("newballot.asked_before", date=again(earlier, then))


def again(earlier: Ballot, opened: date) -> date:
    """Gives the day from which a question may be put again: thirty days on, and not while it runs."""
    return (
        max(opened + APART, earlier.closes_at.date() + timedelta(days=1))
        if earlier.state != "closed"
        else opened + APART
    )


def ids(members: Iterable[Member]) -> frozenset[int]:
    """Gives people as a set, to compare audiences."""
    return frozenset(member.telegram_id for member in members)


def lately(ballot: Ballot, today: date) -> bool:
    """Says whether a ballot runs, or opened less than 30 days ago; one of which that is not known, by its closing."""
    return ballot.state != "closed" or (ballot.opened or ballot.closes_at.date()) + APART > today


def same_question(earlier: Sequence[Wording], wanted: Sequence[Wording]) -> bool:
    """Says whether a question is the same in any language, whatever its capitals, spaces and signs."""
    return not {bare(one.question) for one in earlier}.isdisjoint(bare(one.question) for one in wanted)


def bare(words: str) -> str:
    """Gives words by their letters, marks and figures alone."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN") or folded
