"""The outbox on both databases: each notice once per person and edition, whatever happens."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from bot.database import Database
from bot.delivery.rules import AT_ONCE, Notice, one, to_everybody
from bot.delivery.store import OutboxStore
from bot.vault import Vault

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
LEASE = timedelta(minutes=2)


@pytest_asyncio.fixture
async def outbox(database: Database, tmp_path: Path) -> AsyncIterator[OutboxStore]:
    async with database.people.writer.begin() as connection:
        yield OutboxStore(connection, Vault.unlock(tmp_path / "keys", fresh=True))


def digest(people: range, due: datetime = NOW) -> list[Notice]:
    return to_everybody("digest-2026-11-27", people, "digest", {}, "digest", due)


async def test_a_notice_is_written_once_and_never_after_it_was_delivered(outbox: OutboxStore) -> None:
    await outbox.add(digest(range(3)))
    await outbox.add(digest(range(4)))
    assert await outbox.waiting("digest-2026-11-27") == 4
    for claimed in await outbox.claim(NOW, LEASE, 10):
        await outbox.finish(claimed, "sent")
    await outbox.add(digest(range(5)))
    assert await outbox.waiting("digest-2026-11-27") == 1
    assert await outbox.totals("digest-2026-11-27") == {"sent": 4}


async def test_a_claim_is_for_a_while_and_comes_back_after_a_crash(outbox: OutboxStore) -> None:
    await outbox.add(digest(range(3)))
    assert len(await outbox.claim(NOW, LEASE, 2)) == 2
    assert len(await outbox.claim(NOW, LEASE, 9)) == 1
    assert await outbox.claim(NOW, LEASE, 9) == []
    assert len(await outbox.claim(NOW + LEASE, LEASE, 9)) == 3


async def test_ballots_go_before_digests_and_nothing_before_it_is_due(outbox: OutboxStore) -> None:
    await outbox.add(digest(range(2)))
    await outbox.add(digest(range(5, 7), NOW + timedelta(minutes=10)))
    await outbox.add(to_everybody("opened-1", [8], "ballot.opened", {"ballot": "1"}, "ballot", AT_ONCE))
    await outbox.add([one("approved-1", 9, "approved")])
    claimed = await outbox.claim(NOW, LEASE, 9)
    assert sorted(c.notice.telegram_id for c in claimed) == [0, 1, 8, 9]
    first = {c.notice.lane for c in claimed[:2]}
    assert first == {"notice", "ballot"}


async def test_what_waits_can_be_cancelled_forgotten_and_put_back(outbox: OutboxStore) -> None:
    await outbox.add(digest(range(4)))
    await outbox.forget(2)
    assert await outbox.waiting("digest-2026-11-27") == 3
    claimed = await outbox.claim(NOW, LEASE, 1)
    await outbox.put_back(claimed[0], NOW + timedelta(seconds=30))
    assert len(await outbox.claim(NOW, LEASE, 9)) == 2
    assert await outbox.cancel("digest-2026-11-27") == 3
    await outbox.finish(claimed[0], "sent")  # it is gone: not counted twice
    assert await outbox.totals("digest-2026-11-27") == {"cancelled": 3}
    await outbox.end("digest-2026-11-27")
    assert await outbox.totals("digest-2026-11-27") == {}


async def test_rows_have_one_size_and_show_nobody(outbox: OutboxStore) -> None:
    from sqlalchemy import select

    from bot.database import outbox as rows

    await outbox.add([*digest(range(3)), Notice("x" * 60, 10**15, "ballot.lost", {"ballot": "y" * 40}, "notice", NOW)])
    payloads = list((await outbox.connection.execute(select(rows.c.payload))).scalars())
    assert len({len(payload) for payload in payloads}) == 1
