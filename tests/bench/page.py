"""Writes docs/PERFORMANCE.md from the figures that measurements left in a folder (`--output`).

Repeat: `python -m tests.bench.sending --output figures`, likewise the others, then `python -m tests.bench.page
figures`.
A measurement without figures is left out, so that the page never shows what was not taken in one place.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "PERFORMANCE.md"
HEAD = """# Performance

Made by `python -m tests.bench.page FOLDER` from what measurements wrote there. Do not edit. Each can be repeated with
the command it names; absolute figures are those of the machine described, ratios were taken in one run.
"""


def main() -> None:
    """Reads the folder's figures and writes the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    found = [json.loads(path.read_text()) for path in sorted(parser.parse_args().folder.glob("*.json"))]
    PAGE.write_text("\n".join([HEAD, *(section(one) for one in found)]))


def section(figures: Mapping[str, Any]) -> str:
    """Writes one measurement: what it does, its figures, what was to be reached, and where it was taken."""
    about = (import_module(module_of(figures["name"])).__doc__ or "").strip()
    taken = ", ".join(f"{key} {value}" for key, value in figures["machine"].items())
    lines = [f"## {figures['name'].capitalize()}", "", about, "", f"To be reached: {figures['bar']}.", ""]
    return "\n".join([*lines, *tables(figures["rows"]), f"Machine: {taken}.", ""])


def module_of(name: str) -> str:
    """Gives the module that made figures: of its own name, or of the words before a part of it (sending_paced)."""
    known = (Path(__file__).parent / f"{name}.py").exists()
    return f"tests.bench.{name if known else name.rpartition('_')[0]}"


def tables(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Writes rows as tables, a new one wherever the columns change."""
    written: list[str] = []
    columns: list[str] = []
    for row in rows:
        if list(row) != columns:
            columns = list(row)
            written += [*([""] if written else []), line(columns), line("---" for _ in columns)]
        written.append(line(shown(value) for value in row.values()))
    return [*written, ""]


def line(cells: Iterable[str]) -> str:
    """Writes a row of a table."""
    return "| " + " | ".join(cells) + " |"


def shown(value: object) -> str:
    """Shows a figure with three digits that mean something."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
