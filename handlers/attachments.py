"""Documents that go with a ballot: taking one in while it is written, and giving it to who wants to read it."""

from bot.ballots.attachments import MOST, file_name, kind_of
from bot.ballots.rules import Ballot, Wording
from bot.dialogue import Button, Document, Link, Outcome, Screen, rows
from bot.permissions import require
from bot.texts import LanguageName, Refusal, text
from bot.turn import Turn

__all__ = ["MOST", "attachment", "keep", "read_button"]


async def keep(turn: Turn, content: bytes) -> str:
    """Keeps a document that an organizer sent and gives its name. Raises Refusal when it is no PDF and no text."""
    kind_of(content)
    return await turn.stores.ballots.attach(content)


def read_button(ballot: Ballot, locale: str) -> tuple[Button, ...]:
    """Offers the document of a ballot, in this language or the deciding one; nothing where there is none."""
    if not attached_to(ballot, locale).document:
        return ()
    return (Button("text", text("attachment.button"), Link("text", (ballot.id,))),)


def attached_to(ballot: Ballot, locale: str) -> Wording:
    """Gives the wording whose document somebody reads: their language's, or else the deciding one's."""
    own = ballot.wording(locale)
    return own if own.document else ballot.wordings[0]


async def attachment(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Sends the document of a ballot, with the hash by which it can be checked."""
    require(turn.member, "read", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    wording = attached_to(ballot, turn.locale) if ballot else None
    content = await turn.stores.ballots.attached(wording.document) if wording and wording.document else None
    if wording is None or content is None:
        raise Refusal("attachment.gone")
    return sent(wording, content)


def sent(wording: Wording, content: bytes) -> Screen:
    """Gives a document as a file in the chat; the same for everybody, so that it is uploaded once."""
    name, language = wording.document, LanguageName(wording.locale)
    file = file_name(name, wording.locale, kind_of(content))
    caption = text("attachment.caption", language=language, hash=name)
    document = Document(file, caption, content, key=f"attachment-{file}-{name}")
    done = Button("done", text("button.done"), Link("done"), "primary")
    return Screen(text("attachment.sent", question=wording.question), rows(done), document=document)
