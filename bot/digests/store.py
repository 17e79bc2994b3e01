"""Remembers the posts that organizers write for the digest."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import post as posts
from bot.digests.posts import Post
from bot.members.store import carry_over
from bot.vault import Vault, tier

POST = TypeAdapter(Post)


@dataclass(frozen=True)
class PostStore:
    """Reads and writes posts within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def add(self, post: Post) -> None:
        """Writes a new post."""
        plain = POST.dump_json(post)
        document = self.vault.seal("post", plain, post.id.encode(), tier(len(plain)))
        await self.connection.execute(insert(posts).values(id=post.id, document=document))

    async def all(self) -> list[Post]:
        """Gives every post that is kept."""
        rows = await self.connection.execute(select(posts.c.id, posts.c.document).order_by(posts.c.id))
        return [POST.validate_json(self.vault.open("post", document, key.encode())) for key, document in rows]

    async def carry_over(self, new: Vault) -> None:
        """Writes every post anew under another vault's key."""
        await carry_over(self.connection, posts, "document", (self.vault, new, "post"))

    async def remove(self, post_id: str) -> None:
        """Deletes a post."""
        await self.connection.execute(delete(posts).where(posts.c.id == post_id))
