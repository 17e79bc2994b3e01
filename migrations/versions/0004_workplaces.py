"""Employers that organizers added, and names of employers that members proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "workplace",
            sa.Column("id", sa.String(32), primary_key=True),
            sa.Column("name", sa.String(60), nullable=False),
            sa.Column("kind", sa.String(10), nullable=False),
            sa.Column("countries", sa.String(100), nullable=False),
            sa.Column("aliases", sa.String(2000), nullable=False),
            sa.Column("retired", sa.String(3), nullable=False),
            sa.Column("source", sa.String(200), nullable=False),
            sqlite_with_rowid=False,
        )
        op.create_table(
            "name_proposal",
            sa.Column("id", sa.String(16), primary_key=True),
            sa.Column("document", sa.LargeBinary, nullable=False),
            sqlite_with_rowid=False,
        )
