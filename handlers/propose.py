"""/propose: names what a list lacks. An open act, apart from any report, and said to be one."""

import secrets
from dataclasses import dataclass

from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import Lines, Refusal, text
from bot.turn import Turn
from bot.workplaces.catalogue import WHATS, What, name_of
from bot.workplaces.rules import NameProposal, clean_name, recognised, refuse_more
from handlers.listings import known


async def propose_name(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/propose: asks what the name is of; a button that leads here may have said so."""
    require(turn.member, "propose name", turn.now)
    return AskName(WHATS[args[0]]) if args and args[0] in WHATS else AskWhat()


@dataclass(frozen=True)
class AskWhat(Step, name="propose.what"):
    """Asks what is missing: an employer, an end client or a kind of work."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the three lists."""
        lists = [Button(what, text(f"propose.what.{what}"), AskName(WHATS[what])) for what in WHATS]
        return Screen(
            text("propose.what.ask"), rows(*lists, Button("stop", text("propose.stop.button"), Link("cancel")))
        )


@dataclass(frozen=True)
class AskName(Step, name="propose.name"):
    """Says that this is not anonymous, then asks for the name, and for nothing else."""

    what: What

    async def screen(self, turn: Turn) -> Screen:
        """Says who will know what."""
        said = Lines((text("propose.open"), text(f"propose.ask.{self.what}")))
        return Screen(said, rows(Button("stop", text("propose.stop.button"), Link("cancel"))))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Reads the name; one that is listed is said to be, and nothing is kept."""
        name = clean_name(words)
        found = recognised(name, known(turn, self.what))
        if found:
            raise Refusal("propose.retired" if found.retired else "propose.listed", name=name_of(found))
        refuse_more(await turn.stores.workplaces.of(turn.own_id()), name, self.what)
        return ConfirmName(self.what, name)


@dataclass(frozen=True)
class ConfirmName(Step, name="propose.confirm"):
    """Shows the name before it is proposed."""

    what: What
    proposed: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks whether this is right."""
        buttons = (
            Button("propose", text("propose.confirm.button"), self.propose, "primary"),
            Button("again", text("propose.again.button"), AskName(self.what)),
            Button("stop", text("propose.stop.button"), Link("cancel")),
        )
        return Screen(text(f"propose.confirm.{self.what}", name=self.proposed), rows(*buttons))

    async def propose(self, turn: Turn) -> Screen:
        """Keeps the name, openly with the proposer; organizers see it from tomorrow on."""
        require(turn.member, "propose name", turn.now)
        refuse_more(await turn.stores.workplaces.of(turn.own_id()), self.proposed, self.what)
        month = f"{turn.now:%Y-%m}"
        name = NameProposal(secrets.token_hex(8), turn.own_id(), self.proposed, month, what=self.what)
        await turn.stores.workplaces.put(name)
        return Screen(text("propose.done", name=self.proposed))
