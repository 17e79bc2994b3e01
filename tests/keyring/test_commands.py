"""`kauli keys` as a program: made, written down, lost, brought back from paper, moved to a new one."""

import os
from pathlib import Path

import pytest

from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import ONE_STORE, make_settings
from tests.program import Environment, launch, running

PASSPHRASE = "six words that nobody would guess"


@pytest.fixture
def environment(simulator: Simulator, database_url: str | None, tmp_path: Path) -> Environment:
    return {name: str(value) for name, value in make_settings(simulator.url, tmp_path, database_url).items()}


async def keys(environment: Environment, *arguments: str, typed: str = "") -> tuple[int, str, str]:
    """Runs the command and gives exit code, what it printed, and what it said on standard error."""
    return await (await launch(environment, "keys", *arguments, typed=typed)).ends_printing()


def shares(paper: str) -> list[str]:
    """Gives the whole and the shares from the sheets, a line each."""
    return [" ".join(part.splitlines()[1:]) for part in paper.strip().split("\n\n")[2:]]


@ONE_STORE
async def test_from_init_to_paper_and_back(cast: Cast, environment: Environment, tmp_path: Path) -> None:
    code, _, said = await keys(environment, "init")
    assert code == 0 and "fingerprint" in said and said.count("\n") == 1
    async with running(environment):
        ana = await cast.person("Ana")
        await ana.says("/privacy")
        await ana.sees("What we cannot protect against")
        for act in ("init", "rotate", "recover"):
            assert await refused(environment, act) == "another Kauli is running on this data"
    await lost_and_found(environment)
    async with running(environment):
        await ana.says("/privacy")
        await ana.sees_new("What we cannot protect against")


async def lost_and_found(environment: Environment) -> None:
    """Writes the key on paper, loses it, brings it back, and moves to a new one, which makes that paper void."""
    assert "this would write the key into a file or a pipe" in (await keys(environment, "show-paper"))[2]
    _, paper, _ = await keys(environment, "show-paper", "--anyway")
    whole, one, two, three = shares(paper)
    path = Path(environment["KAULI_KEYS_DIR"]) / "master.key"
    master = path.read_bytes()
    path.unlink()
    code, said = await (await launch(environment)).ends()
    assert code == 2 and "kauli keys recover" in said and said.count("\n") == 1
    assert "there is data already" in (await keys(environment, "init"))[2]
    assert "that is not enough" in (await keys(environment, "recover", typed=one))[2]
    assert not path.exists()
    assert (await keys(environment, "recover", typed=f"{three}\n{one}\n"))[0] == 0
    assert path.read_bytes() == master
    assert (await keys(environment, "recover", typed=whole))[0] == 0  # repeating it changes nothing
    code, _, said = await keys(environment, "rotate")
    assert code == 0 and "invite links must be made anew" in said
    assert path.read_bytes() != master
    code, _, said = await keys(environment, "recover", typed=f"{two}\n{one}\n")
    assert code == 2 and "before a rotation" in said


async def refused(environment: Environment, act: str) -> str:
    """Gives the beginning of the line with which a command is refused."""
    code, _, said = await keys(environment, act, typed="")
    assert code == 2 and said.count("\n") == 1
    return said.removeprefix("kauli: ").split(":")[0] if act != "recover" else "another Kauli is running on this data"


@ONE_STORE
async def test_a_passphrase_is_asked_from_the_first_start_on(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    sealed = environment | {"KAULI_MASTER_KEY": "passphrase"}
    told = sealed | {"KAULI_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    code, said = await (await launch(told)).ends()
    assert code == 2 and "kauli keys init" in said
    code, _, said = await keys(sealed, "init")
    assert code == 2 and "KAULI_PASSPHRASE_FILE" in said
    assert (await keys(told, "init"))[0] == 0
    assert os.listdir(environment["KAULI_KEYS_DIR"]) == ["master.sealed"]
    async with running(told):
        pass
    (tmp_path / "passphrase").write_text("another passphrase, long enough")
    code, said = await (await launch(told)).ends()
    assert code == 2 and "the passphrase does not open the master key" in said and said.count("\n") == 1
