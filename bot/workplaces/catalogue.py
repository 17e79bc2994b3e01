"""The countries, employers and kinds of work that people choose from, read once from the tables beside this file.

Countries' names come from Babel; employers' names are proper names; the rest is shown by text key (`task.<id>`,
`basis.<id>`). An employer that is not listed is filed as "other". End clients are not chosen from: see `clients_of`.

The employers in use are those of the table and those that this union's organizers added (bot/workplaces/rules.py). They
are the same for everybody and public, one process works at a time, and they change a few times a year: so they stand
here, where every text that names an employer finds them, and `use` replaces them at the start and after each change
(bot/jobs/names.py).
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from bot.tables import BadTable, Row, Table, read_table, require
from bot.texts import Text, text

Kind = Literal["bpo", "platform"]
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
HERE = Path(__file__).parent
OTHER = "other"
PLAIN_ID = re.compile("[a-z0-9_]{1,32}")
TASK_ID = re.compile("[a-z0-9_]{1,40}")  # as bot/pay/rules.py, CELL

# Ways of being paid (domain.md 2.2, as far as the core asks); each is a question of its own, so they stand in code.
BASES = ("hour", "shift", "week", "month", "task")


@dataclass(frozen=True)
class Country:
    """A country by ISO 3166-1 code, with the ISO 4217 currencies people are paid in there, the local one first."""

    code: str
    currencies: tuple[str, ...]

    @property
    def currency(self) -> str:
        """Gives the local currency."""
        return self.currencies[0]


@dataclass(frozen=True)
class Employer:
    """An employer or platform: stable id, proper name, the countries it was seen in and what kind it is.

    `aliases` are other names of it. One that is `retired` is offered to nobody; what was said of it keeps its name.
    """

    id: str
    name: str
    countries: tuple[str, ...]
    kind: Kind
    aliases: tuple[str, ...] = ()
    retired: bool = False


class Employers(Mapping[str, Employer]):
    """The employers in use by their id: the program's table, and over it what organizers added or changed."""

    def __init__(self, listed: Mapping[str, Employer]) -> None:
        self.listed = listed
        self.added: Mapping[str, Employer] = {}

    def __getitem__(self, id: str) -> Employer:
        return self.added[id] if id in self.added else self.listed[id]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.listed, **self.added})

    def __len__(self) -> int:
        return len({**self.listed, **self.added})


@dataclass(frozen=True)
class Task:
    """A task family, the kind of work that a report names: its id. Its name stands in the locales as `task.<id>`."""

    id: str


@dataclass(frozen=True)
class Client:
    """An end client: the company that vendors and platforms have been seen to work for (ids of employers)."""

    id: str
    name: str
    vendors: tuple[str, ...]


def read_countries(path: Path) -> dict[str, Country]:
    """Reads the table of countries. Raises BadTable with file and line."""
    return read_table(path, ("code", "currencies", "source"), _country, lambda country: country.code)


def read_employers(path: Path, known: Container[str]) -> dict[str, Employer]:
    """Reads the table of employers; `known` are the codes of countries. Raises BadTable with file and line."""
    columns = ("id", "name", "kind", "countries", "source")
    return read_table(path, columns, lambda row: _employer(row, known), lambda employer: employer.id)


def read_clients(path: Path, known: Container[str]) -> dict[str, Client]:
    """Reads the table of end clients; `known` are the ids of employers. Raises BadTable with file and line."""
    columns = ("id", "name", "vendors", "source")
    return read_table(path, columns, lambda row: _client(row, known), lambda client: client.id)


def read_tasks(path: Path) -> dict[str, Task]:
    """Reads the table of task families, of which "other" is the last. Raises BadTable with file and line."""
    found = read_table(path, ("id", "source"), _task, lambda task: task.id)
    if [*found][-1:] != [OTHER]:
        raise BadTable(f"{path.name}, line {len(found) + 1}: the last id must be {OTHER}")
    return found


def country(code: str) -> Country:
    """Gives a country by its code. Raises KeyError for one that is not listed."""
    return COUNTRIES[code]


def employer(id: str) -> Employer:
    """Gives an employer by its id; one that is listed no longer goes by its id. Raises KeyError for "other"."""
    return EMPLOYERS[id] if id in EMPLOYERS or id == OTHER else Employer(id, id, (), "bpo", retired=True)


