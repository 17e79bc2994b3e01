"""Everything that was published, for everybody: the releases as they were drawn, and nothing else.

It needs no suppression of its own, since a release is what came out of it. Beside the releases stand the names of those
employers and kinds of work in them that only this union's lists have, and the end clients that it added. The schema is
that of the classes that read an export, so that the two cannot differ.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from bot.briefs.faults import BriefError
from bot.pay.release import Published, Release, from_json, release_id, to_json
from bot.workplaces.catalogue import Client, Employer, Kind, Listing, Task

STRICT: dict[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}
NAMED = {  # the fields of what is named beside the releases
    "employers": ("id", "name", "countries", "kind"),
    "clients": ("id", "name", "vendors", "retired"),
    "tasks": ("id", "name"),
}
BROKEN = "this is no export of Kauli: make it with `kauli export --format json`"


@dataclass(frozen=True)
class Cell(Published):
    """What is said of one cell. Amounts are before tax, per hour, in minor units of the cell's currency."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Listed:
    """A release as it was drawn. `id` is the beginning of the SHA-256 of the rest as canonical JSON."""

    id: str
    version: Literal[2]
    period: str
    cells: tuple[Cell, ...]
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Named:
    """An employer that cells name and that organizers added to the program's table or changed in it."""

    id: str
    name: str
    countries: tuple[str, ...]
    kind: Kind
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class NamedClient:
    """An end client that organizers added to the program's table or changed in it; `vendors` are ids of employers."""

    id: str
    name: str
    vendors: tuple[str, ...]
    retired: bool
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class NamedTask:
    """A kind of work that cells name and that organizers added to the program's table."""

    id: str
    name: str
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Export:
    """All releases, the oldest first. `sample` says that everything in it is invented."""

    sample: bool
    employers: tuple[Named, ...]
    releases: tuple[Listed, ...]
    clients: tuple[NamedClient, ...] = ()
    tasks: tuple[NamedTask, ...] = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Everything:
    """What was published, the oldest release first; whether it is invented; what the program's tables lack."""

    releases: tuple[Release, ...]
    sample: bool = False
    added: tuple[Listing, ...] = ()


def export_json(found: Everything) -> str:
    """Writes all releases as JSON. The same releases give the same bytes."""
    listed = [{"id": release_id(release), **json.loads(to_json(release))} for release in found.releases]
    named = {
        key: [{field: getattr(one, field) for field in NAMED[key]} for one in spoken_of(found, key)] for key in NAMED
    }
    return json.dumps({"sample": found.sample, "releases": listed, **named}, sort_keys=True, indent=1) + "\n"


def spoken_of(found: Everything, key: str) -> list[Listing]:
    """Gives what the releases need names of: employers, the end clients of those, or tasks, by id."""
    cells = [cell.cell.split(":") for release in found.releases for cell in release.cells]
    employers = {employer for kind, employer, *_ in cells if kind == "employer"}
    tasks = {more[-2] for kind, *more in cells if kind in ("pair", "task")}
    needed: dict[str, Callable[[Listing], bool]] = {
        "employers": lambda one: isinstance(one, Employer) and one.id in employers,
        "clients": lambda one: isinstance(one, Client) and not employers.isdisjoint(one.vendors),
        "tasks": lambda one: isinstance(one, Task) and one.id in tasks and bool(one.name),
    }
    return sorted(filter(needed[key], found.added), key=lambda one: one.id)


def read_export(document: str | bytes) -> Everything:
    """Reads an export. Raises BriefError for what is none, and for a release that was changed."""
    try:
        known = adapter().validate_json(document)
        read = json.loads(document)
        listed = {one.pop("id"): from_json(json.dumps(one)) for one in read["releases"]}
    except (ValidationError, ValueError):
        raise BriefError(BROKEN) from None
    for named, release in listed.items():
        if named != release_id(release):
            raise BriefError(f"release {named} was changed after it was exported: ask for the export again")
    releases = tuple(sorted(listed.values(), key=lambda release: release.period))
    return Everything(releases, known.sample, listings(known))


@cache
def adapter() -> TypeAdapter[Export]:
    """Gives what reads an export; it takes a while to make."""
    return TypeAdapter(Export)


def listings(known: Export) -> tuple[Listing, ...]:
    """Gives what an export says that the program's tables lack."""
    return (
        *(Employer(one.id, one.name, one.countries, one.kind) for one in known.employers),
        *(Client(one.id, one.name, one.vendors, retired=one.retired) for one in known.clients),
        *(Task(one.id, one.name) for one in known.tasks),
    )


def schema() -> str:
    """Gives the JSON schema of an export (draft 2020-12)."""
    found = adapter().json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=1) + "\n"
