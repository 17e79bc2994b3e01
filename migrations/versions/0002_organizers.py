"""Proposals: what one organizer wants and a second one confirms."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "proposal",
            sa.Column("id", sa.String(16), primary_key=True),
            sa.Column("document", sa.LargeBinary, nullable=False),
            sqlite_with_rowid=False,
        )
