"""The real program as a process of its own: killed at bad moments, ended politely, started wrongly."""

import asyncio
import signal
import socket
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.database import migrate, open_database
from bot.members.store import InviteStore
from bot.simulator import Simulator
from bot.vault import Vault
from tests.cast import Cast, Message, Person
from tests.conftest import ADMIN, TOKEN, make_settings
from tests.program import Environment, launch, running


@pytest.fixture
def environment(simulator: Simulator, database_url: str | None, tmp_path: Path) -> Environment:
    return {name: str(value) for name, value in make_settings(simulator.url, tmp_path, database_url).items()}


async def found(cast: Cast) -> Person:
    """Lets the owner join over the chat."""
    admin = await cast.person("Wanjiru", id=ADMIN)
    await admin.says("/start")
    await admin.presses("English")
    await admin.presses("I agree")
    await admin.sees_new("You are an administrator")
    return admin


async def test_updates_that_wait_survive_a_kill_and_have_their_effect_once(
    cast: Cast, environment: Environment
) -> None:
    async with running(environment) as program:
        admin = await found(cast)
        code = await new_invite(admin)
        people = [await cast.person(f"P{number}") for number in range(45)]
        for person in people:
            await person.says(f"/start {code}")
            await person.presses("English")
            await person.sees_new("What we keep about you")
        for person in people:
            await person.presses("I agree")
        await program.kill()
    async with running(environment):
        for person in people:  # a kill between commit and answer costs the answer, never the effect
            await person.says("/me")
            await person.sees_new("Voting and reporting: from")
        extra = [await cast.person(f"Q{number}") for number in range(6)]
        for person in extra[:5]:  # 50 uses: 45 before the kill, each counted once
            await person.says(f"/start {code}")
            await person.presses("English")
            await person.presses("I agree")
            await person.sees_new("Welcome")
        await extra[5].says(f"/start {code}")
        await extra[5].sees_new("This invite is over or used up")


async def test_a_kill_while_a_ballot_goes_out_leaves_nobody_out(
    cast: Cast, environment: Environment, simulator: Simulator
) -> None:
    slow = environment | {"KAULI_MESSAGES_PER_SECOND": "60"}
    async with running(slow) as program:
        admin = await found(cast)
        people = await enrolled(cast, admin, 70)
        await cast.advance(days=8)
        await open_ballot(admin)
        await anybody(people, "Secret ballot")  # the weekly note names the question, too
        await program.kill()
    await cast.advance(minutes=3)  # the leases of what was in flight run out
    async with running(slow):
        for person in people:
            await person.sees("News from Kauli", "Secret ballot", "Shall we?")
    sent = [call for call in simulator.calls if "Secret ballot" in str(call["parameters"].get("text"))]
    to = [call["parameters"]["chat_id"] for call in sent if call["method"] == "sendMessage" and call["status"] == 200]
    letters = [chat for chat in to if chat != ADMIN]
    assert set(letters) == {person.id for person in people}
    assert len(letters) - len(set(letters)) <= 30  # at most the batch that was in flight


async def enrolled(cast: Cast, admin: Person, size: int) -> list[Person]:
    """Lets many people join by invite."""
    people: list[Person] = []
    for number in range(size):
        if number % 50 == 0:
            code = await new_invite(admin)
        person = await cast.person(f"P{number}")
        await person.says(f"/start {code}")
        await person.presses("English")
        await person.presses("I agree")
        await person.sees_new("Welcome")
        people.append(person)
    return people


async def open_ballot(admin: Person) -> None:
    """Lets the organizer put a question to the whole union for three days."""
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.sees_new("Type the question")
    await admin.says("Shall we?")
    await admin.sees_new("Type the options")
    await admin.says("Yes\nNo")
    for label in ("Go on", "The whole union", "3 days", "Open the ballot"):
        await admin.presses(label)


