"""Who organizes: appointing by a link, the list of words, taking and renewing roles. Two people agree to each."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.members.roles import in_role, renew, renewable
from bot.members.rules import Member, Role, use
from bot.permissions import may, require
from bot.proposals.rules import Proposal
from bot.texts import Lines, Refusal, text
from bot.turn import Turn
from handlers.effects import end_roles, name_organizers, with_word
from handlers.organize import add_invite, link
from handlers.proposals import draft, propose, propose_screen

What = Literal["revoke", "raise", "renew", "give_up"]


async def appoint(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Makes a link for one person that lets a member take the organizer's role."""
    require(turn.member, "appoint", turn.now)
    code = await add_invite(turn, "organizer")
    return Screen(text("appoint.made", link=link(turn, code)))


async def accept(turn: Turn, code: str) -> Screen:
    """Takes up an appointment: at once as the first organizer, otherwise when another than its maker confirms it."""
    invite = use(await turn.stores.invites.get(code), turn.now)
    member = require(turn.member, "read", turn.now)
    if in_role(member, turn.now.date()):
        raise Refusal("appoint.already")
    await turn.stores.invites.add(code, invite)
    member = await turn.keep(await with_word(turn, member))
    done = await propose(turn, draft(turn, "appoint", by=invite.by, person=turn.own_id()))
    if not done:
        return Screen(text("appoint.waits", word=member.alias))
    organize = Button("organize", text("menu.organize.button"), Link("organize"))
    return Screen(text("appoint.accepted", word=member.alias), rows(organize))


async def organizers(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists the organizers by the words they are known by."""
    require(turn.member, "see organizers", turn.now)
    await name_organizers(turn)
    return Organizers()


@dataclass(frozen=True)
class Organizers(Step, name="organizers"):
    """Everybody with a role, one button each; names are not known here."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the words, one's own first of all."""
        listed = await turn.stores.members.organizers(turn.now.date())
        buttons = [Button(one.alias, text("value", value=one.alias), Organizer(one.alias)) for one in listed]
        own = turn.member.alias if turn.member else ""
        return Screen(Lines((text("organizers.title"), text("organizers.own", word=own))), rows(*buttons, width=2))


@dataclass(frozen=True)
class Organizer(Step, name="organizers.one"):
    """One organizer, and what may be done about their role."""

    word: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what the role is and until when, with a button for each thing that may be done."""
        member = await known_as(turn, self.word)
        administrator = Role.ADMINISTRATOR in member.roles
        key = "organizers.administrator" if administrator else "organizers.organizer"
        said = text(key, word=self.word, date=member.term_ends or turn.now.date())
        buttons = [
            Button(what, text(f"organizers.{what}.button"), Sure(self.word, what)) for what in possible(turn, member)
        ]
        return Screen(said, rows(*buttons, Button("back", text("button.back"), Organizers())))


async def known_as(turn: Turn, word: str) -> Member:
    """Gives the organizer who is known by a word. Raises Refusal when nobody is any more."""
    listed = await turn.stores.members.organizers(turn.now.date())
    found = next((one for one in listed if one.alias == word), None)
    if found is None:
        raise Refusal("organizers.gone")
    return found


def possible(turn: Turn, member: Member) -> list[What]:
    """Lists what the sender may do about somebody's role."""
    if member.telegram_id == turn.telegram_id:
        return ["give_up"]
    found: list[What] = ["revoke"] if may(turn.member, "revoke", turn.now) else []
    if may(turn.member, "raise", turn.now) and Role.ADMINISTRATOR not in member.roles:
        found.append("raise")
    if may(turn.member, "renew", turn.now) and renewable(member, turn.now.date()):
        found.append("renew")
    return found


@dataclass(frozen=True)
class Sure(Step, name="organizers.sure"):
    """Asks once more before anything happens to a role."""

    word: str
    what: What

    async def screen(self, turn: Turn) -> Screen:
        """Says what would happen."""
        yes = Button("yes", text(f"organizers.{self.what}.button"), partial(DEEDS[self.what], word=self.word), "danger")
        back = Button("back", text("button.back"), Organizer(self.word))
        return Screen(text(f"organizers.{self.what}.ask", word=self.word), rows(yes, back))


async def revoke(turn: Turn, word: str) -> Screen:
    """Proposes that somebody's roles end; another organizer has to confirm it."""
    require(turn.member, "revoke", turn.now)
    member = await other(turn, word)
    return await propose_screen(turn, about(turn, "revoke", member))


async def raise_(turn: Turn, word: str) -> Screen:
    """Proposes that an organizer becomes an administrator too."""
    require(turn.member, "raise", turn.now)
    member = await other(turn, word)
    return await propose_screen(turn, about(turn, "raise", member))


async def renew_(turn: Turn, word: str) -> Screen:
    """Gives somebody else's roles a new term: the second organizer is whoever does so."""
    require(turn.member, "renew", turn.now)
    member = await other(turn, word)
    held = await turn.stores.members.hold(member.telegram_id) or member
    await turn.stores.members.put(renew(held, turn.now.date()))
    return Screen(text("organizers.renewed", word=word))


async def give_up(turn: Turn, word: str) -> Screen:
    """Ends one's own roles at once."""
    member = require(turn.member, "organize", turn.now)
    await end_roles(turn, member)
    return Screen(text("organizers.given_up"))


async def other(turn: Turn, word: str) -> Member:
    """Gives an organizer who is not the sender. Raises Refusal."""
    member = await known_as(turn, word)
    if member.telegram_id == turn.telegram_id:
        raise Refusal("proposal.about_you")
    return member


def about(turn: Turn, kind: Literal["revoke", "raise"], member: Member) -> Proposal:
    """Makes a proposal about somebody's role."""
    return draft(turn, kind, person=turn.stores.members.keyed_id(member))


DEEDS = {"revoke": revoke, "raise": raise_, "renew": renew_, "give_up": give_up}
