"""What a measurement was taken on, and how it is reported: printed, and as JSON where `--output FOLDER` asks."""

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def machine() -> dict[str, Any]:
    """Describes this machine: cores, CPU model, memory in MB, system, Python, and the cores this process may use."""
    usable = usable_cores()
    return {
        "cores": os.cpu_count() or 1,
        "cpu": cpu_model(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "usable_cores": usable,
        "pinned": len(usable) < (os.cpu_count() or 1),
        "load": round(os.getloadavg()[0], 1),
    }


def report(name: str, rows: Sequence[Row], bar: str, folder: Path | None = None) -> None:
    """Prints the rows of a measurement, what was to be reached and the machine; with a folder, writes NAME.json too."""
    described = machine()
    print(f"\n{name}")
    for row in rows:
        print("  " + ", ".join(f"{key} {shown(value)}" for key, value in row.items()))
    print(f"  to be reached: {bar}")
    print("  machine: " + ", ".join(f"{key} {value}" for key, value in described.items()), flush=True)
    if folder is not None:
        written = {"name": name, "rows": [dict(row) for row in rows], "bar": bar, "machine": described}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(written, indent=1, default=str) + "\n")


def output(parser: argparse.ArgumentParser | None = None) -> argparse.Namespace:
    """Reads the command line of a measurement; `output` is the folder for its figures, or None."""
    parser = parser or argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, help="folder for the figures as JSON (default: print only)")
    return parser.parse_args()


def pin(core: int) -> None:
    """Keeps this process on one of its cores, counted from 0 and round again; does nothing where the system cannot."""
    usable = usable_cores()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {usable[core % len(usable)]})


def usable_cores() -> list[int]:
    """Lists the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def cpu_model() -> str:
    """Names the processor, as Linux does in /proc/cpuinfo (proc(5)), elsewhere as Python knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def shown(value: Any) -> str:
    """Shows a figure with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
