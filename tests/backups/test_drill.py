"""The whole drill: a union is backed up while it lives, lost, and brought back, on both databases and across them."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot import age
from bot.age import AgeError
from bot.backups.restore import Allowed, Restored
from bot.backups.rules import BackupError, read
from bot.ballots.log import KEY as LOG
from bot.commands import back_up, bring_back
from bot.database import DatabaseError, board, delivered, invite, open_steps, outbox
from bot.keys.commands import recover, show_paper
from bot.ledger.book import new_book
from bot.sealedbox import new_pair
from bot.settings import Settings
from bot.workplaces.catalogue import Employer, employer, use
from bot.workplaces.rules import NameProposal
from tests.cast import Person
from tests.conftest import STORES, Bot, start
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import crowd, member
from tests.postgres import Postgres

IDENTITY, RECIPIENT = age.new_identity()
DRILL = Allowed(discard_open=True)
LEDGER = new_book(*new_pair("a code"), lambda n: 0)


@dataclass
class Elsewhere:
    """A new installation: its database, its data folder, and the keys that survived."""

    settings: Settings


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Elsewhere]:
    """Gives the settings of an empty installation, with the keys folder of the first.

    It is on the database that a test names. Else it is on the other one: two runs see each left and each entered.
    """
    store = getattr(request, "param", "sqlite" if settings.database_url else "postgres")
    fresh = settings.model_copy(update={"data_dir": tmp_path / "new", "database_url": None})
    fresh.data_dir.mkdir()
    if store == "sqlite":
        yield Elsewhere(fresh)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"r{secrets.token_hex(6)}"
    yield Elsewhere(fresh.model_copy(update={"database_url": server.create_database(name)}))
    server.drop_database(name)


async def backup(bot: Bot, target: Path) -> Path:
    """Makes a backup while the bot runs."""
    return await back_up(bot.settings.model_copy(update={"backup_recipient": RECIPIENT}), target)


async def bring(bot: Bot, file: Path, new: Elsewhere, allowed: Allowed = DRILL) -> Restored:
    """Loses the old installation, restores into the new one and starts the bot there."""
    await bot.app.stop()
    return await bring_back(new.settings, file, IDENTITY, allowed)


async def go_on(bot: Bot, new: Elsewhere) -> None:
    """Starts the bot on the restored installation and lets it send."""
    bot.settings, bot.app = new.settings, await start(new.settings, bot.clock)
    await bot.tick()


@pytest.fixture
async def lived(bot: Bot) -> tuple[Person, list[Person]]:
    """Gives an administrator and members of a union with a decision, an open ballot, a post, votes and a report."""
    people = [await member(bot, f"P{n}", "sw" if n == 1 else "en") for n in range(12)]
    admin = await opened(bot)
    for number, person in enumerate(people):
        await vote(person, "1. Ndiyo" if number == 1 else "1. Yes & now", "Piga" if number == 1 else "Cast my vote")
        await person.sees_new("Imepokelewa" if number == 1 else "Received")
    await bot.later(days=3, hours=1, minutes=1)
    await people[0].sees("Chosen: Yes & now")
    await second_ballot(bot, admin)
    await answers(people[0])
    await people[0].presses("Send")
    await people[0].sees_new("Received")
    async with bot.app.office.writing() as stores:
        for person in (people[2], people[5]):
            await stores.ledgers.put(person.id, LEDGER)
    return admin, people


async def second_ballot(bot: Bot, admin: Person) -> None:
    """Opens the ballot that will be open when the backup is made."""
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says("Shall we write to the board?")
    await admin.sees_new("Type the options")
    await admin.says("Agreed\nNot now")
    for label in ("Go on", "The whole union", "14 days", "Open the ballot"):
        await admin.presses(label)
    await admin.sees_new("The ballot is opening")
    await bot.tick()


@pytest.mark.parametrize("elsewhere", STORES, indirect=True)
async def test_a_lost_union_is_brought_back_and_everybody_is_told_once(
    bot: Bot, lived: tuple[Person, list[Person]], elsewhere: Elsewhere, tmp_path: Path
) -> None:
    admin, people = lived
    file = await backup(bot, tmp_path / "b.age")
    leaver, back_again = people[5], people[6]
    for person in (leaver, back_again):
        await leave(person)
    await joins(bot, admin, back_again)
    async with bot.app.office.reading() as stores:
        log, signed = await stores.ballots.log(), bot.app.vault.key(LOG)
    done = await bring(bot, file, elsewhere)
    assert done.void == 1
    await go_on(bot, elsewhere)
    await people[0].sees("restored from its backup of 27 Nov 2026", "Shall we write to the board?", "Everybody may")
    await people[1].sees("nakala yake ya akiba", "Imebatilika")
    await people[0].says("/ballots")
    await people[0].sees_new("Shall we write to the board?", "This ballot is void")
    for person in (leaver, back_again):  # the record they had deleted does not come back
        await person.does_not_see("restored from its backup")
        await person.says("/me")
        await person.sees_new("You are not a member")
    async with bot.app.office.reading() as stores:
        books = [await stores.ledgers.get(person.id) for person in (people[2], leaver)]
        assert await stores.ballots.log() == log and len(log) == 1
    assert bot.app.vault.key(LOG) != signed  # what came after the backup is gone: another key signs from here on
    assert books == [LEDGER, None]
    await works(bot, admin, people)


async def leave(person: Person) -> None:
    await person.says("/leave")
    await person.presses("Leave and delete")
    await person.sees_new("Your record is deleted")


async def joins(bot: Bot, admin: Person, person: Person) -> None:
    """Lets somebody in by the group's link."""
    await admin.says("/invite")
    code = (await admin.sees_new("https://t.me/"))["text"].split("start=")[1].split()[0]
    await person.says(f"/start {code}")
    await person.presses("English")
    await person.presses("I agree")
    await person.sees_new("Welcome")


