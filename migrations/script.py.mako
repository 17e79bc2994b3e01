"""${message}"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version."""
    {"people": people, "box": box}[store]()


def people() -> None:
    """Changes the people store."""


def box() -> None:
    """Changes the box."""
