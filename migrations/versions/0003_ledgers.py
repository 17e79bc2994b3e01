"""Ledgers: what a member notes of work and pay, sealed to a key that only the member's code opens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "ledger",
            sa.Column("pk", sa.LargeBinary(16), primary_key=True),
            sa.Column("book", sa.LargeBinary, nullable=False),
            sqlite_with_rowid=False,
        )