async def works(bot: Bot, admin: Person, people: list[Person]) -> None:
    """Members look at what was decided, report again, and vote in the same question, put again."""
    await people[2].says("/ballots")
    await people[2].presses("Result: Shall we strike")
    await people[2].sees_new("Chosen: Yes & now")
    await answers(people[0])
    await people[0].presses("Send")
    await people[0].sees_new("Received")
    await second_ballot(bot, admin)
    await people[0].sees("Secret ballot", "Shall we write to the board?")
    await vote(people[0], "1. Agreed")
    await people[0].sees_new("Received")
    told = [m for m in (await people[0].chat())["messages"] if "restored from its backup" in m.get("text", "")]
    assert len(told) == 1


async def test_who_joined_again_is_in_a_backup_made_since(bot: Bot, elsewhere: Elsewhere, tmp_path: Path) -> None:
    people = await crowd(bot, 3)
    admin = await opened(bot)
    await leave(people[0])
    await joins(bot, admin, people[0])
    karya = Employer("karya", "Karya", ("IN",), "platform", ("Karya Works",))
    async with bot.app.office.writing() as stores:
        await stores.workplaces.put_listing(karya, "Its own page, 2026")
        await stores.workplaces.put(NameProposal("n1", bot.app.vault.lookup(people[0].id).hex(), "Another", "2026-11"))
    await bring(bot, await backup(bot, tmp_path / "b.age"), elsewhere)
    await go_on(bot, elsewhere)
    await people[0].sees("restored from its backup")
    async with bot.app.office.reading() as stores:
        assert (await stores.workplaces.added(), await stores.workplaces.all()) == ([karya], [])
    assert employer("karya") == karya
    use(())
    await people[0].says("/me")
    await people[0].sees_new("What we keep")


async def test_a_backup_holds_sealed_records_boards_and_nothing_of_an_open_ballot(
    bot: Bot, lived: tuple[Person, list[Person]], tmp_path: Path
) -> None:
    admin, people = lived
    await joins(bot, admin, await bot.cast.person("Late"))
    file = await backup(bot, tmp_path / "b.age")
    assert file.stat().st_mode & 0o777 == 0o600
    plain = age.decrypt(file.read_bytes(), IDENTITY)
    held = read(plain)
    assert {row.table for row in held.rows} == {"member", "instance", "ballot", "ledger", "log", "board"}
    assert not {"claim", "digests.through"} & {row.values["name"] for row in held.of("people", "instance")}
    assert len(held.of("box", "board")) == 1
    assert len(file.read_bytes()) % 1024 < 512 < len(plain)  # padded
    keys = [path.read_bytes() for path in bot.settings.keys_dir.glob("*.key")]
    raw = b"".join(value for row in held.rows for value in row.values.values() if isinstance(value, bytes))
    canaries = [str(person.id).encode() for person in people] + [person.id.to_bytes(8, "little") for person in people]
    assert not [canary for canary in (*canaries, b"Shall we", *keys) if canary in plain + raw]


