"""Decides who may be asked: electorates that single nobody out, alone or beside an earlier ballot.

anonymity.md asks for two things: an electorate and its complement of at least 10, and groups under 20 merged into
"others" at opening. Read together, the stricter one wins wherever both could apply: a country is asked alone from 20
members on, with 10 or more left over. "Others" are all the smaller groups together, those who stated no country among
them; they and the rest are at least 10, and they are more than one group, since otherwise they would be just that
small country under another name. Only members past probation count, by the country that counts on the day.

The same question is not put again within 30 days to an audience that differs by fewer than 10, as the audiences would
be now, and as the earlier one was on the day it opened: who has joined since would be told by the difference. Members
who left meanwhile are not known any more and are left out of both, which only makes the rule stricter. It compares
wordings; a question put in other words it cannot see.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.ballots.rules import Ballot, Wording
from bot.members.rules import Member, belongs, counted_country
from bot.texts import Refusal

SMALLEST_GROUP = 10  # electorate, complement, and difference to an earlier audience
SMALLEST_COUNTRY = 20
OTHERS = "others"
APART = timedelta(days=30)
Sizes = Counter[str | None]


def electorate(members: Iterable[Member], country: str | None, now: datetime) -> list[Member]:
    """Gives who may vote: members past probation, of one country, of all small groups together, or all.

    Raises Refusal when somebody could be singled out.
    """
    people, day = list(members), now.date()
    chosen = audience(people, country, day)
    if not chosen:
        raise Refusal("newballot.electorate.empty")
    if country is not None and not stands_alone(sizes(people, day), country):
        raise Refusal("newballot.electorate.small", country=SMALLEST_COUNTRY, rest=SMALLEST_GROUP)
    return chosen


def audience(members: Iterable[Member], country: str | None, day: date) -> list[Member]:
    """Gives who is asked on a day, by the country that counts on it, whether or not that is enough people."""
    entitled = [member for member in members if entitled_on(member, day)]
    if country is None:
        return entitled
    asked = small_groups(sizes(entitled, day)) if country == OTHERS else frozenset({country})
    return [member for member in entitled if counted_country(member, day) in asked]


def entitled_on(member: Member, day: date) -> bool:
    """Says whether a member's probation is over on a day."""
    return belongs(member) and member.probation_ends <= day


def sizes(members: Iterable[Member], day: date) -> Sizes:
    """Counts who is entitled on a day by the country that counts on it."""
    return Counter(counted_country(member, day) for member in members if entitled_on(member, day))


def small_groups(groups: Sizes) -> frozenset[str | None]:
    """Gives the groups that merge into "others": countries under 20, and those who stated none."""
    return frozenset(country for country, size in groups.items() if country is None or size < SMALLEST_COUNTRY)


def stands_alone(groups: Sizes, country: str) -> bool:
    """Says whether a country, or "others", can be asked without singling anybody out."""
    small = small_groups(groups)
    asked = small if country == OTHERS else frozenset({country})
    size = sum(groups[group] for group in asked)
    if min(size, groups.total() - size) < SMALLEST_GROUP:
        return False
    return len(small) > 1 if country == OTHERS else country not in small


def choices(members: Iterable[Member], now: datetime) -> tuple[str, ...]:
    """Lists what can be asked beside the whole union: countries in alphabetical order, then "others"."""
    groups = sizes(members, now.date())
    stated = sorted(country for country in groups if country)
    return tuple(country for country in (*stated, OTHERS) if stands_alone(groups, country))


def keep_apart(
    wordings: Sequence[Wording],
    country: str | None,
    members: Iterable[Member],
    ballots: Iterable[Ballot],
    now: datetime,
) -> None:
    """Refuses a question that was put to nearly the same audience within 30 days, or runs still. Raises Refusal."""
    people, today = list(members), now.date()
    wanted = ids(audience(people, country, today))
    for earlier in ballots:
        if lately(earlier, today) and same_question(earlier.wordings, wordings):
            then = min(earlier.opened or today, today)
            audiences = (ids(audience(people, earlier.country, day)) for day in (then, today))
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
