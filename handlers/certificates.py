"""The certificate of a result: one to three pages for minutes, labour offices and employers, made from the board alone.

The same board, language, union and log head give the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path

from bot.ballots.board import Board, read_board
from bot.ballots.counting.words import words as steps_of
from bot.ballots.deciding import HALF
from bot.ballots.examine import contents, read_proof
from bot.ballots.law import labels, profiled
from bot.ballots.log import Head, head, leaf_of
from bot.ballots.rules import Rules, Wording
from bot.briefs.command import desk
from bot.briefs.export import Everything
from bot.briefs.sheet import Block, Paragraph, Points, Section, Sheet, Table, Tile
from bot.briefs.typesetting import pdf
from bot.dialogue import Document, Outcome, Screen
from bot.texts import Catalogues, Country, LanguageName, Percent, Refusal, Text, Value, text
from bot.turn import Turn
from handlers.outcomes import words
from handlers.results import board_of, closed, groups
from handlers.rulewords import in_words
from handlers.tallies import TABLED

MOST_STEPS = 400  # on a certificate; a longer count stands on the board


@dataclass(frozen=True)
class Certificate:
    """What a certificate is made of: a board with the SHA-256 of its file, for whom, and the head of the log."""

    board: Board
    sha256: str
    locale: str
    union: str = ""
    head: Head | None = None

    @property
    def rules(self) -> Rules:
        """Gives the rules of the ballot."""
        return self.board.frozen.rules

    @property
    def wording(self) -> Wording:
        """Gives the text in the reader's language, or the deciding one."""
        valid = [text.wording() for text in self.board.texts if not text.replaced]
        return next((wording for wording in valid if wording.locale == self.locale), valid[0])

    def sheet(self) -> Sheet:
        """Gives the page."""
        about: dict[str, Value] = {"ballot": self.board.frozen.ballot, "date": moment(self.board.closed_at).date()}
        union = text("cert.union", union=self.union, **about) if self.union else text("cert.ballot", **about)
        mark = text("cert.mark") if self.indicative() else None
        title = text("cert.title", question=self.wording.question)
        day = moment(self.board.closed_at).date()
        return Sheet(day, title, union, mark, self.tiles(), tuple(self.sections()), text("cert.foot"))

    def indicative(self) -> bool:
        """Says whether the result has no effect by law: by its rules, or since a law asks for another form."""
        return self.rules.indicative or bool(tuple(self.law()))

    def law(self) -> Iterator[Text]:
        """Says what the law asks for instead, where that is known, and where nothing is known."""
        country = self.board.frozen.electorate.country
        for label in labels(self.rules.preset, country):
            yield text(f"law.{label.key}", source=label.source, date=label.as_of)
        if country and not profiled(country):
            yield text("law.none", country=Country(country))

    def tiles(self) -> tuple[Tile, ...]:
        """Gives the figures that are published."""
        out, frozen = self.board.outcome, self.board.frozen
        opened = text("cert.opened", date=date.fromisoformat(frozen.opened)) if frozen.opened else value("")
        could = Tile(text("cert.could"), value(out.electorate), opened)
        if out.kind != "figures":
            return (could,)
        share = Percent(Fraction(out.cast, max(1, out.electorate)))
        voted = Tile(text("cert.voted"), value(out.cast), text("cert.turnout", share=share))
        return could, voted, Tile(text("cert.blank"), value(out.blank), text("cert.blank.note"))

    def sections(self) -> Iterator[Section]:
        """Gives the parts of the page."""
        yield Section(text("cert.outcome"), tuple(self.outcome()))
        yield Section(text("cert.rules"), (Points(tuple(self.how())),))
        yield Section(text("cert.law"), (Points((*self.law(), text("law.elsewhere"))),))
        if steps := self.steps():
            yield Section(text("cert.steps"), (Points(steps),), small=True)
        yield Section(text("cert.proof"), (Points(tuple(self.proof())),), small=True)

    def outcome(self) -> Iterator[Block]:
        """Gives the sentence of the outcome, and the table of figures."""
        out = self.board.outcome
        first, *more = words(out, self.rules, self.wording.options, groups())
        yield Paragraph(first, strong=True)
        yield from map(Paragraph, more)
        if out.kind == "figures" and self.rules.method in TABLED:
            figure = text("cert.points" if self.rules.method == "score" else "cert.votes")
            counts = zip(self.wording.options, out.counts, strict=True)
            rows = tuple((value(option), value(count)) for option, count in counts)
            yield Table((text("cert.option"), figure), rows)

    def how(self) -> Iterator[Text]:
        """Says by which rules it was decided."""
        yield self.who()
        yield text("cert.closed", closed=moment(self.board.closed_at))
        least = HALF if self.rules.method == "yesno" else None
        yield from in_words(replace(self.rules, threshold=self.rules.threshold or least))
        yield text("cert.decides", language=LanguageName(self.board.frozen.decides))
        for note in self.board.notes:
            yield text(f"cert.note.{note.what}", date=note.day, closes=note.closes_at)

    def who(self) -> Text:
        """Says who could vote."""
        electorate = self.board.frozen.electorate
        if electorate.country:
            return text("cert.who.country", country=country_name(electorate.country))
        if electorate.employer:
            return text("cert.who.employer", employer=groups().get(electorate.employer, electorate.employer))
        return text("cert.who.union")

    def steps(self) -> tuple[Text, ...]:
        """Gives the count step by step."""
        count = self.board.outcome.count
        told = steps_of(count, self.wording.options) if count else ()
        numbered = (text("result.step", number=number, step=step) for number, step in enumerate(told, 1))
        return tuple(numbered) if len(told) <= MOST_STEPS else (text("cert.steps.many", number=len(told)),)

    def proof(self) -> Iterator[Text]:
        """Says by what the result can be checked."""
        digits = self.board.rules_hash[:16]
        groups_of_four = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
        yield text("cert.fingerprint", fingerprint=groups_of_four)
        yield text("cert.sha256", sha256=self.sha256)
        yield text("cert.root", root=self.board.root)
        if self.head:
            yield text("cert.head", size=self.head.size, root=self.head.root.hex())
        yield text("cert.check")