async def anybody(people: list[Person], words: str) -> None:
    """Waits until somebody sees these words."""
    waits = [asyncio.create_task(person.sees(words)) for person in people]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)


async def test_sixty_updates_that_come_twice_have_their_effect_once(
    cast: Cast, environment: Environment, simulator: Simulator
) -> None:
    """Killed after sixty turns are committed and answered, and before any is confirmed: all sixty come again."""
    async with running(environment):
        admin = await found(cast)
        ticking, typing = await enrolled(cast, admin, 20), await enrolled(cast, admin, 20)
        code = await new_invite(admin)
        joining = [await cast.person(f"J{number}") for number in range(20)]
        await brought(ticking, "/me", "Employers")
        await brought(typing, "/me", "Weekly note", "Monday")
        await brought(joining, f"/start {code}", "English")
        await all_see_new([*ticking, *typing, *joining], ("Tick as many", "at which hour", "What we keep about you"))
    for ticks, types, joins in zip(ticking, typing, joining, strict=True):
        await ticks.presses("Mercor")  # a second effect would take the tick away again
        await types.says("7")
        await joins.presses("I agree")
    await unconfirmed(cast)
    async with running(environment):
        await all_see_new([*ticking, *typing, *joining], ("Tick as many", "Monday, 07:00", "Welcome"))
    assert (await cast.get("/status"))["pending"] == 60
    simulator.faults.clear()
    async with running(environment):
        await cast.settled()
        await brought([*ticking, *typing, *joining], "/me")
        await all_see_new(ticking, ("Employers: Mercor",))
        await all_see_new(typing, ("Weekly note: Monday, 07:00",))
        await all_see_new(joining, ("Voting and reporting: from",))
    assert await left(environment, code) == 30


async def brought(people: list[Person], words: str, *labels: str) -> None:
    """Brings everybody to a question."""
    for person in people:
        await person.says(words)
        for label in labels:
            await person.presses(label)


async def unconfirmed(cast: Cast) -> None:
    """Lets the bot have everything that waits at its first look, and lets no later look, which confirms it, arrive."""
    await cast.fault("getUpdates", status=200)
    await cast.fault("getUpdates", delay=60, drop="before")


async def all_see_new(people: list[Person], words: tuple[str, ...]) -> None:
    """Waits until each sees something new with one of these words."""
    for person in people:
        waits = [asyncio.create_task(person.sees_new(one)) for one in words]
        done, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        done.pop().result()


async def new_invite(admin: Person) -> str:
    """Lets the organizer make the group's link anew and gives its code."""
    await admin.says("/invite")
    return code_in(await admin.sees_new("https://t.me/"))


def code_in(message: Message) -> str:
    """Gives the code of an invite's link."""
    return str(message["text"]).split("start=")[1].split()[0]


async def left(environment: Environment, code: str) -> int:
    """Reads, while no bot runs, how often an invite can still be used."""
    database = open_database(environment.get("KAULI_DATABASE_URL"), Path(environment["KAULI_DATA_DIR"]))
    vault = Vault.unlock(Path(environment["KAULI_KEYS_DIR"]), fresh=False)
    async with database.people.reader.begin() as connection:
        invite = await InviteStore(connection, vault).get(code)
    await database.close()
    assert invite
    return invite.left


async def test_a_command_that_comes_twice_leaves_one_invite(
    cast: Cast, environment: Environment, simulator: Simulator
) -> None:
    """Links rotate, so a repeated /invite may show a second one; there is one that works, and it is the newest."""
    async with running(environment):
        admin = await found(cast)
    await admin.says("/invite")
    await unconfirmed(cast)
    async with running(environment):
        first = code_in(await admin.sees_new("https://t.me/"))
    simulator.faults.clear()
    async with running(environment):
        await cast.settled()
        await admin.says("/help")
        await admin.sees_new("What you can do here")
        newest = code_in(await admin.sees("https://t.me/"))
        ana = await cast.person("Ana")
        await ana.says(f"/start {newest}")
        await ana.sees_new("In which language")
        if newest != first:
            await ana.says(f"/start {first}")
            await ana.sees_new("This invite is over")


