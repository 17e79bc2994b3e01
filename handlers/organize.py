"""/organize and /invite: one menu to everything an organizer may do; letting people in; appointing organizers."""

from dataclasses import dataclass

from bot.delivery.rules import one
from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.members.rules import approve, belongs, floored, new_invite, waiting_with
from bot.members.store import new_code
from bot.permissions import may, require
from bot.texts import Lines, Text, text
from bot.turn import Turn


async def organize(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/organize: what this organizer may do, and nothing else."""
    member = require(turn.member, "organize", turn.now)
    names = ["newballot", "post", "invite", "approve"]
    if may(member, "appoint", turn.now):
        names.append("appoint")
    buttons = [Button(name, text(f"menu.{name}.button"), Link(name)) for name in names]
    return Screen(Lines((text("organize.title"), *await numbers(turn))), rows(*buttons, width=2))


async def numbers(turn: Turn) -> tuple[Text, ...]:
    """Says how many belong, in tens, and whether somebody waits."""
    everybody = await turn.stores.members.all()
    size = floored(sum(belongs(member) for member in everybody))
    members = text("organize.members", size=size) if size else text("organize.members.few")
    waiting = any(member.status == "waiting" for member in everybody)
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
    await turn.stores.invites.add(code, new_invite("join" if purpose == "join" else "organizer", turn.now))
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


async def appoint(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Makes a link for one person that lets a member take the organizer's role."""
    require(turn.member, "appoint", turn.now)
    code = await add_invite(turn, "organizer")
    return Screen(text("appoint.made", link=link(turn, code)))
