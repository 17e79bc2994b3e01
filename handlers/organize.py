"""/organize and /invite: one menu to everything an organizer may do; letting people in or turning them away.

There is no list of members, so nobody is removed from one: who is in stays until they leave. Invites, probation and
votes that cannot be traced are the answer to somebody who should not have been let in.
"""

from dataclasses import dataclass

from bot.ballots.petitions import passed
from bot.delivery.rules import one
from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.members.rules import Census, approve, new_invite, waiting_with
from bot.members.store import new_code
from bot.permissions import Act, may, require
from bot.texts import Lines, Text, text
from bot.turn import Turn
from handlers.effects import name_organizers
from handlers.moves import listed
from handlers.proposals import mine

MENU: tuple[tuple[str, Act], ...] = (
    ("newballot", "open ballot"),
    ("moves", "move ballot"),
    ("petitions", "organize"),
    ("post", "write post"),
    ("progress", "send digest"),
    ("brief", "organize"),
    ("invite", "invite"),
    ("approve", "approve"),
    ("turnaway", "turn away"),
    ("names", "list names"),
    ("organizers", "see organizers"),
    ("decisions", "decide"),
    ("appoint", "appoint"),
)


async def organize(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/organize: what this organizer may do now, and nothing else."""
    require(turn.member, "organize", turn.now)
    if not (turn.member and turn.member.alias):
        await name_organizers(turn)
    member = require(turn.member, "organize", turn.now)
    waiting = any(one.status == "waiting" for one in await turn.stores.members.all())
    idle = await without_work(turn, waiting=waiting)
    names = [name for name, act in MENU if name not in idle and may(member, act, turn.now)]
    buttons = [Button(name, text(f"menu.{name}.button"), Link(name)) for name in names]
    lines: list[Text | Lines] = [text("organize.title"), *await numbers(turn, waiting=waiting)]
    if member.term_ends:
        lines.append(text("organize.term", word=member.alias, date=member.term_ends))
    return Screen(Lines(tuple(lines)), rows(*buttons, width=2))


async def without_work(turn: Turn, *, waiting: bool) -> set[str]:
    """Names what there is nothing to do about at this moment."""
    sends = [one for one in await turn.stores.proposals.all() if one.kind == "send"]
    petitions = [ballot for ballot in await turn.stores.ballots.having("closed") if passed(ballot)]
    work = {
        "petitions": bool(petitions),
        "moves": bool(await listed(turn)),
        "progress": any([await turn.stores.outbox.waiting(one.thing) for one in sends]),
        "turnaway": waiting,
        "decisions": bool(await mine(turn)),
    }
    return {name for name, wanted in work.items() if not wanted}


async def numbers(turn: Turn, *, waiting: bool) -> tuple[Text, ...]:
    """Says how many belonged when they were last counted, in tens, and whether somebody waits."""
    census = await turn.stores.instance.census() or Census(turn.now.date(), 0)
    key = "organize.members" if census.shown else "organize.members.few"
    members = text(key, size=census.shown, date=census.counted)
    return (members, text("organize.waiting")) if waiting else (members,)


async def invite(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/invite: makes the group's link anew; the old one ends, so that links rotate."""
    require(turn.member, "invite", turn.now)
    made = new_invite("join", turn.now)
    code = await add_invite(turn, "join")
    return Screen(text("invite.made", link=link(turn, code), uses=made.left, ends=made.ends))


async def add_invite(turn: Turn, purpose: str) -> str:
    """Replaces the invite of a purpose by a new one and gives its code."""
    code = new_code()
    await turn.stores.invites.withdraw(purpose)
    invite = new_invite("join", turn.now) if purpose == "join" else new_invite("organizer", turn.now, turn.own_id())
    await turn.stores.invites.add(code, invite)
    return code


def link(turn: Turn, code: str) -> str:
    """Gives the deep link that opens the bot with a code."""
    return f"https://t.me/{turn.office.union.username}?start={code}"


async def approve_(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lets somebody in who waits: they tell the organizer their code by word of mouth."""
    require(turn.member, "approve", turn.now)
    return AskCode()


@dataclass(frozen=True)
class AskCode(Step, name="organize.approve"):
    """Asks for the code of one who waits."""

    async def screen(self, turn: Turn) -> Screen:
        """Says where the code comes from."""
        return Screen(text("organize.approve.ask"))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Approves who waits with this code and tells them."""
        require(turn.member, "approve", turn.now)
        member = waiting_with(await turn.stores.members.all(), words)
        await turn.stores.members.put(approve(member, turn.now))
        await turn.stores.outbox.add([one(f"approved-{new_code()}", member.telegram_id, "approved")])
        turn.wake()
        return Screen(text("organize.approved"))


async def turn_away(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Refuses somebody who waits: by the code they told, since nobody has a list."""
    require(turn.member, "turn away", turn.now)
    return AskWhom()


@dataclass(frozen=True)
class AskWhom(Step, name="organize.turn_away"):
    """Asks for the code of one who waits and is not let in."""

    async def screen(self, turn: Turn) -> Screen:
        """Says what happens to them."""
        return Screen(text("organize.turn_away.ask"))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Deletes the record of who waits with this code; they may ask again, with a new one."""
        require(turn.member, "turn away", turn.now)
        member = waiting_with(await turn.stores.members.all(), words)
        await turn.stores.members.remove(member.telegram_id)
        await turn.stores.outbox.forget(member.telegram_id)
        return Screen(text("organize.turned_away"))
