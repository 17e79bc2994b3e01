"""The format of backups: what is written is read, whatever else is not; how long a backup is good."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backups.rules import Backup, BackupError, Row, check_age, expired, name_of, padded, read, write

DAY = date(2026, 11, 24)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
VALUES = st.one_of(st.binary(max_size=50), st.text(max_size=20), st.integers(0, 9), MOMENTS, st.none())
ROWS = st.builds(
    lambda table, key, value: Row("people", table, {"name": key, "value": value}),
    st.sampled_from(("member", "ballot", "post")),
    st.text(max_size=9),
    VALUES,
)


@given(st.lists(ROWS, max_size=9), st.dates())
def test_what_is_written_is_read(rows: list[Row], made: date) -> None:
    backup = Backup(made, "0002", rows)
    assert read(write(backup)) == backup


@given(st.binary(max_size=200))
def test_anything_else_is_refused(words: bytes) -> None:
    with pytest.raises(BackupError):
        read(words)


@given(st.integers(0, 400))
def test_a_backup_that_is_cut_short_is_refused(at: int) -> None:
    whole = write(Backup(DAY, "0002", [Row("people", "member", {"pk": bytes(16)})] * 4)).rstrip(b" ")
    if at < len(whole) - 1:
        with pytest.raises(BackupError):
            read(whole[:at])


@pytest.mark.parametrize(("store", "table"), [("people", "outbox"), ("people", "open_steps"), ("box", "participation")])
def test_what_no_backup_holds_is_neither_written_nor_read(store: str, table: str) -> None:
    row = Row(store, table, {"id": b"1"})
    assert read(write(Backup(DAY, "0002", [row]))).rows == []
    lines = [["kauli backup", 1, "2026-11-24", "0002", 1], [store, table, {}]]
    with pytest.raises(BackupError, match="damaged"):
        read("\n".join(map(json.dumps, lines)).encode())


def test_a_later_format_names_the_mend() -> None:
    with pytest.raises(BackupError, match="newer version of Kauli: install"):
        read(b'["kauli backup",2,"2026-11-24","0009",0]')


@given(st.integers(0, 10**9))
def test_the_size_of_a_file_tells_little(size: int) -> None:
    assert 0 <= padded(size) - size <= max(64 * 1024, size // 8)


@given(st.integers(-10, 100))
def test_a_folder_drops_what_a_restore_would_refuse_and_nothing_else(days: int) -> None:
    made = DAY - timedelta(days=days)
    names = expired([name_of(made), "kauli-backup-2026-99-99.age", "photo.jpg"], DAY)
    assert names == ([name_of(made)] if days > 30 else [])
    if days > 30 or days < -1:
        with pytest.raises(BackupError):
            check_age(made, DAY)
    else:
        check_age(made, DAY)
