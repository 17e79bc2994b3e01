"""Turn: one message from one person is one transaction. It gives handlers the stores and the moment.

A sealed turn (a vote, a pay report) gets the same stores on a connection that cannot write: what it leaves behind goes
through the box alone, so the people store stays as it was to the byte.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballots.store import BallotStore, PetitionStore
from bot.box.pool import Box
from bot.charts.service import Charts
from bot.chat.store import StepStore
from bot.clock import Clock
from bot.database import Database
from bot.delivery.store import OutboxStore
from bot.dialogue import Screen
from bot.digests.store import PostStore
from bot.guard import Guard
from bot.ledger.store import LedgerStore
from bot.members.rules import Member
from bot.members.store import InstanceStore, InviteStore, MemberStore
from bot.pay.cuts import Cut
from bot.proposals.store import ProposalStore
from bot.texts import Catalogues
from bot.vault import Vault
from bot.workplaces.store import WorkplaceStore

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Stores:
    """Every store of the people side, on one connection: they commit or fail together."""

    connection: AsyncConnection
    members: MemberStore
    invites: InviteStore
    instance: InstanceStore
    ballots: BallotStore
    posts: PostStore
    outbox: OutboxStore
    proposals: ProposalStore
    ledgers: LedgerStore
    petitions: PetitionStore
    steps: StepStore
    workplaces: WorkplaceStore
    kept: dict[object, Any] = field(default_factory=dict)  # what was read in this transaction for many readers

    @classmethod
    def on(cls, connection: AsyncConnection, vault: Vault) -> "Stores":
        """Puts every store on a connection."""
        return cls(
            connection,
            MemberStore(connection, vault),
            InviteStore(connection, vault),
            InstanceStore(connection, vault),
            BallotStore(connection, vault),
            PostStore(connection, vault),
            OutboxStore(connection, vault),
            ProposalStore(connection, vault),
            LedgerStore(connection, vault),
            PetitionStore(connection, vault),
            StepStore(connection, vault),
            WorkplaceStore(connection, vault),
        )


@dataclass(frozen=True)
class Union:
    """What an installation says of itself: its bot's name, its defaults, the languages it offers."""

    username: str
    zone: str
    locale: str
    locales: tuple[str, ...]
    owners: frozenset[int] = frozenset()


@dataclass
class Office:
    """The parts that handlers and jobs work with: stores by transaction, the box, the clock and who we are."""

    database: Database
    vault: Vault
    box: Box
    clock: Clock
    union: Union
    texts: Catalogues
    wake: Callable[[], None] = lambda: None
    rate: float = 28  # messages a second of everything sent unasked
    looked_for_digests: datetime | None = None
    reviewed: date | None = None
    tidied: date | None = None
    falls: dict[str, tuple[Cut, ...]] = field(default_factory=dict)  # of each release, worked out once
    composed: OrderedDict[object, Screen] = field(default_factory=OrderedDict)  # digests, by content and cohort
    guard: Guard = field(default_factory=Guard)
    strained: asyncio.Lock = field(default_factory=asyncio.Lock)  # one long computation at a time, beside the loop
    charts: Charts = field(default_factory=Charts)
    leaving: set[int] = field(default_factory=set)  # who left, until the box is told; in memory only

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Stores]:
        """Opens one writing transaction over the people store; leaving it commits, an exception undoes all."""
        async with self.database.people.writing() as connection:
            yield Stores.on(connection, self.vault)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Stores]:
        """Opens a transaction that reads only."""
        async with self.database.people.reader.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("set transaction read only")
            yield Stores.on(connection, self.vault)

    async def everybody(self) -> AsyncIterator[list[Member]]:
        """Gives every record, a thousand at a time, each page as of its own moment: a union never stands in memory."""
        after = b""
        while True:
            async with self.reading() as stores:
                members, after = await stores.members.page(after)
            yield members
            if not after:
                return

    async def aside(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Computes something long in a thread, one at a time: the bot goes on, and its memory is needed once only."""
        async with self.strained:
            return await asyncio.to_thread(partial(work, *given, **named))


@dataclass
class Turn:
    """One message from one person: who, when, in which language, with the stores of its transaction."""

    office: Office
    stores: Stores
    telegram_id: int
    member: Member | None
    now: datetime
    locale: str
    woken: bool = field(default=False)
    apart: bool = field(default=False)  # its transaction was over before it began to work
    left: bool = field(default=False)  # the sender left the union in this turn

    @property
    def zone(self) -> str:
        """Gives the zone in which this person reads times."""
        return self.member.zone if self.member else self.office.union.zone

    @property
    def box(self) -> Box:
        """Gives the box, for sealed turns."""
        return self.office.box

    def speak(self, locale: str) -> None:
        """Goes on in another language from this screen on."""
        self.locale = locale

    def own_id(self) -> str:
        """Gives the keyed id under which the sender stands in proposals."""
        return self.office.vault.lookup(self.telegram_id).hex()

    async def keep(self, member: Member) -> Member:
        """Writes the sender's own changed record."""
        self.member = member
        await self.stores.members.put(member)
        return member

    def wake(self) -> None:
        """Asks for the jobs to look for work once this turn is committed."""
        self.woken = True
