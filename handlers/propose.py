"""/propose: names an employer that the list lacks. An open act, apart from any report, and said to be one."""

import secrets
from dataclasses import dataclass

from bot.dialogue import Button, Link, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import Lines, Refusal, text
from bot.turn import Turn
from bot.workplaces.catalogue import EMPLOYERS
from bot.workplaces.rules import NameProposal, clean_name, recognised, refuse_more


async def propose_name(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/propose: says that this is not anonymous, then asks for the name."""
    require(turn.member, "propose name", turn.now)
    return AskName()


@dataclass(frozen=True)
class AskName(Step, name="propose.name"):
    """Asks for the employer's name, and for nothing else."""

    async def screen(self, turn: Turn) -> Screen:
        """Says who will know what."""
        said = Lines((text("propose.open"), text("propose.ask")))
        return Screen(said, rows(Button("stop", text("propose.stop.button"), Link("cancel"))))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Reads the name; one that is listed is said to be, and nothing is kept."""
        name = clean_name(words)
        known = recognised(name, EMPLOYERS.values())
        if known:
            raise Refusal("propose.retired" if known.retired else "propose.listed", employer=known.name)
        refuse_more(await turn.stores.workplaces.of(turn.own_id()), name)
        return ConfirmName(name)


@dataclass(frozen=True)
class ConfirmName(Step, name="propose.confirm"):
    """Shows the name before it is proposed."""

    employer: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks whether this is right."""
        buttons = (
            Button("propose", text("propose.confirm.button"), self.propose, "primary"),
            Button("again", text("propose.again.button"), AskName()),
            Button("stop", text("propose.stop.button"), Link("cancel")),
        )
        return Screen(text("propose.confirm", employer=self.employer), rows(*buttons))

    async def propose(self, turn: Turn) -> Screen:
        """Keeps the name, openly with the proposer; organizers see it from tomorrow on."""
        require(turn.member, "propose name", turn.now)
        refuse_more(await turn.stores.workplaces.of(turn.own_id()), self.employer)
        name = NameProposal(secrets.token_hex(8), turn.own_id(), self.employer, f"{turn.now:%Y-%m}")
        await turn.stores.workplaces.put(name)
        return Screen(text("propose.done", employer=self.employer))
