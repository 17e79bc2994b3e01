"""Everything that was published, for everybody: the releases as they were drawn, and nothing else.

It needs no suppression of its own, since a release is what came out of it. The schema is that of the classes that read
an export, so that the two cannot differ.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from bot.briefs.faults import BriefError
from bot.pay.release import Published, Release, from_json, release_id, to_json

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
class Export:
    """All releases, the oldest first. `sample` says that everything in it is invented."""

    sample: bool
    releases: tuple[Listed, ...]
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


def export_json(releases: Iterable[Release], *, sample: bool) -> str:
    """Writes all releases as JSON. The same releases give the same bytes."""
    listed = [{"id": release_id(release), **json.loads(to_json(release))} for release in releases]
    return json.dumps({"sample": sample, "releases": listed}, sort_keys=True, indent=1) + "\n"


def read_export(document: str | bytes) -> tuple[tuple[Release, ...], bool]:
    """Reads an export: the releases, and whether they are invented. Raises BriefError for one that was changed."""
    try:
        TypeAdapter(Export).validate_json(document)
        read = json.loads(document)
        listed = {one.pop("id"): from_json(json.dumps(one)) for one in read["releases"]}
    except (ValidationError, ValueError):
        raise BriefError(BROKEN) from None
    for named, release in listed.items():
        if named != release_id(release):
            raise BriefError(f"release {named} was changed after it was exported: ask for the export again")
    return tuple(sorted(listed.values(), key=lambda release: release.period)), bool(read["sample"])


def schema() -> str:
    """Gives the JSON schema of an export (draft 2020-12)."""
    found = TypeAdapter(Export).json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=1) + "\n"
