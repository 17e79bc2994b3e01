"""What the doctor says of Telegram's deliveries, ports, disk, pace and backups, each with its mend."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.chat.ingress import ALLOWED
from bot.outside import backups, delivered, disk, examine_outside, healthy, pace
from bot.settings import load
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings, start
from tests.handlers.test_webhook import SECRET, free_port

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
OURS = "https://union.example.org/telegram"
SOON, LONG_AGO = NOW.timestamp() - 60, NOW.timestamp() - 3600


@pytest.mark.parametrize(
    ("info", "well", "words"),
    [
        ({}, True, "delivers"),
        ({"allowed_updates": ALLOWED[::-1], "last_error_date": LONG_AGO}, True, "delivers"),
        ({"allowed_updates": [*ALLOWED, "inline_query"]}, False, "restart the bot"),
        ({"last_error_date": SOON, "last_error_message": "Wrong response: 502"}, False, "Wrong response: 502"),
        ({"pending_update_count": 100}, False, "100 or more updates wait"),
    ],
)
def test_telegrams_deliveries(info: dict[str, Any], well: bool, words: str) -> None:
    (finding,) = delivered({"url": OURS, **info}, OURS, NOW)
    assert finding.well is well and words in finding.words


def test_disk_pace_and_a_bots_own_verdict() -> None:
    assert disk(10**9).well and "make room" in disk(10**9 - 1).words
    assert "6.0 minutes (28 a second)" in pace(28, paid=False).words
    assert "charges Stars" in pace(900, paid=True).words
    ill = healthy(503, {"reasons": ["storage", "ticker"]})
    assert not ill.well and "(storage, ticker)" in ill.words
    assert "stands by" in healthy(200, {"reasons": [], "state": "standby"}).words
    with pytest.raises(ValueError):
        healthy(200, {"ok": True})


def test_the_age_of_the_newest_backup(tmp_path: Path) -> None:
    settings = load({"KAULI_BACKUP_DIR": str(tmp_path), "KAULI_BACKUP_RECIPIENT": "age1x"})
    assert "start kauli-backup" in backups(settings, NOW.date()).words
    for day in ("2026-11-01", "2026-11-22"):
        (tmp_path / f"kauli-backup-{day}.age").touch()
    (tmp_path / "notes.txt").touch()
    assert [backups(settings, date(2026, 11, day)).well for day in (22, 24, 25)] == [True, True, False]


async def test_a_running_bot_and_one_that_is_away(simulator: Simulator, cast: Cast, tmp_path: Path) -> None:
    place, other = (f"127.0.0.1:{free_port()}" for _ in range(2))
    hook = {"KAULI_WEBHOOK_URL": f"http://{place}/hook", "KAULI_WEBHOOK_LISTEN": place, "KAULI_WEBHOOK_SECRET": SECRET}
    settings = load(make_settings(simulator.url, tmp_path, None) | hook | {"KAULI_HEALTH_LISTEN": other})
    app = await start(settings)
    await app.inlet.backlog_read.wait()
    said = [finding async for finding in examine_outside(settings)]
    assert all(finding.well for finding in said), said
    words = "\n".join(finding.words for finding in said)
    assert "answers to the secret in its header" in words and "is at work, and is well" in words
    await app.stop()
    words = "\n".join([finding.words async for finding in examine_outside(settings)])
    assert words.count("the bot does not run") == 2
    taken = load(make_settings(simulator.url, tmp_path, None) | {"KAULI_HEALTH_LISTEN": simulator.url[7:]})
    assert "choose another port" in "\n".join([finding.words async for finding in examine_outside(taken)])
