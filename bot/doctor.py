"""Examines an installation: settings, database, keys, clock, token; says what is well and the mend for what is not."""

import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from bot.database import DatabaseError, is_current, open_database
from bot.guard import foreign
from bot.harden import can_lock_memory
from bot.keys.custody import custody_of
from bot.settings import Settings, SettingsError
from bot.vault import VaultError

FARTHEST = timedelta(seconds=30)  # between our clock and Telegram's


@dataclass(frozen=True)
class Finding:
    """One thing examined: whether it is well, and what to say of it."""

    well: bool
    words: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Examines part after part; a part that is not well does not keep the others from being examined."""
    yield Finding(True, "settings are read and fit together")
    parts: tuple[Callable[[Settings], Awaitable[Finding]], ...] = (database, keys, memory, token_and_clock, webhook)
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
    """Looks for the master key, what a rotation left, and the rights of folder and files."""
    custody, folder = custody_of(settings), settings.keys_dir
    if custody.coming.exists():
        return Finding(False, "a rotation of the master key was cut off: the next start or `kauli keys rotate` ends it")
    if words := too_open(folder, settings.passphrase_file):
        return Finding(False, words)
    if found := custody.elsewhere():
        return Finding(False, f"{found[0]} holds the master key in a form that is not in use: shred -u {found[0]}")
    if not custody.current.exists():
        return Finding(True, f"no master key in {custody.current} yet: {FIRST_KEY[custody.kind]} makes it")
    return Finding(True, f"the master key is kept in {KEPT[custody.kind]}, and no key is open to others")


def too_open(folder: Path, passphrase: Path | None) -> str:
    """Says what others may read, with the mend; nothing when all is well."""
    if any(loose(path) for path in folder.iterdir()):
        return f"keys that others may read: chmod 600 {folder}/*"
    if loose(folder):
        return f"a keys folder that others may enter: chmod 700 {folder}"
    if passphrase and passphrase.exists() and loose(passphrase):
        return f"a passphrase that others may read: chmod 600 {passphrase}"
    return ""


def loose(path: Path) -> bool:
    """Says whether others than this user may read, write or enter."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


async def memory(settings: Settings) -> Finding:
    """Says whether the bot's memory can be kept out of the swap."""
    if can_lock_memory():
        return Finding(
            True, "memory can be locked: it is kept out of the swap, out of core dumps and from other programs"
        )
    return Finding(True, "memory may be swapped out: allow locking it (LimitMEMLOCK=infinity), or turn swap off")


KEPT = {"file": "a file", "passphrase": "a file sealed under a passphrase", "credential": "a credential of systemd"}
FIRST_KEY = {"file": "the first start", "passphrase": "`kauli keys init`", "credential": "`kauli keys init` in a file"}


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


async def webhook(settings: Settings) -> Finding:
    """Asks Telegram where it delivers what members send; none is well too, as the bot sets its own when it starts."""
    url = f"{settings.api_url.rstrip('/')}/bot{settings.token()}/getWebhookInfo"
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session, session.get(url) as answer:
            said = str((await answer.json())["result"].get("url", "")) if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError):
        said = None
    if said is None:
        return Finding(False, "Telegram does not say where it delivers updates: see the line on the token, try again")
    if said and foreign(said, settings.webhook_url):
        return Finding(
            False, "updates go to a webhook that is not ours: revoke the token at @BotFather, use the new one"
        )
    return Finding(True, "no foreign webhook takes this bot's updates")
