"""Makes the files of a brief and of the export in one language, whatever asks for them: the chat or the program."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.briefs.export import Everything, export_json
from bot.briefs.page import html
from bot.briefs.rules import Brief
from bot.briefs.tables import brief_codebook, brief_table, export_codebook, export_table
from bot.briefs.typesetting import pdf
from bot.briefs.words import sheet
from bot.texts import Catalogues

Format = Literal["pdf", "html", "csv", "codebook"]
ExportFormat = Literal["csv", "json", "codebook"]
FORMATS: dict[str, Format] = {name: name for name in get_args(Format)}
EXPORT_FORMATS: dict[str, ExportFormat] = {name: name for name in get_args(ExportFormat)}
ENDINGS = {"codebook": "codebook.csv"}


@dataclass(frozen=True)
class Desk:
    """Where files are made: in which language, and whether everything in them is invented."""

    texts: Catalogues
    locale: str
    sample: bool = False

    async def brief(self, brief: Brief, format: Format) -> bytes:
        """Makes a brief. The same releases give the same bytes. Raises BriefError where it cannot be typeset."""
        if format == "csv":
            return brief_table(brief, sample=self.sample).encode()
        if format == "codebook":
            return brief_codebook(self.texts, self.locale).encode()
        made = sheet(brief, sample=self.sample)
        if format == "pdf":
            return await pdf(made, self.texts, self.locale)
        return html(made, self.texts, self.locale).encode()

    def export(self, found: Everything, format: ExportFormat) -> bytes:
        """Makes the export of all releases. A sample is marked in every row, and in the file's name."""
        if format == "csv":
            return export_table(found.releases, sample=self.sample).encode()
        if format == "codebook":
            return export_codebook(self.texts, self.locale).encode()
        return export_json(found).encode()

    def name(self, about: str, period: str, format: str) -> str:
        """Names a file."""
        mark = "sample-" if self.sample else ""
        return f"kauli-{mark}{about}-{period}.{ENDINGS.get(format, format)}"