async def test_a_kill_in_the_middle_of_a_conversation(cast: Cast, environment: Environment) -> None:
    """An ordinary conversation goes on at its question; of a sealed one nothing was kept, and that is said."""
    async with running(environment) as program:
        admin = await found(cast)
        ana, juma = await enrolled(cast, admin, 2)
        await cast.advance(days=8)
        await ana.says("/me")
        await ana.presses("Weekly note")
        await ana.presses("Monday")
        await ana.sees_new("Monday, at which hour")
        await juma.says("/pay")
        await juma.presses("Kenya")
        await juma.sees_new("Who pays you")
        await program.kill()
    async with running(environment):
        await ana.says("7")
        await ana.sees_new("Weekly note: Monday, 07:00")
        await juma.presses("Sama")
        await juma.sees_new("Nothing was kept")
        await juma.says("/pay")
        await juma.sees_new("Nothing is kept before you press Send")


async def test_a_kill_with_votes_pending_asks_exactly_those_people_again(cast: Cast, environment: Environment) -> None:
    """Ana is asked; Juma, who taps again while the bot is down, is not, nor is anybody else. All count once."""
    async with running(environment) as program:
        admin = await found(cast)
        people = await enrolled(cast, admin, 12)
        ana, juma, *others = people
        await cast.advance(days=8)
        await open_ballot(admin)
        for person in people:  # what is in flight at a kill comes when its lease is over; here nothing is
            await person.sees("Secret ballot")
        await voted((ana, juma), "2. No")
        cast_again = await juma.sees("Received")
        ballot = cast_again["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split()[1]
        await program.kill()
    await juma.presses_data(cast_again, f"/cast {ballot} 1")
    async with running(environment):
        await ana.sees("Kauli was restarted before your last tap in a ballot was sealed")
        await voted((ana,), "2. No")
        await voted(others, "1. Yes")
        await cast.advance(days=4)
        await admin.sees("Chosen: Yes", "Yes: 10", "No: 2", "12 of 13 voted")
        for person in (admin, juma, *others):
            await person.does_not_see("Kauli was restarted")


async def voted(people: Iterable[Person], option: str) -> None:
    """Lets each of them cast a vote and waits until it is received."""
    for person in people:
        await person.presses(option)
        await person.presses("Cast my vote")
        await person.sees_new("Received")


async def test_sigterm_ends_cleanly_and_a_second_process_is_refused(cast: Cast, environment: Environment) -> None:
    async with running(environment) as program:
        code, said = await (await launch(environment)).ends()
        assert (code, said.count("\n")) == (2, 1), said
        assert "another Kauli is running" in said
        program.told(signal.SIGTERM)
        code, said = await program.ends()
        assert code == 0, said
        assert "Traceback" not in said


async def test_an_unreachable_telegram_is_waited_for_and_said_once(cast: Cast, environment: Environment) -> None:
    await cast.fault("getMe", status=502, description="Bad Gateway", times=2)
    async with running(environment, ready=False) as program:
        assert (await program.ready()).count("cannot be reached") == 1
        await cast.fault("getUpdates", status=502, description="Bad Gateway", times=2)
        ana = await cast.person("Ana")
        await ana.says("/help")
        await ana.sees_new("What you can do here")


async def test_a_telegram_that_is_away_at_the_start_and_later_is_waited_for(tmp_path: Path) -> None:
    """Nobody listens on its port, twice: the bot says so once each time, and goes on as soon as somebody does."""
    telegram = Simulator(port=free_port(), flood=False)
    await telegram.start()
    settings = {key: str(value) for key, value in make_settings(telegram.url, tmp_path, None).items()}
    del settings["KAULI_CLOCK_URL"]
    await telegram.stop()
    async with running(settings, ready=False) as program, Cast(settings["KAULI_API_URL"]) as cast:
        said = await program.until("Telegram cannot be reached")
        await telegram.start()
        said += await program.ready()
        assert said.count("cannot be reached") == 1
        ana = await cast.person("Ana")
        await ana.says("/help")
        await ana.sees_new("What you can do here")
        await telegram.stop()
        said = await program.until("updates do not come in")
        await telegram.start()
        await ana.says("/privacy")
        await ana.sees_new("What we cannot protect against")
        program.told(signal.SIGTERM)
        code, rest = await program.ends()
        assert code == 0 and "Traceback" not in rest
        assert (said + rest).count("updates do not come in") == 1
        assert rest.count("updates come in again") == 1
    await telegram.stop()


def free_port() -> int:
    """Finds a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


FAULTS = {
    "KAULI_BOT_TOKEN": ("", "KAULI_BOT_TOKEN"),
    "KAULI_TIMEZONE": ("Mars/Olympus", "KAULI_TIMEZONE: give an IANA name"),
    "KAULI_MESSAGES_PER_SECOND": ("fast", "KAULI_MESSAGES_PER_SECOND"),
    "KAULI_STANDBY": ("1", "KAULI_STANDBY: needs PostgreSQL"),
    "KAULI_OWNERS": ("1", "KAULI_OWNERS is not a setting: did you mean KAULI_OWNER_IDS"),
    "KAULI_DATABASE_URL": ("mysql://x", "KAULI_DATABASE_URL: give postgresql+asyncpg"),
    "KAULI_WEBHOOK_URL": ("https://example.org/x", "KAULI_WEBHOOK_SECRET: is needed"),
    "KAULI_DATA_DIR": ("/dev/null/data", "KAULI_DATA_DIR: /dev/null/data cannot be made"),
    "KAULI_KEYS_DIR": ("/dev/null/keys", "KAULI_KEYS_DIR: /dev/null/keys cannot be made"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_bad_setting_is_one_line_with_the_mend(name: str, simulator: Simulator, tmp_path: Path) -> None:
    settings = {key: str(value) for key, value in make_settings(simulator.url, tmp_path, None).items()}
    value, words = FAULTS[name]
    code, said = await (await launch(settings | {name: value})).ends()
    assert (code, said.count("\n")) == (2, 1), said
    assert words in said
    assert TOKEN not in said


async def test_a_wrong_token_a_lost_key_and_a_newer_database(cast: Cast, tmp_path: Path) -> None:
    strict = Simulator(token="123456:" + "X" * 35)
    await strict.start()
    settings = {key: str(value) for key, value in make_settings(strict.url, tmp_path, None).items()}
    code, said = await (await launch(settings)).ends()
    assert (code, said.count("\n")) == (2, 1), said
    assert "KAULI_BOT_TOKEN is not accepted by Telegram" in said
    right = settings | {"KAULI_BOT_TOKEN": "123456:" + "X" * 35}
    async with running(right):
        pass
    (tmp_path / "keys" / "master.key").rename(tmp_path / "kept")
    code, said = await (await launch(right)).ends()
    assert code == 2 and said.count("\n") == 1 and "master.key is missing but there is data" in said
    await newer(tmp_path / "data")
    code, said = await (await launch(right)).ends()
    assert code == 2 and said.count("\n") == 1 and "newer version of Kauli" in said
    await strict.stop()


async def newer(folder: Path) -> None:
    """Makes a database look as if a newer program wrote it."""
    database = open_database(None, folder)
    await migrate(database)
    async with database.people.writer.begin() as connection:
        await connection.exec_driver_sql("update migration set version_num = '0999'")
    await database.close()


async def test_a_busy_demo_port_is_named_with_the_mend(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = await (await launch({}, "demo", "--port", str(port))).ends()
    assert code == 2 and said.count("\n") == 1 and f"port {port} is busy" in said and "PORT=" in said
