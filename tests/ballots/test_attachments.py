"""Documents that go with a ballot: what is taken, where it lies, how long, and how members get it."""

from dataclasses import dataclass

import pytest

from bot.ballots.attachments import KEPT_IDLE, file_name, kind_of, name_of
from bot.ballots.rules import Ballot, Wording
from bot.dialogue import Outcome, Screen, Step
from bot.jobs.retention import keep_house
from bot.keys.rotation import rotate
from bot.texts import Refusal, text
from bot.turn import Stores, Turn
from handlers.attachments import keep, read_button
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.keyring.test_rotation import custody, stop
from tests.people import founded, member

AGREEMENT = b"%PDF-1.7\n" + bytes(range(256)) * 40


@dataclass(frozen=True)
class AskFile(Step, name="test.file", receives=1 << 20):
    """Takes a document, as the question of a ballot does."""

    async def screen(self, turn: Turn) -> Screen:
        """Asks."""
        return Screen(text("value", value="A file, please"))

    async def receive(self, turn: Turn, content: bytes) -> Outcome:
        """Keeps it and shows its name."""
        return Screen(text("value", value=await keep(turn, content)))


def test_a_document_is_a_pdf_or_a_plain_text() -> None:
    assert (kind_of(AGREEMENT), kind_of(b"Mkataba wa pamoja\n")) == ("pdf", "txt")
    assert file_name(name_of(b"x"), "sw", "txt") == "2d711642-sw.txt"
    for content in (b"", b"  \n", b"MZ\x90\x00", b"PK\x03\x04", b"\0text", b"\xff\xfe\x41"):
        with pytest.raises(Refusal, match="attachment.kind"):
            kind_of(content)


async def asks(bot: Bot, person: Person) -> None:
    """Opens the question for somebody."""
    async with bot.app.office.writing() as stores:
        await stores.steps.put(person.id, AskFile(), 0)


async def put(stores: Stores, bot: Bot, *names: str) -> Ballot:
    """Writes a decided ballot whose wordings name these documents."""
    wordings = tuple(
        Wording(tag, "Agreed?", ("Yes", "No"), document=name) for tag, name in zip(("en", "sw"), names, strict=False)
    )
    ballot = Ballot("b1", wordings, None, await bot.app.office.clock.now(), "closed")
    await stores.ballots.add(ballot)
    return ballot


async def test_a_file_is_taken_by_a_question_that_wants_one_and_reaches_members_once_uploaded(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana", "sw")
    await asks(bot, admin)
    await admin.sends_file("The agreement.pdf", AGREEMENT)
    await admin.sees_new(name_of(AGREEMENT))
    async with bot.app.office.writing() as stores:
        ballot = await put(stores, bot, name_of(AGREEMENT))
    (button,) = read_button(ballot, "sw")
    assert read_button(Ballot("b2", (Wording("en", "?", ("a", "b")),), None, ballot.closes_at), "en") == ()
    for person in (ana, admin, ana):
        start = await person.says("/ballots")
        await person.sees_new("Agreed?")
        await person.presses_data(start, f"/text {ballot.id}")
        shown = await person.sees_new("SHA-256", name_of(AGREEMENT))
        assert shown["document"]["name"] == f"{name_of(AGREEMENT)[:8]}-en.pdf"
    uploads = [
        call for call in await bot.cast.calls("sendDocument") if isinstance(call["parameters"]["document"], list)
    ]
    assert len(uploads) == 1 and button.label.key == "attachment.button"


@ONE_STORE
async def test_what_is_no_document_is_too_large_or_does_not_arrive_is_said_and_asked_again(bot: Bot) -> None:
    admin = await founded(bot)
    await admin.sends_file("payslip.pdf", AGREEMENT)
    await admin.sees_new("cannot take photos")
    await asks(bot, admin)
    await admin.sends_file("large.pdf", b"%PDF-" + bytes(1 << 20))
    await admin.sees_new("at most 1 MB", "A file, please")
    await admin.sends_file("program.exe", b"MZ\x90\x00")
    await admin.sees_new("must be a PDF", "A file, please")
    await bot.cast.fault("getFile", status=400, description="Bad Request: file is temporarily unavailable")
    await admin.sends_file("agreement.pdf", AGREEMENT)
    await admin.sees_new("did not arrive", "A file, please")
    await admin.sends_file("agreement.pdf", AGREEMENT)
    await admin.sees_new(name_of(AGREEMENT))
    async with bot.app.office.reading() as stores:
        assert await stores.ballots.attachments() == [name_of(AGREEMENT)]


async def test_a_document_lies_sealed_moves_to_a_new_key_and_goes_when_no_ballot_names_it(bot: Bot) -> None:
    async with bot.app.office.writing() as stores:
        await put(stores, bot, await stores.ballots.attach(AGREEMENT))
        unused = await stores.ballots.attach(b"A draft that nobody used")
    for _ in range(KEPT_IDLE + 1):
        async with bot.app.office.reading() as stores:
            assert unused in await stores.ballots.attachments()
        await bot.later(days=1)
        await keep_house(bot.app.office)
    database = await stop(bot)
    vault = await rotate(custody(bot.settings), database)
    async with database.people.reader.begin() as connection:
        stores = Stores.on(connection, vault)
        assert await stores.ballots.attachments() == [name_of(AGREEMENT)]
        assert await stores.ballots.attached(name_of(AGREEMENT)) == AGREEMENT
        assert await stores.ballots.attached("0" * 64) is None
    await database.close()
    await bot.start_again()
