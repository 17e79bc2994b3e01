"""The countries, employers and kinds of work that people choose from, read once from the tables beside this file.

Countries' names come from Babel; employers' and clients' names are proper names; the rest is shown by text key
(`task.<id>`, `basis.<id>`). An employer or a kind of work that is not listed is filed as "other". End clients are not
chosen from: see `clients_of`.

The employers, end clients and task families in use are those of the tables and those that this union's organizers added
(bot/workplaces/rules.py). They are the same for everybody and public, one process works at a time, and they change a
few times a year: so they stand here, where every text that names one finds them, and `use` replaces them at the start
and after each change (bot/jobs/names.py).
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Literal, TypeVar, get_args

from bot.tables import BadTable, Row, Table, read_table, require
from bot.texts import Text, text

Kind = Literal["bpo", "platform"]
What = Literal["employer", "client", "task"]
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
WHATS: dict[str, What] = {what: what for what in get_args(What)}
HERE = Path(__file__).parent
OTHER = "other"
PLAIN_ID = re.compile("[a-z0-9_]{1,32}")
VENDORS = 100  # characters; what organizers change of a client is written with them (bot/workplaces/store.py)
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


@dataclass(frozen=True)
class Client:
    """An end client: the company that vendors and platforms have been seen to work for (ids of employers)."""

    id: str
    name: str
    vendors: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    retired: bool = False
    kind: Literal["client"] = "client"


@dataclass(frozen=True)
class Task:
    """A task family, the kind of work that a report names.

    Those of the program's table have no name here: it stands in every language, in the locales as `task.<id>`. One that
    organizers added has the name that was proposed.
    """

    id: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    retired: bool = False
    kind: Literal["task"] = "task"


Listing = Employer | Client | Task
L = TypeVar("L", bound=Employer | Client | Task)


class InUse(Mapping[str, L], Generic[L]):
    """What is in use by its id: the program's table, and over it what organizers added or changed."""

    def __init__(self, listed: Mapping[str, L]) -> None:
        self.listed: Mapping[str, L] = listed
        self.added: Mapping[str, L] = {}

    def use(self, added: Iterable[L]) -> None:
        """Takes these in place of what was added before.

        Of one that stands in the program's table they change the name, the aliases and whether it is offered; the rest
        stays the table's, so that a newer table counts. So do the names that are in the locales.
        """
        self.added = {one.id: _over(self.listed[one.id], one) if one.id in self.listed else one for one in added}

    def __getitem__(self, id: str) -> L:
        return self.added[id] if id in self.added else self.listed[id]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.listed, **self.added})

    def __len__(self) -> int:
        return len({**self.listed, **self.added})


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
    return (*(one.id for one in TASKS.values() if not one.retired and one.id != OTHER), OTHER)


def task_name(id: str) -> Text:
    """Names a task family in the reader's language, or as it was proposed; one that is listed no longer by its id."""
    name = TASKS[id].name if id in TASKS else id
    return text("value", value=name) if name else text(f"task.{id}")


def what_of(one: Listing) -> What:
    """Says which of the three lists something stands in."""
    return "employer" if isinstance(one, Employer) else one.kind


def name_of(one: Listing) -> Text:
    """Names an employer, an end client or a task family."""
    return task_name(one.id) if isinstance(one, Task) and one.id in TASKS else text("value", value=one.name)


def key_of(one: Listing) -> str:
    """Gives the key of an employer, an end client or a task family among all three; an employer's is its id."""
    return one.id if isinstance(one, Employer) else f"{one.kind}:{one.id}"


def keyed(key: str) -> Listing:
    """Finds an employer, an end client or a task family by its key; one that is listed no longer goes by its id."""
    what, _, id = key.rpartition(":")
    if what == "client":
        return CLIENTS.get(id, Client(id, id, (), retired=True))
    return TASKS.get(id, Task(id, id, retired=True)) if what == "task" else employer(id)


def use(added: Iterable[Listing]) -> None:
    """Takes what organizers added or changed into use, in place of what was in use before."""
    everything = tuple(added)
    EMPLOYERS.use(one for one in everything if isinstance(one, Employer))
    CLIENTS.use(one for one in everything if isinstance(one, Client))
    TASKS.use(one for one in everything if isinstance(one, Task))


def added() -> tuple[Listing, ...]:
    """Gives what organizers added or changed, as it is in use."""
    return (*EMPLOYERS.added.values(), *CLIENTS.added.values(), *TASKS.added.values())


def clients_of(employer: str) -> tuple[Client, ...]:
    """Lists the end clients that an employer (id) was publicly seen to work for, at any time, sorted by name.

    Nobody is asked for a client and no figure is published by one: contracts hide it, and employer by client singles
    out people (domain.md 2.2). It says only whom a demand can also be put to.
    """
    seen = (client for client in CLIENTS.values() if employer in client.vendors and not client.retired)
    return tuple(sorted(seen, key=lambda client: client.name.casefold()))


def country_currencies() -> Mapping[str, tuple[str, ...]]:
    """Gives every country's currencies."""
    return {code: country.currencies for code, country in COUNTRIES.items()}


def employer_currencies() -> Mapping[str, tuple[str, ...]]:
    """Gives every employer's currencies: the local ones of its countries, and for platforms all of them.

    Retired ones too: somebody may have reported before that, and a cell less would drop what they said.
    """
    return {id: paid_in(employer) for id, employer in EMPLOYERS.items()}


def paid_in(employer: Employer) -> tuple[str, ...]:
    """Gives the currencies of an employer: the local ones of its countries, and for a platform all of them."""
    most = None if employer.kind == "platform" else 1
    return tuple(sorted({currency for code in employer.countries for currency in COUNTRIES[code].currencies[:most]}))


def _over(listed: L, changed: L) -> L:
    return replace(listed, name=listed.name and changed.name, aliases=changed.aliases, retired=changed.retired)


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
    require(len(row["vendors"]) <= VENDORS, f"the vendors have more than {VENDORS} characters")
    return Client(row["id"], row["name"], vendors)


COUNTRIES = Table(lambda: read_countries(HERE / "countries.csv"))
EMPLOYERS = InUse(Table(lambda: read_employers(HERE / "employers.csv", COUNTRIES)))
CLIENTS = InUse(Table(lambda: read_clients(HERE / "clients.csv", EMPLOYERS.listed)))
TASKS = InUse(Table(lambda: read_tasks(HERE / "tasks.csv")))
IN_USE: Mapping[What, InUse[Employer] | InUse[Client] | InUse[Task]] = {
    "employer": EMPLOYERS,
    "client": CLIENTS,
    "task": TASKS,
}