def employers(code: str | None = None) -> tuple[Employer, ...]:
    """Lists the employers that are offered, of a country or of all, sorted by name."""
    offered = (one for one in EMPLOYERS.values() if not one.retired and (code is None or code in one.countries))
    return tuple(sorted(offered, key=lambda employer: employer.name.casefold()))


def tasks() -> tuple[str, ...]:
    """Lists the ids of the task families that are offered, "other" last."""
    return tuple(TASKS)


def task_name(id: str) -> Text:
    """Names a task family in the reader's language; one that is listed no longer goes by its id."""
    return text(f"task.{id}") if id in TASKS else text("value", value=id)


def use(added: Iterable[Employer]) -> None:
    """Takes what organizers added or changed into use, in place of what was in use before.

    Of an employer in the program's table they change the name, the aliases and whether it is offered; its kind and
    countries stay the table's, so that a newer table counts.
    """
    EMPLOYERS.added = {one.id: _over(LISTED[one.id], one) if one.id in LISTED else one for one in added}


def clients_of(employer: str) -> tuple[Client, ...]:
    """Lists the end clients that an employer (id) was publicly seen to work for, at any time, sorted by name.

    Nobody is asked for a client and no figure is published by one: contracts hide it, and employer by client singles
    out people (domain.md 2.2). It says only whom a demand can also be put to.
    """
    seen = (client for client in CLIENTS.values() if employer in client.vendors)
    return tuple(sorted(seen, key=lambda client: client.name.casefold()))


def country_currencies() -> Mapping[str, tuple[str, ...]]:
    """Gives every country's currencies."""
    return {code: country.currencies for code, country in COUNTRIES.items()}


def employer_currencies() -> Mapping[str, tuple[str, ...]]:
    """Gives every employer's currencies: the local ones of its countries, and for platforms all of them.

    Retired ones too: somebody may have reported before that, and a cell less would drop what they said.
    """
    return {id: tuple(sorted(_paid_in(employer))) for id, employer in EMPLOYERS.items()}


def _over(listed: Employer, changed: Employer) -> Employer:
    return replace(listed, name=changed.name, aliases=changed.aliases, retired=changed.retired)


def _paid_in(employer: Employer) -> set[str]:
    most = None if employer.kind == "platform" else 1
    return {currency for code in employer.countries for currency in COUNTRIES[code].currencies[:most]}


def _country(row: Row) -> Country:
    currencies = tuple(row["currencies"].split())
    require(re.fullmatch("[A-Z]{2}", row["code"]), "the code must be two capitals")
    require(all(re.fullmatch("[A-Z]{3}", code) for code in currencies), "a currency must be three capitals")
    require(len(set(currencies)) == len(currencies), "a currency appears twice")
    return Country(row["code"], currencies)


def _employer(row: Row, known: Container[str]) -> Employer:
    seen = tuple(row["countries"].split())
    require(PLAIN_ID.fullmatch(row["id"]) and row["id"] != OTHER, "the id must be short and plain")
    require(row["kind"] in KINDS, f"the kind must be {' or '.join(KINDS)}")
    require(all(code in known for code in seen), "a country is not in the table of countries")
    return Employer(row["id"], row["name"], seen, KINDS[row["kind"]])


def _task(row: Row) -> Task:
    require(TASK_ID.fullmatch(row["id"]), "the id must be short and plain")
    return Task(row["id"])


def _client(row: Row, known: Container[str]) -> Client:
    vendors = tuple(row["vendors"].split())
    require(PLAIN_ID.fullmatch(row["id"]), "the id must be short and plain")
    require(all(vendor in known for vendor in vendors), "a vendor is not in the table of employers")
    require(len(set(vendors)) == len(vendors), "a vendor appears twice")
    return Client(row["id"], row["name"], vendors)


COUNTRIES = Table(lambda: read_countries(HERE / "countries.csv"))
LISTED = Table(lambda: read_employers(HERE / "employers.csv", COUNTRIES))
CLIENTS = Table(lambda: read_clients(HERE / "clients.csv", LISTED))
EMPLOYERS = Employers(LISTED)
TASKS = Table(lambda: read_tasks(HERE / "tasks.csv"))
