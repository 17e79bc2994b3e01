"""The drill as an operator runs it: `kauli backup` beside the running bot, then `kauli restore` on a new machine."""

import os
from pathlib import Path

import pytest

from bot import age
from bot.commands import key_for_paper
from bot.simulator import Simulator
from tests.cast import Cast, Person
from tests.conftest import ADMIN, ONE_STORE, make_settings
from tests.program import launch, running


@pytest.fixture
def environment(simulator: Simulator, database_url: str | None, tmp_path: Path) -> dict[str, str]:
    """Gives the settings of the program."""
    return {name: str(value) for name, value in make_settings(simulator.url, tmp_path, database_url).items()}


async def run(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Runs a command to its end and gives its exit code and what it said."""
    return await (await launch(environment, *arguments)).ends()


async def founds(cast: Cast) -> Person:
    """Lets the owner join over the chat."""
    admin = await cast.person("Wanjiru", id=ADMIN)
    await admin.says("/start")
    await admin.presses("English")
    await admin.presses("I agree")
    await admin.sees_new("You are an administrator")
    return admin


@ONE_STORE
async def test_the_drill_with_the_program(cast: Cast, environment: dict[str, str], tmp_path: Path) -> None:
    words = key_for_paper()
    identity = next(line.strip() for line in words.splitlines() if "AGE-SECRET-KEY" in line)
    recipient = words.rpartition("KAULI_BACKUP_RECIPIENT=")[2]
    (tmp_path / "identity").write_text(f"# from paper\n{identity}\n")
    environment["KAULI_BACKUP_RECIPIENT"] = recipient
    file = str(tmp_path / "kauli.age")
    async with running(environment):
        admin = await founds(cast)
        assert await run(environment, "backup", file) == (0, f"kauli: the backup is written to {file}\n")
        again = ("restore", file, "--identity", str(tmp_path / "identity"))
        code, said = await run(environment, *again)
        assert (code, said.count("\n")) == (2, 1) and "another Kauli is running" in said
    code, said = await run(environment, *again)
    assert (code, said.count("\n")) == (2, 1) and "not empty" in said
    new = {**environment, "KAULI_DATA_DIR": str(tmp_path / "new")}
    new.pop("KAULI_DATABASE_URL", None)
    code, said = await run(new, *again)
    assert code == 0 and "restored. Ballots made void: 0" in said
    async with running(new):
        await admin.sees("restored from its backup of 24 Nov 2026")
        await admin.says("/organize")
        await admin.sees_new("Members")


@ONE_STORE
async def test_faults_end_in_one_line_with_the_mend(environment: dict[str, str], tmp_path: Path) -> None:
    _, recipient = age.new_identity()
    for recipients, arguments, mend in (
        ("", ("backup", "x.age"), "run `kauli backup-key`"),
        (recipient, ("backup", "x.age"), "start the bot, or run `kauli migrate` first"),
        (recipient, ("restore", "nowhere", "--identity", "nowhere"), "cannot be read"),
    ):
        code, said = await run({**environment, "KAULI_BACKUP_RECIPIENT": recipients}, *arguments)
        assert (code, said.count("\n")) == (2, 1) and mend in said
    assert not [name for _, _, names in os.walk(tmp_path) for name in names if "x.age" in name]
