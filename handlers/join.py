"""/start, /join, /claim, /language: how a person becomes a member, in their own language, without giving a name."""

import hmac
import secrets
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.members.rules import Role, admit, approve, belongs, found, spoken_code, use
from bot.permissions import may
from bot.texts import LanguageName, Lines, Refusal, text
from bot.turn import Turn
from handlers.organizers import accept

CLAIM = "claim"  # where the hash of the administrator's one-time code is kept


@dataclass(frozen=True)
class ChooseLanguage(Step, name="join.language"):
    """The first question of all: which language, the app's own in front."""

    invite: str = ""
    claim: bool = False

    async def screen(self, turn: Turn) -> Screen:
        """Shows every language under its own name."""
        offered = sorted(turn.office.union.locales, key=lambda locale: locale != turn.locale)
        return Screen(text("join.language.ask"), rows(*(self._button(locale) for locale in offered)))

    def _button(self, locale: str) -> Button:
        label = text("value", value=LanguageName(locale))
        return Button(locale, label, Consent(locale, self.invite, self.claim))


@dataclass(frozen=True)
class Consent(Step, name="join.consent"):
    """One plain screen: what Kauli is, what it keeps, what it cannot protect against."""

    locale: str
    invite: str = ""
    claim: bool = False

    async def screen(self, turn: Turn) -> Screen:
        """Shows the consent text of the current version."""
        turn.speak(self.locale)
        agree = Button("agree", text("join.consent.agree.button"), self.agree, "success")
        refuse = Button("refuse", text("join.consent.refuse.button"), refused)
        return Screen(promise(), rows(agree, refuse))

    async def agree(self, turn: Turn) -> Outcome:
        """Makes the person a member, or lets them wait for an organizer's approval."""
        turn.speak(self.locale)
        if turn.member and belongs(turn.member):
            return await welcome(turn)
        admitted = await self._admitted(turn)
        code = "" if admitted else spoken_code(secrets.choice)
        new = admit(turn.telegram_id, self.locale, turn.now, turn.office.union.zone, code)
        member = turn.member or replace(new, mark=secrets.token_hex(4))
        if admitted and not belongs(member):
            member = approve(member, turn.now)
        await turn.keep(replace(member, locale=self.locale))
        await self._raise_founder(turn)
        return await welcome(turn)

    async def _admitted(self, turn: Turn) -> bool:
        """Takes a use of the invite; owners and the holder of the claim code need none."""
        if self.claim or turn.telegram_id in turn.office.union.owners:
            return True
        invite = await turn.stores.invites.get(self.invite) if self.invite else None
        if invite is None or invite.purpose != "join":
            return False
        await turn.stores.invites.add(self.invite, use(invite, turn.now))
        return True

    async def _raise_founder(self, turn: Turn) -> None:
        owner = turn.telegram_id in turn.office.union.owners
        if turn.member and (self.claim or owner):
            await turn.keep(found(turn.member, turn.now))
            await turn.stores.instance.remove(CLAIM)


def promise() -> Lines:
    """Gives the consent text: five short paragraphs, the same on joining and under /privacy."""
    return Lines(tuple(text(f"join.consent.{part}") for part in ("what", "keeps", "never", "cannot", "leave")))


async def refused(turn: Turn) -> Screen:
    """Ends without keeping anything."""
    return Screen(text("join.refused"))


async def welcome(turn: Turn) -> Screen:
    """Greets a member, or tells one who waits the code that an organizer needs."""
    member = turn.member
    if member is None or not belongs(member):
        return Screen(text("join.waiting", code=member.code if member else ""))
    key = "join.welcome.founder" if Role.ADMINISTRATOR in member.roles else "join.welcome"
    if member.probation_ends > turn.now.date():
        key = "join.welcome.probation"
    names = ("me", "pay", "ballots", "help", *(("organize",) if may(member, "organize", turn.now) else ()))
    buttons = [Button(name, text(f"menu.{name}.button"), Link(name)) for name in names]
    return Screen(text(key, date=member.probation_ends), rows(*buttons, width=2))


async def start(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/start: greets a member, takes an invite, or begins to join."""
    code = args[0] if args else ""
    if turn.member and belongs(turn.member):
        return await invited_member(turn, code) if code else await welcome(turn)
    invite = await turn.stores.invites.get(code) if code else None
    if code:
        use(invite, turn.now)  # says at once that a link is over, before any question is asked
        if invite and invite.purpose != "join":
            raise Refusal("join.invite.members_only")
    return ChooseLanguage(invite=code)


async def invited_member(turn: Turn, code: str) -> Outcome:
    """Lets a member take up an appointment; an invite to join is nothing new to them."""
    invite = await turn.stores.invites.get(code)
    if invite is None or invite.purpose == "join":
        return await welcome(turn)
    use(invite, turn.now)  # refuses at once what is over
    return Appointment(code)


@dataclass(frozen=True)
class Appointment(Step, name="join.appointment"):
    """Asks a member whether to take the organizer's role."""

    code: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what the role brings with it."""
        accept = Button("accept", text("appoint.accept.button"), self.accept, "primary")
        return Screen(text("appoint.ask"), rows(accept, Button("refuse", text("button.no"), refused)))

    async def accept(self, turn: Turn) -> Screen:
        """Takes up the appointment; the link is used up."""
        return await accept(turn, self.code)


async def join(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/join: the same as /start, for people who look for the word."""
    return await start(turn, args)


async def claim(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/claim CODE: the first administrator takes over the bot with the code from the console."""
    kept = await turn.stores.instance.get(CLAIM)
    if kept is None or not args or not hmac.compare_digest(kept, sha256(args[0].encode()).hexdigest()):
        raise Refusal("claim.wrong")
    if turn.member and belongs(turn.member):
        await turn.keep(found(turn.member, turn.now))
        await turn.stores.instance.remove(CLAIM)
        return await welcome(turn)
    return ChooseLanguage(claim=True)


@dataclass(frozen=True)
class ChangeLanguage(Step, name="language"):
    """Asks in which language Kauli should speak."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows every language under its own name."""
        buttons = [
            Button(locale, text("value", value=LanguageName(locale)), partial(change_language, locale=locale))
            for locale in turn.office.union.locales
        ]
        return Screen(text("join.language.ask"), rows(*buttons))


async def change_language(turn: Turn, locale: str) -> Screen:
    """Changes the member's language."""
    if turn.member:
        await turn.keep(replace(turn.member, locale=locale))
    turn.speak(locale)
    return Screen(text("language.changed"))


async def language(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/language: members change theirs; others begin to join, since without consent nothing is kept."""
    return ChangeLanguage() if turn.member else ChooseLanguage()
