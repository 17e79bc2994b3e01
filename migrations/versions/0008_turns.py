"""Sends take turns: an index that finds what is due of each edition, and sends that can be paused."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_index("outbox_turn", "outbox", ["lane", "edition", "due_at", "id"])
        op.add_column("edition", sa.Column("paused", sa.SmallInteger, nullable=False, server_default="0"))
