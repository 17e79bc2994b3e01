"""Everything that was published, for everybody: the releases as they were drawn, and nothing else.

It needs no suppression of its own, since a release is what came out of it. Beside the releases stand the names of those
employers in them that only this union's list has. The schema is that of the classes that read
an export, so that the two cannot differ.
"""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from bot.briefs.faults import BriefError
from bot.pay.release import Published, Release, from_json, release_id, to_json
from bot.workplaces.catalogue import Employer, Kind

STRICT: dict[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}
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
class Export:
    """All releases, the oldest first. `sample` says that everything in it is invented."""

    sample: bool
    employers: tuple[Named, ...]
    releases: tuple[Listed, ...]
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Everything:
    """What was published, the oldest release first; whether it is invented; employers the program's table lacks."""

    releases: tuple[Release, ...]
    sample: bool = False
    employers: tuple[Employer, ...] = ()


def export_json(found: Everything) -> str:
    """Writes all releases as JSON. The same releases give the same bytes."""
    named = [{"id": one.id, "name": one.name, "countries": one.countries, "kind": one.kind} for one in spoken_of(found)]
    listed = [{"id": release_id(release), **json.loads(to_json(release))} for release in found.releases]
    return json.dumps({"sample": found.sample, "employers": named, "releases": listed}, sort_keys=True, indent=1) + "\n"


def spoken_of(found: Everything) -> list[Employer]:
    """Gives those employers whose names the releases need, by id."""
    cells = (cell.cell.split(":") for release in found.releases for cell in release.cells)
    ids = {name for kind, name, *_ in cells if kind == "employer"}
    return sorted((one for one in found.employers if one.id in ids), key=lambda one: one.id)


def read_export(document: str | bytes) -> Everything:
    """Reads an export. Raises BriefError for what is none, and for a release that was changed."""
    try:
        known = TypeAdapter(Export).validate_json(document)
        read = json.loads(document)
        listed = {one.pop("id"): from_json(json.dumps(one)) for one in read["releases"]}
    except (ValidationError, ValueError):
        raise BriefError(BROKEN) from None
    for named, release in listed.items():
        if named != release_id(release):
            raise BriefError(f"release {named} was changed after it was exported: ask for the export again")
    releases = tuple(sorted(listed.values(), key=lambda release: release.period))
    return Everything(
        releases,
        known.sample,
        tuple(Employer(one.id, one.name, one.countries, one.kind) for one in known.employers),
    )


def schema() -> str:
    """Gives the JSON schema of an export (draft 2020-12)."""
    found = TypeAdapter(Export).json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=1) + "\n"
