"""A broken table ends the program at start in one line: which file, which line, what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import tables
from bot.tables import BadTable, Table, read_all
from tests.sources import ROOT


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("bot/pay/benchmarks.csv", "20754.51", "20,754.51", "benchmarks.csv, line 6: 8 filled columns are needed"),
        ("bot/pay/fx.csv", "129.6747", "129;67", "fx.csv, line 9: per_dollar must be a positive number"),
        ("bot/pay/currencies.csv", "KES,200", "KES,", "currencies.csv, line 9: 4 filled columns are needed"),
        ("bot/workplaces/tasks.csv", "qa_review", "QA review", "tasks.csv, line 18: the id must be short and plain"),
    ],
)
def test_the_program_names_the_line_and_the_mend(tmp_path: Path, table: str, old: str, new: str, message: str) -> None:
    for folder in ("bot", "handlers", "locales", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / table
    said = broken.read_text()
    assert old in said
    broken.write_text(said.replace(old, new))
    command = [sys.executable, "-m", "bot", "doctor"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False)
    mend = "Mend that line, or take the file as it came with this version"
    assert (done.returncode, done.stderr) == (2, f"kauli: {message}. {mend}\n")


def test_a_table_is_read_once_and_at_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "TABLES", [])
    reads: list[int] = []

    def read() -> dict[str, int]:
        reads.append(1)
        return {"KE": 1, "UG": 2}

    table = Table(read)
    assert not reads
    read_all()
    assert (list(table), len(table), table["UG"], "ET" in table) == (["KE", "UG"], 2, 2, False)
    assert len(reads) == 1


def test_every_table_of_the_program_is_read_at_start() -> None:
    assert len(tables.TABLES) >= 9
    read_all()


def test_a_broken_table_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> dict[str, int]:
        raise BadTable("ppp.csv, line 3: rate must be a positive number")

    monkeypatch.setattr(tables, "TABLES", [])
    Table(read)
    with pytest.raises(BadTable, match=r"^ppp.csv, line 3: rate must be a positive number\. Mend that line"):
        read_all()
