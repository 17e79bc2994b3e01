"""Decides about the roles of organizers and administrators: their terms, their words, who is left without them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.members.rules import TERM, Member, Role, belongs
from bot.texts import Refusal

RENEWABLE = timedelta(days=30)  # before the end of a term, and what the last administrator gets beyond it
REMINDERS = (timedelta(days=30), timedelta(days=7))
# Rivers: proper names, the same in every language, easily said aloud. They tell organizers apart and name nobody.
WORDS = (
    *("Amazon", "Athi", "Awash", "Benue", "Danube", "Ganges", "Indus", "Kagera", "Kasai", "Kerio", "Lena", "Limpopo"),
    *("Loire", "Mara", "Mekong", "Meuse", "Niger", "Nile", "Nzoia", "Oder", "Ogun", "Orange", "Parana", "Po", "Pra"),
    *("Rufiji", "Ruvuma", "Sava", "Seine", "Senegal", "Shebelle", "Sio", "Tagus", "Tana", "Tigris", "Turkwel"),
    *("Ural", "Vaal", "Volga", "Volta", "Wami", "Xingu", "Yala", "Yukon", "Zambezi"),
)


def draw_word(taken: Collection[str], choice: Callable[[Sequence[str]], str]) -> str:
    """Draws the word by which organizers know one of them, free of those taken; numbered once all are in use."""
    rounds = 1
    while True:
        free = [word for word in numbered(rounds) if word not in taken]
        if free:
            return choice(free)
        rounds += 1


def numbered(rounds: int) -> list[str]:
    """Gives the words of a round: plain at first, then with a number."""
    return [word if rounds == 1 else f"{word} {rounds}" for word in WORDS]


def in_term(member: Member, today: date) -> bool:
    """Says whether the term of somebody's roles runs; one that was never set does."""
    return member.term_ends is None or member.term_ends > today


def in_role(member: Member, today: date) -> bool:
    """Says whether somebody is an organizer or administrator today."""
    return belongs(member) and bool(member.roles) and in_term(member, today)


def administers(member: Member, today: date) -> bool:
    """Says whether somebody is an administrator today."""
    return in_role(member, today) and Role.ADMINISTRATOR in member.roles


def without_roles(member: Member) -> Member:
    """Ends somebody's roles; the word goes with them."""
    return replace(member, roles=frozenset(), term_ends=None, alias="")


def renewable(member: Member, today: date) -> bool:
    """Says whether a term is in its last thirty days, when somebody else may renew it."""
    return in_role(member, today) and member.term_ends is not None and member.term_ends - RENEWABLE <= today


def renew(member: Member, today: date) -> Member:
    """Gives the roles a new term. Raises Refusal before the last thirty days."""
    if not renewable(member, today):
        raise Refusal("organizers.not_renewable")
    return replace(member, term_ends=today + TERM)


def keep_an_administrator(leaving: Member, everybody: Iterable[Member], today: date) -> None:
    """Keeps the last administrator in a union that nobody could run any more. Raises Refusal."""
    others = [member for member in everybody if member.telegram_id != leaving.telegram_id]
    if Role.ADMINISTRATOR in leaving.roles and others and not any(administers(other, today) for other in others):
        raise Refusal("leave.last")


def reviewed(member: Member, everybody: Iterable[Member], today: date) -> Member:
    """Gives a record as the day leaves it: a term begins where none was set, and ends where its day has come.

    The roles of an administrator without whom no other would be left go on for thirty days, again and again: a union
    of one organizer is reminded, never locked out.
    """
    if not member.roles or not belongs(member):
        return member
    if member.term_ends is None:
        return replace(member, term_ends=today + TERM)
    if in_term(member, today):
        return member
    last = Role.ADMINISTRATOR in member.roles and not any(administers(other, today) for other in everybody)
    return replace(member, term_ends=today + RENEWABLE) if last else without_roles(member)


def to_be_reminded(member: Member, since: date, today: date) -> bool:
    """Says whether a reminder of the end of a term fell due in (since, today]."""
    if not in_role(member, today) or member.term_ends is None:
        return False
    return any(since < member.term_ends - before <= today for before in REMINDERS)
