"""Examines what a running bot meets outside its stores: Telegram's deliveries, its own ports, disk, backups, pace."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.backups.rules import NAME
from bot.chat.ingress import ALLOWED
from bot.doctor import Finding
from bot.settings import Settings, loopback

LITTLE = 1_000_000_000  # bytes: a backup, a journal and a log still find room
BACKLOG = 100  # updates that may wait at Telegram: as many as one poll takes
LATEST = timedelta(minutes=10)  # a fault of delivery longer ago is over
NEWEST = timedelta(days=2)  # how old the newest backup may be where one is made every night
PATIENCE = aiohttp.ClientTimeout(total=10)


async def examine_outside(settings: Settings) -> AsyncIterator[Finding]:
    """Examines part after part, as `bot.doctor` does with the installation itself."""
    parts: tuple[Callable[[Settings], Awaitable[list[Finding]]], ...] = (deliveries, door, health)
    for part in parts:
        for finding in await part(settings):
            yield finding
    yield disk(shutil.disk_usage(settings.data_dir).free)
    yield pace(settings.messages_per_second, paid=settings.paid_broadcast)
    yield backups(settings, datetime.now(UTC).date())


async def deliveries(settings: Settings) -> list[Finding]:
    """Asks Telegram how it delivers; what keeps it from answering was said by `bot.doctor`."""
    url = f"{settings.api_url.rstrip('/')}/bot{settings.token()}/getWebhookInfo"
    try:
        _, said = await asked("GET", url)
        return delivered(said["result"], settings.webhook_url, datetime.now(UTC))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
        return []


def delivered(info: Mapping[str, Any], ours: str | None, now: datetime) -> list[Finding]:
    """Judges what Telegram says of its deliveries (getWebhookInfo, Bot API 10.3)."""
    found = []
    if info.get("pending_update_count", 0) >= BACKLOG:
        found.append(Finding(False, f"{BACKLOG} or more updates wait at Telegram: start the bot, or see its log"))
    if not ours or info.get("url") != ours:
        return found or [Finding(True, "no updates pile up at Telegram")]
    if set(info.get("allowed_updates", ALLOWED)) != set(ALLOWED):
        found.append(Finding(False, "the webhook is set for other kinds of updates: restart the bot, which sets it"))
    if now - datetime.fromtimestamp(info.get("last_error_date", 0), UTC) < LATEST:
        words = str(info.get("last_error_message", "no reason given"))
        found.append(Finding(False, f"Telegram cannot deliver to KAULI_WEBHOOK_URL ({words}): see the proxy before it"))
    return found or [Finding(True, "the webhook is set, for our kinds of updates only, and Telegram delivers")]


async def door(settings: Settings) -> list[Finding]:
    """Knocks at our own webhook behind the proxy, with the secret and without."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return []
    url = f"http://{settings.webhook_listen}/"
    right = {"X-Telegram-Bot-Api-Secret-Token": settings.webhook_secret.get_secret_value()}
    try:
        found = [(await asked("POST", url, headers))[0] for headers in (right, {})]
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [Finding(True, "nobody answers at KAULI_WEBHOOK_LISTEN: the bot does not run")]
    if found != [200, 403]:
        return [Finding(False, "KAULI_WEBHOOK_LISTEN is not answered by this bot: stop what does, or restart the bot")]
    return [Finding(True, "the webhook answers to the secret in its header, and to nothing else")]


async def health(settings: Settings) -> list[Finding]:
    """Asks a running bot how it is, where it says so."""
    if settings.health_listen is None:
        return [Finding(True, "no health is shown: KAULI_HEALTH_LISTEN=127.0.0.1:8444 lets a monitor ask")]
    try:
        status, said = await asked("GET", f"http://{settings.health_listen}/healthz")
        return [healthy(status, said)]
    except ValueError:
        return [Finding(False, "another program answers at KAULI_HEALTH_LISTEN: choose another port")]
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [Finding(True, "nobody answers at KAULI_HEALTH_LISTEN: the bot does not run")]


def healthy(status: int, said: Any) -> Finding:
    """Judges the bot's own verdict. Raises ValueError when it is none of a bot's."""
    if not isinstance(said, dict) or "reasons" not in said:
        raise ValueError("no verdict")
    if status != 200:
        reasons = ", ".join(map(str, said["reasons"]))
        return Finding(False, f"the bot says it is not well ({reasons}): docs/OPERATING.md, Watching it, has the mend")
    works = "stands by for another process" if said.get("state") == "standby" else "is at work"
    return Finding(True, f"the bot {works}, and is well")


async def asked(method: str, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Makes one call and gives status and what the body says, None for an empty one. Raises ValueError for no JSON."""
    content = b"[]" if method == "POST" else None
    async with (
        aiohttp.ClientSession(timeout=PATIENCE, trust_env=not loopback(url)) as session,
        session.request(method, url, headers=headers, data=content) as answer,
    ):
        return answer.status, await answer.json(content_type=None) if await answer.read() else None


def disk(free: int) -> Finding:
    """Says whether there is room where the data lies."""
    if free < LITTLE:
        return Finding(False, "less than 1 GB is free where the data lies: make room, or move KAULI_DATA_DIR")
    return Finding(True, f"{free // LITTLE} GB are free where the data lies")


def pace(rate: int, *, paid: bool) -> Finding:
    """Says what the pace means."""
    cost = "; Telegram charges Stars for what is over 30 a second" if paid else ""
    return Finding(True, f"a message to 10,000 members takes {10_000 / rate / 60:.1f} minutes ({rate} a second){cost}")


def backups(settings: Settings, today: date) -> Finding:
    """Says how old the newest backup is, where the folder is known."""
    if settings.backup_dir is None or settings.backup_recipient is None:
        return Finding(True, "no backups are looked for: set KAULI_BACKUP_DIR and KAULI_BACKUP_RECIPIENT")
    newest = newest_in(settings.backup_dir)
    if newest is None:
        return Finding(False, "there is no backup in KAULI_BACKUP_DIR yet: systemctl start kauli-backup")
    if today - newest > NEWEST:
        return Finding(False, f"the newest backup is of {newest}: see systemctl status kauli-backup.timer")
    return Finding(True, f"the newest backup is of {newest}")


def newest_in(folder: Path) -> date | None:
    """Gives the day of the newest backup, by the files' names; None where there is none."""
    names = (NAME.fullmatch(path.name) for path in (folder.iterdir() if folder.is_dir() else ()))
    return max((date.fromisoformat(found[1]) for found in names if found), default=None)
