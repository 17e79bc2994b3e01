"""The outbox on both databases: each notice once per person and edition, whatever happens."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from bot.database import Database
from bot.delivery.rules import AT_ONCE, Notice, one, to_everybody
from bot.delivery.store import Finished, OutboxStore
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


async def test_two_sends_share_a_lane_and_a_small_one_does_not_wait_behind_a_large_one(outbox: OutboxStore) -> None:
    await outbox.add(to_everybody("large", range(1000, 1400), "k", {}, "digest", NOW))
    await outbox.add(to_everybody("small", range(10), "k", {}, "digest", NOW))
    claimed = await outbox.claim(NOW, LEASE, 30)
    assert Counter(one.notice.edition for one in claimed) == {"large": 20, "small": 10}


async def test_a_paused_send_waits_and_goes_on_as_it_was(outbox: OutboxStore) -> None:
    await outbox.add(to_everybody("paused", range(5), "k", {}, "digest", NOW))
    await outbox.add(to_everybody("other", range(5), "k", {}, "digest", NOW + LEASE))
    in_hand = await outbox.claim(NOW, LEASE, 2)
    await outbox.pause("paused")
    assert await outbox.is_paused("paused") and await outbox.claim(NOW, LEASE, 9) == []
    assert await outbox.still_wanted([one.id for one in in_hand]) == frozenset()
    await outbox.finish_all([Finished(one, "sent") for one in in_hand])
    await outbox.resume("paused")
    assert not await outbox.is_paused("paused")
    assert len(await outbox.claim(NOW, LEASE, 9)) == 3 and await outbox.totals("paused") == {"sent": 2}


async def test_what_is_in_hand_is_not_claimed_again_however_the_clock_moves(outbox: OutboxStore) -> None:
    await outbox.add(to_everybody("held", range(6), "k", {}, "digest", NOW))
    held = {row.id for row in await outbox.claim(NOW, LEASE, 4)}
    later = await outbox.claim(NOW + 9 * LEASE, LEASE, 9, held)
    assert len(later) == 2 and not held & {row.id for row in later}
    await outbox.release(list(held))
    assert {row.id for row in await outbox.claim(NOW + 9 * LEASE, LEASE, 9)} == held
