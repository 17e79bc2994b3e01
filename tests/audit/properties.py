"""The audit's section on counting and deciding: every property that asks `tests.examples` for its number, on many.

They are the ordinary tests, run by pytest in a process of its own; here they are only found, run and listed.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.examples import ASKED, FEW, MANY

ROOT = Path(__file__).parent.parent.parent
ASKS = "from tests.examples import EXAMPLES"
LINE = re.compile(r"^(?P<file>tests/\S+)::(?P<test>\S+) (?P<verdict>PASSED|FAILED|ERROR)", re.MULTILINE)


@dataclass(frozen=True)
class Properties:
    """What came of every property, by file and test, and on how many examples each was tried."""

    examples: int
    seed: int
    verdicts: dict[tuple[str, str], str]
    said: str = ""

    @property
    def held(self) -> bool:
        """Says whether there are any, and all of them hold."""
        return bool(self.verdicts) and set(self.verdicts.values()) == {"PASSED"}


def files() -> list[str]:
    """Gives the files of tests that ask for their number of examples."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    return [path.relative_to(ROOT).as_posix() for path in tests if ASKS in path.read_text(encoding="utf-8")]


def examine(seed: int, thorough: bool) -> Properties:
    """Runs every property, from a seed."""
    examples = MANY if thorough else FEW
    options = ["-m", "hypothesis", "-v", "-n", "0", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"]
    options.append(f"--hypothesis-seed={seed}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *files()],
        cwd=ROOT,
        env=os.environ | {ASKED: str(examples)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {(line["file"], line["test"]): line["verdict"] for line in LINE.finditer(done.stdout)}
    return Properties(examples, seed, found, "" if done.returncode == 0 else done.stdout[-4000:])


def lines(result: Properties) -> list[str]:
    """Writes the section of the audit's report."""
    rows = [f"| {plainly(test)} | {verdict.lower()} |" for (_, test), verdict in sorted(result.verdicts.items())]
    return [
        f"Each of these was tried on {result.examples:,} examples drawn by Hypothesis, seed {result.seed}: what every "
        "method of counting promises, exact decisions beside a plain model in fractions, and what is never published.",
        "",
        "| property | verdict |",
        "| --- | --- |",
        *rows,
        *([] if result.held and not result.said else ["", "```", result.said, "```", "**FAILED.**"]),
    ]


def plainly(test: str) -> str:
    """Gives the name of a test as a sentence."""
    words = test.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]
