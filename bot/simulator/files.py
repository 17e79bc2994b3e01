"""Pictures and files that a bot sends: taken as an upload or by the id of one, refused where Telegram refuses them.

Limits of the Bot API (sendPhoto, sendDocument): a photo holds at most 10 MB, width and height together at most 10,000
and their ratio at most 20; a document at most 50 MB.
"""

import mimetypes
import secrets
import struct
from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import ApiError, bad

Files = dict[str, tuple[str, bytes]]  # what is kept by id: a name and the bytes
MOST_PHOTO, MOST_DOCUMENT = 10 << 20, 50 << 20  # bytes
MOST_SIDES, MOST_RATIO = 10_000, 20
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
KINDS = {"AgAC": "Photo", "BQAC": "Document"}  # how Telegram's ids of either begin


def photo_of(files: Files, said: Any) -> list[dict[str, Any]]:
    """Takes a photo and gives it in its sizes, here one. Raises ApiError in Telegram's words."""
    number = taken(files, said, "photo", MOST_PHOTO)
    width, height = sides(files[number][1])
    if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    size = {"file_size": len(files[number][1]), "width": width, "height": height}
    return [{"file_id": number, "file_unique_id": number[4:12]} | size]


def document_of(files: Files, said: Any) -> dict[str, Any]:
    """Takes a file and gives it with its name and kind. Raises ApiError in Telegram's words."""
    number = taken(files, said, "document", MOST_DOCUMENT)
    name, body = files[number]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    about = {"file_name": name, "mime_type": kind, "file_size": len(body)}
    return {"file_id": number, "file_unique_id": number[4:12]} | about


def taken(files: Files, said: Any, name: str, most: int) -> str:
    """Keeps an upload under a new id, or finds the one that is named. Raises ApiError."""
    begins = next(begin for begin, kind in KINDS.items() if kind.lower() == name)
    if not isinstance(said, tuple):
        return known(files, said, name, begins)
    if not said[1]:
        raise bad("file must be non-empty")
    if len(said[1]) > most:
        raise ApiError(413, "Request Entity Too Large") if name == "document" else bad("file is too big")
    number = begins + secrets.token_urlsafe(24)
    if name == "photo":
        sides(said[1])
    files[number] = said
    return number


def known(files: Mapping[str, Any], said: Any, name: str, begins: str) -> str:
    """Finds a file by its id, which is of one kind for ever. Raises ApiError."""
    if not said:
        raise bad(f"there is no {name} in the request")
    if said not in files:
        raise bad("wrong file identifier/HTTP URL specified")
    if not str(said).startswith(begins):
        raise bad(f"can't use file of type {KINDS[str(said)[:4]]} as {KINDS[begins]}")
    return str(said)


def sides(body: bytes) -> tuple[int, int]:
    """Reads width and height of a picture; those of a JPEG are taken as 1. Raises ApiError for what is none."""
    if body.startswith(PNG) and body[12:16] == b"IHDR" and len(body) >= 24:
        width, height = struct.unpack(">II", body[16:24])
        return int(width), int(height)
    if body.startswith(JPEG):
        return 1, 1
    raise bad("IMAGE_PROCESS_FAILED")
