"""`kauli brief` and `kauli export` as somebody at the union's desk runs them."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.briefs.export import export_json
from bot.pay.release import release_id
from bot.simulator import Simulator
from tests.briefs.history import history
from tests.conftest import ROOT, Bot, make_settings

Done = tuple[int, bytes, str]


async def run(environment: dict[str, str], *arguments: str) -> Done:
    """Runs the program and gives its exit code, what it wrote and what it said."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    written, said = await process.communicate()
    return process.returncode or 0, written, said.decode()


async def test_the_brief_is_the_same_from_the_data_folder_and_from_an_export(
    bot: Bot, simulator: Simulator, database_url: str | None, tmp_path: Path
) -> None:
    """Beside the running bot, then offline from the export, byte for byte."""
    settings = make_settings(simulator.url, tmp_path, database_url).items()
    environment = {name: str(value) for name, value in settings}
    for release in history():
        await publish(bot, release.period)
    code, exported, said = await run(environment, "export", "--format", "json")
    assert (code, exported.decode(), said) == (0, export_json(history(), sample=False), "")
    (tmp_path / "export.json").write_bytes(exported)
    for format in ("html", "pdf"):
        wanted = ("brief", "Sama", "--release", release_id(history()[2]), "--format", format, "--locale", "sw")
        code, here, _ = await run(environment, *wanted)
        assert code == 0 and len(here) > 1000
        assert (await run({}, *wanted, "--file", str(tmp_path / "export.json")))[:2] == (0, here)


async def publish(bot: Bot, period: str) -> None:
    """Publishes a release of the history."""
    from bot.pay.release import to_json

    release = next(one for one in history() if one.period == period)
    await bot.app.box.open(period)
    await bot.app.box.close(period, lambda _: to_json(release).encode())


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("sama", "--file", "{there}", "--release", "2020-Q1"), "choose one of 2026-Q1 ("),
        (("nobody", "--file", "{there}"), "choose one of appen, sama, scale"),
        (("sama", "--file", "{there}", "--locale", "tlh"), "choose one of en, sw"),
        (("sama", "--file", "{nowhere}"), "check its name and rights"),
        (("sama", "--file", __file__), "kauli export --format json"),
    ],
)
async def test_faults_end_in_one_line_with_the_mend(arguments: tuple[str, ...], mend: str, tmp_path: Path) -> None:
    there = tmp_path / "export.json"
    there.write_text(export_json(history(), sample=False))
    given = [one.format(there=there, nowhere=tmp_path / "no") if "{" in one else one for one in arguments]
    code, written, said = await run({}, "brief", *given)
    assert (code, written, said.count("\n")) == (2, b"", 1) and mend in said
