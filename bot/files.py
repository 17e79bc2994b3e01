"""Writes files whole: a crash leaves the old one or the new one, never half of either."""

import os
from pathlib import Path

from bot.vault import sync_folder


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file that only this user may read under a temporary name, waits for the disk, then renames it."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
