"""The one door through which anything reaches the log, and what may pass it (privacy.md 3.5).

A record shows its template, never its arguments; the template must stand as a literal in the code that logged it, since
libraries format ids and tokens into their messages beforehand. An exception shows its type and the places in the
code, never its words. Our own records may show a few named values that cannot hold what a person is or said.
"""

import asyncio
import json
import linecache
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, TextIO

LEFT_OUT = "(text left out)"
NAMED = ("error", "count", "seconds", "reason", "port", "method", "code")
REACH = range(-8, 12)  # lines around the logging call in which its literal may stand
LOG = logging.getLogger("kauli.door")


class TemplateOnly(logging.Formatter):
    """Writes `minute level logger template`; no finer than a minute, since finer would tell who acted when."""

    def format(self, record: logging.LogRecord) -> str:
        """Writes one record without any value."""
        values = "".join(f" {name}={value}" for name, value in named(record).items())
        line = f"{minute(record)} {record.levelname} {record.name} {template(record)}{values}"
        error = record.exc_info[1] if record.exc_info else None
        return line + (f" {located(error)}" if error else "")


class JsonLines(TemplateOnly):
    """Writes the same and nothing more as one JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Writes one record without any value."""
        said = {"time": minute(record), "level": record.levelname, "logger": record.name, "message": template(record)}
        error = record.exc_info[1] if record.exc_info else None
        where = {"exception": located(error)} if error else {}
        return json.dumps({**said, **named(record), **where}, default=str)


FORMATS: Mapping[str, type[TemplateOnly]] = {"plain": TemplateOnly, "json": JsonLines}


def minute(record: logging.LogRecord) -> str:
    """Gives a record's time, to the minute."""
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%MZ}"


def template(record: logging.LogRecord) -> str:
    """Gives a record's message as it stands in the source, or a note that it was left out."""
    said = record.msg if isinstance(record.msg, str) else ""
    return said if said and in_source(record, said) else LEFT_OUT


def in_source(record: logging.LogRecord, said: str) -> bool:
    """Says whether a message stands as a literal near the line that logged it."""
    return repr(said)[1:-1] in source_near(record.pathname, record.lineno)


@lru_cache(1024)
def source_near(path: str, line: int) -> str:
    """Gives the code around a logging call, kept since the same calls log again and again."""
    return "".join(linecache.getline(path, line + at) for at in REACH)


def named(record: logging.LogRecord) -> dict[str, Any]:
    """Gives the few values that our own records may show."""
    if not record.name.startswith("kauli"):
        return {}
    found = ((name, getattr(record, name, None)) for name in NAMED)
    return {name: value for name, value in found if value is not None}


def located(error: BaseException | None) -> str:
    """Gives an exception's type and where in the code it passed, with its causes; never its words."""
    shown: list[str] = []
    while error is not None and len(shown) < 4:
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        places = " < ".join(f"{short(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
        shown.append(f"{type(error).__name__} at {places or 'nowhere'}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " from ".join(shown)


def short(path: str) -> str:
    """Gives the last two parts of a path."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def open_door(level: str = "INFO", stream: TextIO | None = None, form: str = "plain") -> logging.Handler:
    """Makes this the only way to the log, for every logger, warning and uncaught error, and gives the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(FORMATS[form]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
    logging.getLogger("alembic").setLevel(max(logging.WARNING, root.level))  # its steps are no news
    logging.raiseExceptions = False
    sys.excepthook = uncaught
    threading.excepthook = lambda hook: uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)
    sys.unraisablehook = lambda hook: uncaught(type(hook.exc_value), hook.exc_value, hook.exc_traceback)
    warnings.showwarning = warned
    return handler


def guard_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Takes what the event loop has to say about lost tasks and failed callbacks through the door."""
    loop.set_exception_handler(lost)


def lost(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs an error that nobody waited for."""
    LOG.error("an error that nobody waited for", exc_info=context.get("exception"))


def uncaught(
    kind: type[BaseException] | type[None] | None, error: BaseException | None, trace: TracebackType | None
) -> None:
    """Logs an uncaught error."""
    LOG.critical("uncaught error", exc_info=error)


def warned(*said: Any, **more: Any) -> None:
    """Logs that there was a warning, by its kind only."""
    kind = said[1].__name__ if len(said) > 1 and isinstance(said[1], type) else "Warning"
    LOG.warning("a warning", extra={"reason": kind})
