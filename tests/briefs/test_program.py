"""`kauli brief` and `kauli export` as somebody at the union's desk runs them."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.briefs.command import from_data, from_file, make_brief, make_export
from bot.briefs.export import Everything, export_json
from bot.briefs.faults import BriefError
from bot.briefs.files import FORMATS
from bot.pay.release import release_id
from tests.briefs.history import history, publish
from tests.conftest import ROOT, Bot


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Gives an export of the history."""
    path = tmp_path / "export.json"
    path.write_text(export_json(Everything(history())))
    return path


async def run(*arguments: str) -> tuple[int, bytes, str]:
    """Runs the program without any settings and gives its exit code, what it wrote and what it said."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={**inherited, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    written, said = await process.communicate()
    return process.returncode or 0, written, said.decode()


async def test_the_brief_is_the_same_beside_the_bot_and_from_an_export(bot: Bot, export: Path) -> None:
    await publish(bot)
    here, there = await from_data(bot.settings), from_file(export)
    assert here == there
    assert make_export(here, "json", "en") == export_json(Everything(history())).encode()
    named = release_id(history()[2])
    for format in FORMATS.values():
        one, other = [await make_brief(found, "sama", named, format, "sw") for found in (here, there)]
        assert one == other and len(one) > 500


async def test_the_program_makes_it_again_offline(export: Path) -> None:
    named = release_id(history()[2])
    done = await run("brief", "Sama", "--release", named, "--file", str(export))
    assert done == (0, await make_brief(from_file(export), "sama", "2026-Q3", "html", "en"), "")
    code, written, said = await run("brief", "Sama", "--release", "2020-Q1", "--file", str(export))
    assert (code, written, said.count("\n")) == (2, b"", 1) and "choose one of 2026-Q1 (" in said


@pytest.mark.parametrize(
    ("words", "locale", "mend"),
    [
        ("nobody", "en", "choose one of appen, sama, scale"),
        ("a", "en", "several employers fit 'a' in 2026-Q4: choose one of appen, sama, scale"),
        ("sama", "tlh", "choose one of en, sw"),
    ],
)
async def test_what_cannot_be_made_is_refused_with_the_mend(words: str, locale: str, mend: str, export: Path) -> None:
    with pytest.raises(BriefError, match=mend):
        await make_brief(from_file(export), words, None, "html", locale)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="check its name and rights"):
        from_file(tmp_path / "nowhere.json")
