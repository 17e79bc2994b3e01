"""Remembers at which step each chat waits: encrypted and padded, the step's name included, no time."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import open_steps, rows
from bot.dialogue import Step, pack, unpack
from bot.vault import Vault, tier

REVISION = 6
SURVIVED = b"\n"  # behind a step that a weekly look found untouched; JSON reads past it
HASH = 16


@dataclass(frozen=True)
class Waiting:
    """An open question: the step, the revision its buttons carry, and a keyed hash of the update that led here."""

    step: Step
    revision: str
    consumed: bytes


@dataclass(frozen=True)
class StepStore:
    """Reads and writes open steps within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def get(self, telegram_id: int) -> Waiting | None:
        """Gives the open question of a person; one written by another version of its step counts as none."""
        pk = self.vault.lookup(telegram_id)
        blob = await rows.get(self.connection, open_steps, pk)
        return self._open(pk, blob) if blob else None

    async def put(self, telegram_id: int, step: Step, update_id: int) -> str:
        """Writes the open question of a person and gives the new revision of its buttons."""
        pk, revision = self.vault.lookup(telegram_id), new_revision()
        plain = self.consumed(update_id) + revision.encode() + pack(step)
        await rows.put(self.connection, open_steps, pk, self.vault.seal("step", plain, pk, tier(len(plain))))
        return revision

    async def remove(self, telegram_id: int) -> None:
        """Deletes the open question of a person."""
        await rows.remove(self.connection, open_steps, self.vault.lookup(telegram_id))

    async def sweep(self) -> None:
        """Deletes questions that were there at the last look and are untouched since, and marks the others."""
        query = select(open_steps.c.pk, open_steps.c.blob).with_for_update()
        for pk, blob in list(await self.connection.execute(query)):
            plain = self.vault.open("step", blob, pk)
            if plain.endswith(SURVIVED):
                await self.connection.execute(delete(open_steps).where(open_steps.c.pk == pk))
            else:
                marked = self.vault.seal("step", plain + SURVIVED, pk, tier(len(plain) + len(SURVIVED)))
                await rows.put(self.connection, open_steps, pk, marked)

    async def clear(self) -> None:
        """Deletes every open question; who comes back is told where they stand."""
        await self.connection.execute(delete(open_steps))

    def consumed(self, update_id: int) -> bytes:
        """Gives the keyed hash by which an update that is delivered twice is known; the id itself is not stored."""
        return self.vault.keyed("update", str(update_id).encode())

    def _open(self, pk: bytes, blob: bytes) -> Waiting | None:
        plain = self.vault.open("step", blob, pk)
        step = unpack(plain[HASH + REVISION :])
        return Waiting(step, plain[HASH : HASH + REVISION].decode(), plain[:HASH]) if step else None


def new_revision() -> str:
    """Makes a random revision of six letters, so that no button can be forged or pressed twice."""
    return secrets.token_hex(REVISION // 2)
