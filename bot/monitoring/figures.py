"""The page of figures for Prometheus: one closed table, so that everything that is ever shown can be read here.

Written by us, not by a library: the library's own collectors show processor time and the second at which each counter
began to count, and its labels are open; the text format is simple (Prometheus, "Exposition formats", text 0.0.4).

Nothing here shows when anybody did something. Whoever keeps a curve of it for months must not learn from it what the
program itself does not keep. So there is no counter of updates or answers and no processor time (at quiet hours each
step would be one person), no count of letters to single people (some tell who must vote again), and nothing of votes
and reports. Counts of mass letters are floored to tens, times to minutes, memory to MiB, and the page changes once a
minute at most, as fine as the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = int | Mapping[str, int]
STEP = 10


@dataclass(frozen=True)
class Figure:
    """One figure; where it has a label, that names parts of the program."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str
    label: str = ""


FIGURES = (
    Figure("kauli_info", "gauge", "Version of the program.", "version"),
    Figure("kauli_active", "gauge", "1 in the active process, 0 in one that starts, stands by or ends."),
    Figure("kauli_failing", "gauge", "1 where /healthz gives this reason.", "reason"),
    Figure("kauli_paused", "gauge", "1 while voting pauses because somebody else may read along."),
    Figure("kauli_start_time_seconds", "gauge", "When the process started, to the minute."),
    Figure("kauli_look_seconds", "gauge", "How long the last look for due work took, whole seconds."),
    Figure("kauli_outbox_waiting", "gauge", "Letters of mass sends that wait, in tens.", "lane"),
    Figure("kauli_bulk_messages_total", "counter", "Letters of mass sends by outcome, in tens.", "outcome"),
    Figure("kauli_bulk_refusals_total", "counter", "Mass sends that Telegram told to wait (429)."),
    Figure("kauli_errors_total", "counter", "Errors in the log, by the part that logged them.", "place"),
    Figure("kauli_memory_bytes", "gauge", "Resident memory, in whole MiB."),
    Figure("kauli_disk_free_bytes", "gauge", "Free space where the data lies, in whole 100 MB."),
)


def page(values: Mapping[str, Value]) -> str:
    """Writes the page; a figure without a value is left out, a value without a figure refused (KeyError)."""
    known = {figure.name: figure for figure in FIGURES}
    return "".join(block(known[name], value) for name, value in values.items())


def block(figure: Figure, value: Value) -> str:
    """Writes one figure with what it means."""
    parts = {f'{figure.label}="{name}"': count for name, count in value.items()} if isinstance(value, Mapping) else {}
    lines = [f"{figure.name}{{{label}}} {count}" for label, count in parts.items()] or [f"{figure.name} {value}"]
    head = [f"# HELP {figure.name} {figure.meaning}", f"# TYPE {figure.name} {figure.kind}"]
    return "\n".join([*head, *lines]) + "\n"


def tens(count: int) -> int:
    """Floors a count, so that one person more or less does not show."""
    return count // STEP * STEP


def whole(value: float, unit: int) -> int:
    """Floors a figure to whole units."""
    return int(value // unit * unit)
