"""The open half of a petition: putting one's name, taking it back; and the list, for organizers, once it is whole."""

from dataclasses import dataclass
from functools import partial

from bot.ballots.electorates import Whom, audience
from bot.ballots.petitions import FEWEST, Signature, ends, name, passed, shown, signing
from bot.ballots.rules import Ballot
from bot.dialogue import Button, Document, Link, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import Lines, Refusal, Text, text
from bot.turn import Turn


async def sign(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Opens the question for one's name."""
    return AskName((await open_petition(turn, args[0] if args else "")).id)


async def open_petition(turn: Turn, ballot_id: str) -> Ballot:
    """Gives a petition that the sender may put their name under now. Raises Refusal with the reason otherwise."""
    member = require(turn.member, "vote", turn.now)
    ballot = await turn.stores.ballots.get(ballot_id)
    if ballot is None or not signing(ballot, turn.now.date()):
        raise Refusal("petition.over")
    asked = audience(await turn.stores.members.all(), Whom.of(ballot), ballot.closes_at.date())
    if member.telegram_id not in {one.telegram_id for one in asked}:
        raise Refusal("ballot.not_in_electorate")
    return ballot


@dataclass(frozen=True)
class AskName(Step, name="petition.name"):
    """Asks with which name somebody wishes to stand under a petition."""

    ballot: str

    async def screen(self, turn: Turn) -> Screen:
        """Says that this is not secret, who sees the name, when, and until when it can be taken back."""
        ballot = await open_petition(turn, self.ballot)
        signed = await turn.stores.petitions.get(turn.telegram_id, ballot.id)
        asked = text("petition.ask", question=ballot.wording(turn.locale).question, date=ends(ballot), n=FEWEST)
        back = Button("back", text("petition.remove.button"), partial(take_back, ballot_id=ballot.id), "danger")
        no = Button("no", text("petition.no.button"), leave_it)
        if signed is None:
            return Screen(asked, rows(no), protected=True)
        return Screen(Lines((asked, text("petition.signed", name=signed.name))), rows(back, no), protected=True)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the name."""
        return ConfirmName(self.ballot, name(words))


@dataclass(frozen=True)
class ConfirmName(Step, name="petition.confirm"):
    """Shows the name as it will stand, before it is kept."""

    ballot: str
    said: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the name."""
        put = Button("put", text("petition.put.button"), self.put, "success")
        again = Button("again", text("button.back"), AskName(self.ballot))
        return Screen(text("petition.confirm", name=self.said), rows(put, again), protected=True)

    async def put(self, turn: Turn) -> Screen:
        """Keeps the name."""
        ballot = await open_petition(turn, self.ballot)
        await turn.stores.petitions.put(turn.telegram_id, Signature(ballot.id, self.said))
        change = Button("change", text("petition.change.button"), Link("sign", (ballot.id,)))
        return Screen(text("petition.kept", date=ends(ballot)), rows(change), protected=True)


async def take_back(turn: Turn, ballot_id: str) -> Screen:
    """Takes the sender's name back."""
    ballot = await open_petition(turn, ballot_id)
    await turn.stores.petitions.remove(turn.telegram_id, (ballot.id,))
    return Screen(text("petition.removed"))


async def leave_it(turn: Turn) -> Screen:
    """Ends without changing anything; that somebody did not sign is written nowhere."""
    return Screen(text("petition.unchanged"))


def letter(ballot: Ballot, locale: str) -> Screen:
    """Asks one member for their name: what everybody gets once a petition has passed."""
    said = text("petition.letter", question=ballot.wording(locale).question, date=ends(ballot), n=FEWEST)
    return Screen(said, rows(Button("sign", text("petition.sign.button"), Link("sign", (ballot.id,)))))


async def own_signatures(turn: Turn) -> list[Text]:
    """Says, for /mydata, under which petitions the sender's name stands."""
    said: list[Text] = []
    for ballot in filter(passed, await turn.stores.ballots.having("closed")):
        if signed := await turn.stores.petitions.get(turn.telegram_id, ballot.id):
            said.append(text("mydata.petition", name=signed.name, question=ballot.wording(turn.locale).question))
    return said


async def take_back_all(turn: Turn) -> None:
    """Takes the sender's name back from every petition, as they leave."""
    closed = await turn.stores.ballots.having("closed")
    await turn.stores.petitions.remove(turn.telegram_id, [ballot.id for ballot in closed if passed(ballot)])


async def petitions(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists for organizers the petitions that have passed, each with where it stands."""
    require(turn.member, "organize", turn.now)
    found = [ballot for ballot in await turn.stores.ballots.having("closed") if passed(ballot)]
    buttons = [
        Button(one.id, text("value", value=one.wording(turn.locale).question), Link("petition", (one.id,)))
        for one in found[::-1]
    ]
    return Screen(text("petitions.title" if found else "petitions.none"), rows(*buttons))


async def petition(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows organizers one petition: until when names are put; then the list, if there are enough together."""
    require(turn.member, "organize", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None or not passed(ballot):
        raise Refusal("petition.over")
    if signing(ballot, turn.now.date()):
        return Screen(text("petition.waits", date=ends(ballot), n=FEWEST))
    names = shown(ballot, await turn.stores.petitions.all(), turn.now.date())
    if not names:
        return Screen(text("petition.few", n=FEWEST))
    file = Document(
        f"petition-{ballot.id}.txt", text("petition.file", count=len(names)), as_file(ballot, names), own=True
    )
    return Screen(text("petition.list", count=len(names)), document=file, protected=True)


def as_file(ballot: Ballot, names: tuple[str, ...]) -> bytes:
    """Writes the list for the hand-over: what was asked, in the deciding language, and the names, a line each."""
    asked = ballot.wordings[0]
    head = (asked.question, *((asked.explanation,) if asked.explanation else ()), f"{ballot.closes_at:%Y-%m-%d}", "")
    return "\n".join((*head, *names, "")).encode()
