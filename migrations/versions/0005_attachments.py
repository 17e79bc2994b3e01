"""Documents that organizers attach to a ballot, under the hash of their content."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "attachment",
            sa.Column("id", sa.String(64), primary_key=True),
            sa.Column("idle", sa.SmallInteger, nullable=False),
            sa.Column("content", sa.LargeBinary, nullable=False),
            sqlite_with_rowid=False,
        )
