"""The first tables: members and what is sent to them; participation and content of open ballots and periods."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16)
MOMENT = sa.DateTime(timezone=True)


def upgrade(store: str) -> None:
    """Brings one store to this version."""
    {"people": people, "box": box}[store]()


def people() -> None:
    """Makes the tables of everything a member is."""
    for name in ("member", "open_steps", "invite"):
        create(name, sa.Column("pk", KEY, primary_key=True), blob("record" if name == "member" else "blob"))
    create("instance", sa.Column("name", sa.String(40), primary_key=True), blob("blob"))
    create(
        "ballot",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        blob("document"),
    )
    create("post", sa.Column("id", sa.String(16), primary_key=True), blob("document"))
    create(
        "outbox",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("edition", KEY, nullable=False),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT),
        blob("payload"),
    )
    create("edition", sa.Column("id", KEY, primary_key=True), blob("totals"))
    create("delivered", sa.Column("edition", KEY, primary_key=True), sa.Column("id", KEY, primary_key=True))


def box() -> None:
    """Makes the tables of open ballots and periods, and of the boards of closed ones."""
    create(
        "participation",
        sa.Column("ballot", sa.String(16), primary_key=True),
        sa.Column("nullifier", KEY, primary_key=True),
        sa.Column("boot", KEY),
    )
    for name, column in (("content", "blob"), ("electorate", "blob"), ("board", "document")):
        create(name, sa.Column("ballot", sa.String(16), primary_key=True), blob(column))


def blob(name: str) -> "sa.Column[bytes]":
    """Gives a required column of bytes."""
    return sa.Column(name, sa.LargeBinary, nullable=False)


def create(name: str, *columns: "sa.Column[Any]") -> None:
    """Makes a table without SQLite's hidden row number."""
    op.create_table(name, *columns, sqlite_with_rowid=False)
