"""Names that members put under a petition, openly."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade(store: str) -> None:
    """Brings one store to this version; the box stays as it is."""
    if store == "people":
        op.create_table(
            "signature",
            sa.Column("pk", sa.LargeBinary(16), primary_key=True),
            sa.Column("record", sa.LargeBinary, nullable=False),
            sqlite_with_rowid=False,
        )