async def certificate(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Gives the certificate of a ballot in the reader's language, with the log as it is now."""
    ballot = await closed(turn, args)
    document = await board_of(turn.office, ballot)
    if document is None:
        raise Refusal("ballot.unknown")
    now = head(turn.office.vault, await turn.stores.ballots.log())
    union = f"@{turn.office.union.username}"
    made = of_board(document, turn.locale, union, now)
    content = partial(typeset, made, turn.office.texts)
    key = f"certificate {made.sha256} {turn.locale} {now.size if now else 0}"
    name = f"kauli-certificate-{ballot.id}-{turn.locale}.pdf"
    file = Document(name, text("result.certificate.caption"), content, key)
    return Screen(text("result.certificate"), document=file)


def of_board(document: bytes, locale: str, union: str = "", head: Head | None = None) -> Certificate:
    """Gives the certificate of a board's file. Raises BadBoard."""
    written = document.rstrip(b"\n")
    return Certificate(read_board(written), leaf_of(written).hex(), locale, union, head)


async def typeset(made: Certificate, texts: Catalogues) -> bytes:
    """Gives the PDF. Raises BriefError where it cannot be typeset."""
    return await pdf(made.sheet(), texts, made.locale)


async def from_files(file: Path, language: str, union: str, proof: Path | None) -> bytes:
    """Makes a certificate from files alone, for the program. Raises BadBoard, BadLog and BriefError."""
    spoken = desk(Everything(()), language)
    document = contents(file)
    now = read_proof(proof, document) if proof else None
    return await typeset(of_board(document, spoken.locale, union, now), spoken.texts)


def moment(said: str) -> datetime:
    """Reads a moment of a board."""
    return datetime.fromisoformat(said.replace("Z", "+00:00"))


def value(shown: Value) -> Text:
    """Says a value alone."""
    return text("value", value=shown)


def country_name(country: str) -> Value:
    """Names a country, or those of all small ones."""
    return text("newballot.electorate.others.button") if country == "others" else Country(country)