async def test_a_restore_that_cannot_be_is_refused_in_one_line_and_changes_nothing(
    bot: Bot, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    await crowd(bot, 3)
    await opened(bot)
    file = await backup(bot, tmp_path / "b.age")
    await bot.app.stop()
    new = elsewhere.settings
    other, _ = age.new_identity()
    mistyped = IDENTITY[:-1] + ("Q" if IDENTITY[-1] != "Q" else "P")
    wrong = ((other, "this identity does not open"), ("not a key", "no line AGE-SECRET-KEY"), (mistyped, "mistyped"))
    for identity, said in wrong:
        with pytest.raises(AgeError, match=said):
            await bring_back(new, file, identity, DRILL)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(AgeError, match="damaged"):
        await bring_back(new, damaged, IDENTITY, DRILL)
    with pytest.raises(BackupError, match="--discard-open"):
        await bring_back(new, file, IDENTITY, Allowed())
    with pytest.raises(BackupError, match="not empty"):
        await bring_back(bot.settings, file, IDENTITY, DRILL)
    await refuses_keys(bot, new, file, tmp_path)
    await bot.cast.advance(days=31)
    with pytest.raises(BackupError, match="older than 30 days: people who left"):
        await bring_back(new, file, IDENTITY, DRILL)
    await bot.cast.advance(days=-31)
    assert (await bring_back(new, file, IDENTITY, DRILL)).void == 1
    await go_on(bot, elsewhere)


async def refuses_keys(bot: Bot, new: Settings, file: Path, folder: Path) -> None:
    """Another master, and a keys folder recovered from paper without the erasure list."""
    keys = folder / "recovered"
    keys.mkdir(mode=0o700)
    wanted = new.model_copy(update={"keys_dir": keys})
    (keys / "master.key").write_bytes(secrets.token_bytes(32))
    with pytest.raises(BackupError, match="is not the one this backup was made with"):
        await bring_back(wanted, file, IDENTITY, DRILL)
    shutil.copy(bot.settings.keys_dir / "master.key", keys / "master.key")
    with pytest.raises(BackupError, match="no erasure list"):
        await bring_back(wanted, file, IDENTITY, DRILL)


async def test_a_restore_without_the_list_must_be_wanted(bot: Bot, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """From paper: two of the three shares bring the master key into a new keys folder, and nothing else is there."""
    await crowd(bot, 3)
    admin = await opened(bot)
    file = await backup(bot, tmp_path / "b.age")
    elsewhere.settings = elsewhere.settings.model_copy(update={"keys_dir": tmp_path / "recovered"})
    _, first, _, third = written(show_paper(bot.settings))
    await recover(elsewhere.settings, [third, first])
    await bring(bot, file, elsewhere, Allowed(erasures_lost=True))
    await go_on(bot, elsewhere)
    await admin.sees("restored from its backup")


def written(paper: str) -> list[str]:
    """Gives the whole and the shares of the sheets, a line each."""
    return [" ".join(part.splitlines()[1:]) for part in paper.strip().split("\n\n")[2:]]


async def test_an_interrupted_restore_is_repeated(
    bot: Bot, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(bot, 3)
    admin = await opened(bot)
    await bot.later(days=3, hours=1, minutes=1)
    file = await backup(bot, tmp_path / "b.age")

    async def broken(*arguments: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("bot.backups.restore.settle", broken)
        with pytest.raises(DatabaseError):
            await bring(bot, file, elsewhere)
    await bring_back(elsewhere.settings, file, IDENTITY, DRILL)
    await go_on(bot, elsewhere)
    await admin.sees("restored from its backup")
    async with bot.app.database.box.writer.begin() as connection:
        assert len((await connection.execute(board.select())).all()) == 1


async def test_what_was_ended_meanwhile_does_not_come_back(bot: Bot, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """Open questions, links, letters waiting and who was sent what are in no backup."""
    people = await crowd(bot, 3)
    admin = await opened(bot)
    await admin.says("/invite")
    await admin.sees_new("https://t.me/")
    await people[0].says("/me")
    await people[0].sees_new("What we keep")
    await bring(bot, await backup(bot, tmp_path / "b.age"), elsewhere)
    bot.settings, bot.app = elsewhere.settings, await start(elsewhere.settings, bot.clock)
    async with bot.app.database.people.writer.begin() as connection:
        for table in (open_steps, invite, delivered):
            assert not (await connection.execute(table.select())).all()
        assert len((await connection.execute(outbox.select())).all()) == 2  # of the restore, to whom it can write


async def test_a_folder_keeps_thirty_days(bot: Bot, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("kauli-backup-2026-10-24.age", "kauli-backup-2026-10-25.age", "notes.txt"):
        (folder / name).write_text("x")
    file = await backup(bot, folder)
    assert file.name == "kauli-backup-2026-11-24.age"
    assert {path.name for path in folder.iterdir()} == {file.name, "kauli-backup-2026-10-25.age", "notes.txt"}


async def test_a_backup_without_a_key_to_encrypt_to_is_refused(bot: Bot, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="run `kauli backup-key` on a computer that is offline"):
        await back_up(bot.settings, tmp_path / "b.age")
    with pytest.raises(AgeError, match="not an age recipient"):
        await back_up(bot.settings.model_copy(update={"backup_recipient": "age1nonsense"}), tmp_path / "b.age")
    with pytest.raises(BackupError, match="cannot be written"):
        await backup(bot, tmp_path / "nowhere" / "b.age")
    assert not (tmp_path / "b.age").exists()
    assert date.fromisoformat("2026-11-24") == (await bot.app.clock.now()).date()
