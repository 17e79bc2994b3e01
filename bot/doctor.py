"""Examines an installation: settings, database, keys, clock, token; says what is well and the mend for what is not."""

import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.database import DatabaseError, is_current, open_database
from bot.settings import Settings, SettingsError
from bot.vault import Vault, VaultError

FARTHEST = timedelta(seconds=30)  # between our clock and Telegram's


@dataclass(frozen=True)
class Finding:
    """One thing examined: whether it is well, and what to say of it."""

    well: bool
    words: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Examines part after part; a part that is not well does not keep the others from being examined."""
    yield Finding(True, "settings are read and fit together")
    parts: tuple[Callable[[Settings], Awaitable[Finding]], ...] = (database, keys, token_and_clock)
    for part in parts:
        try:
            yield await part(settings)
        except (DatabaseError, VaultError, SettingsError) as fault:
            yield Finding(False, str(fault))


async def database(settings: Settings) -> Finding:
    """Looks at both stores without changing them."""
    opened = open_database(settings.database_url, settings.data_dir)
    try:
        current = await is_current(opened)
    finally:
        await opened.close()
    if current:
        return Finding(True, "both stores open, and are of this version")
    return Finding(True, "the database is empty or of an older version: `kauli migrate` or the next start mends it")


async def keys(settings: Settings) -> Finding:
    """Looks for the master key and its rights."""
    if not (settings.keys_dir / "master.key").exists():
        return Finding(True, f"no master key in {settings.keys_dir} yet: the first start makes it")
    Vault.unlock(settings.keys_dir, fresh=False)
    if any(path.stat().st_mode & LOOSE for path in settings.keys_dir.glob("*.key")):
        return Finding(False, f"keys that others may read: chmod 600 {settings.keys_dir}/*.key")
    return Finding(True, "the master key is there, and no key is open to others")


LOOSE = stat.S_IRWXG | stat.S_IRWXO


async def token_and_clock(settings: Settings) -> Finding:
    """Asks Telegram who we are, and compares clocks by its answer's date."""
    url = f"{settings.api_url.rstrip('/')}/bot{settings.token()}/getMe"
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session, session.get(url) as answer:
            status, said = answer.status, answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Finding(False, "Telegram cannot be reached: check the network, and KAULI_API_URL if it is set")
    if status in (401, 404):
        return Finding(False, "KAULI_BOT_TOKEN is not accepted by Telegram: copy it again from @BotFather")
    if status != 200:
        return Finding(False, f"Telegram answers with status {status}: try again later")
    if said and abs(parsedate_to_datetime(said) - datetime.now(UTC)) > FARTHEST:
        return Finding(False, "this machine's clock is off by more than 30 seconds: switch its time synchronisation on")
    return Finding(True, "the token is accepted, and the clocks agree")
