"""The log of boards: the hash of each, in the order in which ballots closed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "log",
            sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("leaf", sa.LargeBinary(32), nullable=False, unique=True),
            sqlite_with_rowid=False,
        )
