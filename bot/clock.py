"""The time: the system's, or in tests and the demo a clock that somebody moves."""

import json
from datetime import UTC, datetime
from typing import Protocol

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=5)


class ClockError(Exception):
    """The movable clock does not answer; the text names the mend."""


class Clock(Protocol):
    """Whatever tells the time."""

    async def now(self) -> datetime:
        """Gives the moment, in UTC."""


class SystemClock:
    """The machine's own clock."""

    async def now(self) -> datetime:
        """Gives the moment, in UTC."""
        return datetime.now(UTC)


class RemoteClock:
    """A clock over HTTP that answers `{"now": "2026-11-27T15:00:00Z"}`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def now(self) -> datetime:
        """Asks for the moment. Raises ClockError."""
        self._session = self._session or aiohttp.ClientSession(timeout=PATIENCE)
        try:
            async with self._session.get(self._url) as answer:
                return moment(await answer.text())
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            raise ClockError("KAULI_CLOCK_URL does not give the time: start what serves it, or unset it") from None

    async def close(self) -> None:
        """Closes the connection."""
        if self._session:
            await self._session.close()


def moment(answer: str) -> datetime:
    """Reads the clock's answer. Raises ValueError for a time without a zone."""
    said = datetime.fromisoformat(json.loads(answer)["now"])
    if said.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return said.astimezone(UTC)
