"""/post: what organizers write for everybody, previewed in each language before it goes out."""

import secrets
from dataclasses import dataclass

from bot.dialogue import Button, Outcome, Screen, Step, rows
from bot.digests.posts import POST_LIFE, Post, post_words
from bot.permissions import require
from bot.texts import LanguageName, Lines, Text, text
from bot.turn import Turn
from handlers.digests import compose
from handlers.sends import begin

Wordings = tuple[tuple[str, str], ...]


async def post(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/post: writes the post of the week, previews the digest, sends it now if wanted."""
    require(turn.member, "write post", turn.now)
    return AskLanguage()


@dataclass(frozen=True)
class AskLanguage(Step, name="post.language"):
    """Asks in which language the post is written next."""

    wordings: Wordings = ()

    async def screen(self, turn: Turn) -> Screen:
        """Shows the languages that are not written yet; the first one written is the fallback for all others."""
        written = dict(self.wordings)
        left = [tag for tag in turn.office.union.locales if tag not in written]
        buttons = [Button(tag, text("value", value=LanguageName(tag)), AskWords(tag, self.wordings)) for tag in left]
        return Screen(text("post.language.ask"), rows(*buttons))


@dataclass(frozen=True)
class AskWords(Step, name="post.words"):
    """Asks for the post in one language."""

    locale: str
    wordings: Wordings

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the words."""
        return Screen(text("post.words.ask", language=LanguageName(self.locale)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the post."""
        return Preview((*self.wordings, (self.locale, post_words(words))), self.locale)


@dataclass(frozen=True)
class Preview(Step, name="post.preview"):
    """Shows the digest with this post as members of one language will see it."""

    wordings: Wordings
    locale: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the digest in one language, with the languages that are missing named before anything is sent."""
        draft = Post("preview", self.wordings, turn.now + POST_LIFE)
        shown = await compose(turn.stores, turn.office, self.locale, turn.now, draft)
        lines: list[Text | Lines] = [text("post.preview", language=LanguageName(self.locale)), *self._missing(turn)]
        return Screen(Lines((*lines, shown.text)), (*self._languages(turn), *self._ends(turn)))

    def _missing(self, turn: Turn) -> list[Text]:
        written = dict(self.wordings)
        return [
            text("post.missing", language=LanguageName(tag), fallback=LanguageName(self.wordings[0][0]))
            for tag in turn.office.union.locales
            if tag not in written
        ]

    def _languages(self, turn: Turn) -> tuple[tuple[Button, ...], ...]:
        others = [tag for tag in turn.office.union.locales if tag != self.locale]
        label = "post.preview.button"
        see = [Button(f"see.{t}", text(label, language=LanguageName(t)), Preview(self.wordings, t)) for t in others]
        return rows(*see, width=2)

    def _ends(self, turn: Turn) -> tuple[tuple[Button, ...], ...]:
        buttons = [
            Button("keep", text("post.keep.button"), self.keep, "primary"),
            Button("send", text("post.send.button"), self.send, "success"),
        ]
        if len(self.wordings) < len(turn.office.union.locales):
            buttons.insert(0, Button("more", text("newballot.more.button"), AskLanguage(self.wordings)))
        return rows(*buttons)

    async def keep(self, turn: Turn) -> Screen:
        """Keeps the post for the digests of the coming week."""
        require(turn.member, "write post", turn.now)
        await self._add(turn)
        return Screen(text("post.kept"))

    async def send(self, turn: Turn) -> Screen:
        """Sends the digest to everybody: in ten minutes, or as soon as a second organizer says so."""
        require(turn.member, "send digest", turn.now)
        return await begin(turn, await self._add(turn))

    async def _add(self, turn: Turn) -> str:
        for old in await turn.stores.posts.all():
            await turn.stores.posts.remove(old.id)
        post = Post(secrets.token_hex(8), self.wordings, turn.now + POST_LIFE)
        await turn.stores.posts.add(post)
        return post.id
