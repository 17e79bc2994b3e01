"""The public export holds the releases, all of them and nothing else."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefs.export import Everything, export_json, read_export, schema
from bot.briefs.faults import BriefError
from bot.briefs.tables import EXPORT, EXPORT_KEYS, export_codebook, export_table
from bot.pay.release import Published, Release, from_json, release_id, to_json
from bot.texts import Catalogues, data_folder
from bot.workplaces.catalogue import Client, Employer, Task
from tests.briefs.history import history


def test_the_export_is_the_releases_and_nothing_else() -> None:
    document = json.loads(export_json(Everything(history())))
    assert document.keys() == {"sample", "employers", "clients", "tasks", "releases"}
    assert document["employers"] == document["clients"] == document["tasks"] == []
    for said, release in zip(document["releases"], history(), strict=True):
        assert said.pop("id") == release_id(release)
        assert json.dumps(said, sort_keys=True, separators=(",", ":")) == to_json(release)


@settings(max_examples=20)
@given(st.booleans(), st.integers(0, 4), st.integers(1, 10**9))
def test_what_is_exported_is_read_back(sample: bool, count: int, pay: int) -> None:
    releases = tuple(
        Release(one.period, tuple(replace(cell, pay=pay) for cell in one.cells)) for one in history()[:count]
    )
    found = Everything(releases, sample)
    assert read_export(export_json(found)) == found


def test_the_table_holds_every_figure_of_every_release() -> None:
    rows = list(csv.DictReader(io.StringIO(export_table(history(), sample=True))))
    said = [(release, cell) for release in history() for cell in release.cells]
    for row, (release, cell) in zip(rows, said, strict=True):
        assert row["release"] == release_id(release) and row["cell"] == cell.cell and row["size"] == str(cell.size)
        figures = [value for name, value in row.items() if name in EXPORT[EXPORT.index("size") : -1] and value]
        assert row[EXPORT[-1]] == "yes"
        assert len(figures) == sum(4 if isinstance(v, list) else 1 for v in json.loads(json.dumps(figures_of(cell))))
    codebook = export_codebook(Catalogues.load(data_folder("locales")), "sw")
    assert [row["name"] for row in csv.DictReader(io.StringIO(codebook))] == list(EXPORT_KEYS)


def figures_of(cell: object) -> list[object]:
    """Lists what is published of a cell beside its name."""
    return [value for name, value in vars(cell).items() if name != "cell" and value is not None]


def test_what_was_changed_is_refused() -> None:
    good = export_json(Everything(history()))
    with pytest.raises(BriefError, match="was changed after it was exported"):
        read_export(good.replace('"pay": 16500', '"pay": 16400'))
    for bad in (
        "",
        "{}",
        "[]",
        good.replace('"unpaid"', '"who"'),
        good.replace('"sample": false', '"sample": 0, "x": 1'),
    ):
        with pytest.raises(BriefError, match="kauli export --format json"):
            read_export(bad)


def test_the_schema_closes_every_object() -> None:
    found = json.loads(schema())
    objects = [found, *found["$defs"].values()]
    assert all(one["additionalProperties"] is False for one in objects)
    assert found["$defs"]["Cell"]["properties"].keys() == vars(from_json(to_json(history()[0])).cells[0]).keys()


def test_an_employer_of_this_union_comes_with_its_name_where_a_release_speaks_of_it() -> None:
    """And none of whom nothing is published: the export says no more than the releases do."""
    named, silent = (Employer(id, id.upper(), ("KE",), "bpo") for id in ("newone", "silent"))
    release = Release("2026-Q4", (Published("employer:newone:KES", 60, 20_000),))
    assert read_export(export_json(Everything((release,), False, (named, silent)))).added == (named,)


def test_kinds_of_work_and_end_clients_of_this_union_come_with_their_names() -> None:
    """So that a brief made from an export alone says what the bot's own says."""
    told, silent = Task("own", "Own work"), Task("silent", "Silent work")
    client, elsewhere = Client("big", "Big", ("sama",)), Client("far", "Far", ("telus",), retired=True)
    cells = (Published("employer:sama:KES", 60, 20_000), Published("task:own:USD", 100, 200))
    release = Release("2026-Q4", (cells[0], Published("pair:KE:own:KES", 100, 20_000), cells[1]))
    added = (told, silent, client, elsewhere, Task("qa_review", retired=True))
    assert read_export(export_json(Everything((release,), False, added))).added == (client, told)
