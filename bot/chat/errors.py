"""The one place where unexpected errors end: a number for the member, type and code location for the log."""

import logging
import secrets

from bot.texts import Text, text

LOG = logging.getLogger("kauli.errors")


def report(error: BaseException) -> Text:
    """Logs an unexpected error under a number and gives the sentence that tells the member that number.

    What the member typed is in neither.
    """
    number = secrets.token_hex(3)
    LOG.error("unexpected error", exc_info=error, extra={"error": number})
    return text("error.unexpected", number=number)
