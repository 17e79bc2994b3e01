"""Answers that are not ok, in Telegram's words."""


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> ApiError:
    """Gives a 400 in Telegram's words."""
    return ApiError(400, f"Bad Request: {description}")
