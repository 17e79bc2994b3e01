"""One command checks everything: style, types, import contracts and the house rules are tests as well."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests import sources
from tests.sources import ROOT, Source

Rule = Callable[[Source], list[str]]
Case = tuple[Rule, str, str]

TOOLS = {
    "mypy": ("mypy",),
    "import contracts": (
        "lint-imports",
        "--no-cache",
    ),
    "ruff check": ("ruff", "check", "--output-format=concise"),
    "ruff format": ("ruff", "format", "--check", "--diff"),
}
PLAIN = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "160"}

OURS = ("bot", "handlers", "migrations", "tests")
PRODUCT = ("bot", "handlers")
HOUSE_RULES: dict[Rule, tuple[str, ...]] = {
    sources.unexplained_mutes: OURS,
    sources.prints: OURS,
    sources.sql_out_of_place: OURS,
    sources.telegram_out_of_place: OURS,
    sources.sentences: ("handlers",),
    sources.long_functions: OURS,
    sources.long_files: OURS,
    sources.log_lines_with_values: PRODUCT,
    sources.clocks_and_chance: PRODUCT,
}


@pytest.mark.parametrize("name", TOOLS)
def test_tool(name: str) -> None:
    tool, *arguments = TOOLS[name]
    command = [str(Path(sys.executable).parent / tool), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | PLAIN, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)


@pytest.mark.parametrize("rule", HOUSE_RULES, ids=lambda rule: rule.__name__)
def test_house_rule(rule: Rule) -> None:
    breaches = [breach for source in sources.sources(*HOUSE_RULES[rule]) for breach in rule(source)]
    if breaches:
        pytest.fail(f"{rule.__doc__}\n" + "\n".join(breaches), pytrace=False)


def test_every_folder_is_a_package() -> None:
    """The import contracts pass over a folder without `__init__.py` in silence."""
    folders = {(ROOT / source.path).parent for source in sources.sources(*PRODUCT)}
    bare = {str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()}
    assert not bare


def test_no_registry_and_no_machine_in_any_file() -> None:
    breaches = []
    for path in sources.tracked():
        words = path.read_text(encoding="utf-8", errors="ignore")
        breaches += sources.foreign_places(path.relative_to(ROOT).as_posix(), words)
    assert not breaches, "\n".join(breaches)


BAD: list[Case] = [
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # noqa"),
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # noqa: E501"),
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # type: ignore"),
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # type: ignore[arg-type]"),
    (sources.prints, "bot/app.py", "print(1)"),
    (sources.sql_out_of_place, "bot/ballots/rules.py", "import sqlalchemy.exc"),
    (sources.sql_out_of_place, "handlers/me.py", "def f():\n    from sqlalchemy import text"),
    (sources.telegram_out_of_place, "bot/delivery/sender.py", "from telegram.error import BadRequest"),
    (sources.sentences, "handlers/me.py", "x = 'Welcome to Kauli, friend'"),
    (sources.sentences, "handlers/me.py", "x = f'You have {n} new letters'"),
    (sources.long_functions, "bot/a.py", "def f():\n" + "    x = 1\n" * 40),
    (sources.long_files, "bot/a.py", "x = 1\n" * 401),
    (sources.log_lines_with_values, "bot/a.py", "log.info(f'{x} came')"),
    (sources.log_lines_with_values, "bot/a.py", "self._log.error('came: ' + x)"),
    (sources.log_lines_with_values, "bot/a.py", "logging.warning(error)"),
    (sources.clocks_and_chance, "bot/pay/rules.py", "import random"),
    (sources.clocks_and_chance, "bot/pay/release.py", "from secrets import token_bytes"),
    (sources.clocks_and_chance, "bot/pay/rules.py", "x = datetime.now(UTC)"),
    (sources.clocks_and_chance, "bot/digests/schedule.py", "x = datetime.date.today()"),
]
GOOD: list[Case] = [
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # noqa: E501  # a published test vector"),
    (sources.unexplained_mutes, "bot/a.py", "x = 1  # type: ignore[arg-type]  # the library's type is wrong"),
    (sources.prints, "bot/__main__.py", "print(1)"),
    (sources.sql_out_of_place, "bot/ballots/store.py", "import sqlalchemy"),
    (sources.telegram_out_of_place, "bot/chat/keyboards.py", "import telegram"),
    (sources.sentences, "handlers/me.py", '"""A docstring of many words."""\nx = "me.zone.ask"\ny = "open ballot"'),
    (sources.sentences, "handlers/me.py", "log.info('a ballot was opened by button')"),
    (sources.long_functions, "bot/a.py", "def f():\n    '''Says\n\n\n\n    this.'''\n" + "    x = 1\n" * 39),
    (sources.log_lines_with_values, "bot/a.py", "log.info('%s came', x)"),
    (sources.clocks_and_chance, "bot/jobs/ballots.py", "import secrets"),
    (sources.clocks_and_chance, "bot/pay/rules.py", "def due(now: datetime) -> bool:\n    return now > self.end"),
]


def named(cases: list[Case]) -> list[ParameterSet]:
    """Names each case by its rule: the words of some run over hundreds of lines."""
    return [pytest.param(*case, id=f"{case[0].__name__}-{number}") for number, case in enumerate(cases)]


@pytest.mark.parametrize(("rule", "path", "words"), named(BAD))
def test_house_rule_finds_a_breach(rule: Rule, path: str, words: str) -> None:
    assert len(rule(Source(path, words))) == 1


@pytest.mark.parametrize(("rule", "path", "words"), named(GOOD))
def test_house_rule_leaves_the_rest_alone(rule: Rule, path: str, words: str) -> None:
    assert rule(Source(path, words)) == []


@pytest.mark.parametrize("parts", [("py", "pi.org/simple"), ("/work", "/main"), (" /root", "/x"), ("--index", "-url")])
def test_foreign_places_are_found(parts: tuple[str, str]) -> None:
    assert sources.foreign_places("a.md", "".join(parts))


@pytest.mark.parametrize(
    "words", ["/dev/shm", "our/root/plan", "/usr/share/x", "`/root`", "https://kauli.example/root/x"]
)
def test_common_places_are_fine(words: str) -> None:
    assert sources.foreign_places("a.md", words) == []
