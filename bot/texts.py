"""Sentences by key: Text, Refusal, the catalogues under locales/, and the formatting of money, numbers and moments."""

import gettext
import html
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch
from pathlib import Path
from string import Formatter
from typing import TypeAlias

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from bot.wallclock import region_of

FALLBACK = "en"
ALIASES = {"iw": "he", "in": "id", "no": "nb", "tl": "fil", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "mo": "ro"}
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs")
JOINERS = "\u200c\u200d"  # they shape words of many scripts, and emoji
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # in somebody's words they could turn a sentence around
TAGS = re.compile(r"<[^>]+>")
MOMENT = "wDt"  # weekday, long date, short time (Bot API 9.5, date-time entity formatting: r|w?[dD]?[tT]?)


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents) of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True)
class Percent:
    """A share, 0 to 1, shown in whole per cent."""

    share: Fraction | Decimal


@dataclass(frozen=True)
class Fixed:
    """A number in units of which `scale`, a power of ten, make one; shown with all its digits, or whole."""

    units: int
    scale: int


@dataclass(frozen=True)
class Listed:
    """Several values, shown as an enumeration."""

    values: "tuple[Value, ...]"


@dataclass(frozen=True)
class Country:
    """A country by ISO 3166-1 code, shown by its name."""

    code: str


@dataclass(frozen=True)
class LanguageName:
    """A language by tag, shown by its own name."""

    tag: str


@dataclass(frozen=True)
class Zone:
    """A time zone by IANA name, shown by its city."""

    name: str


@dataclass(frozen=True)
class Weekday:
    """A day of the week, Monday is 0, shown by its name."""

    day: int


@dataclass(frozen=True)
class Month:
    """A month by its first day, shown by its short name and year."""

    first: date


@dataclass(frozen=True)
class Safe:
    """HTML that is shown as it stands."""

    html: str


@dataclass(frozen=True)
class Text:
    """A sentence by key, with its values."""

    key: str
    values: "tuple[tuple[str, Value], ...]" = ()


@dataclass(frozen=True)
class Lines:
    """Several sentences, a paragraph each, or with `tight` a line each."""

    parts: "tuple[Text | Lines, ...]"
    tight: bool = False


Value: TypeAlias = (
    "str | int | Decimal | Money | Percent | Fixed | Listed | datetime | date | Country | LanguageName | Zone"
    " | Weekday | Month | Safe | Text | Lines"
)


def text(key: str, /, **values: Value) -> Text:
    """Names a sentence and its values; a value called `n` selects the plural form."""
    return Text(key, tuple(sorted(values.items())))


class Refusal(Exception):
    """What was asked cannot be done; the key says why in the member's language. Shows no values when printed."""

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key)
        self.key = key
        self.text = text(key, **values)

    @property
    def values(self) -> dict[str, Value]:
        """Gives the values of the sentence."""
        return dict(self.text.values)


class MissingText(Exception):
    """A sentence or one of its values is missing; names the key and the language."""


def legible(words: str) -> str:
    """Gives typed words without marks that nobody sees, save the joiners within words; empty when nothing is seen."""
    kept = "".join(sign for sign in words if sign in JOINERS or sign.isspace() or not is_unseen(sign))
    return kept if look(kept) else ""


def look(words: str) -> str:
    """Gives what a reader can tell apart of some words, so that two that look the same are the same."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", words).casefold() if not is_unseen(sign)).strip()


def units(words: str) -> int:
    """Counts words as Telegram does, in units of UTF-16: what fits a message or a caption in any script."""
    return len(words.encode("utf-16-le")) // 2


def is_unseen(sign: str) -> bool:
    """Says whether a character shows nothing: controls, formats, halves of pairs, unassigned ones."""
    return unicodedata.category(sign) in UNSEEN


def data_folder(name: str) -> Path:
    """Finds locales or migrations: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    return next(path for path in (package / name, package.parent / name) if path.is_dir())


@dataclass(frozen=True)
class Catalogues:
    """Every language's sentences, read once at the start."""

    translations: Mapping[str, gettext.GNUTranslations]

    @classmethod
    def load(cls, folder: Path) -> "Catalogues":
        """Reads locales/<tag>/LC_MESSAGES/bot.po. Raises what Babel raises for a broken file."""
        files = {path.parent.parent.name: path for path in sorted(folder.glob("*/LC_MESSAGES/bot.po"))}
        tags = sorted(files, key=lambda tag: (tag != FALLBACK, tag))
        read = {tag: compiled(files[tag], tag) for tag in tags}
        for tag in tags:
            if tag != FALLBACK and FALLBACK in read:
                read[tag].add_fallback(read[FALLBACK])
        return cls(read)

    @property
    def locales(self) -> tuple[str, ...]:
        """Lists the languages offered, English first."""
        return tuple(self.translations)

    def match(self, language_code: str | None) -> str | None:
        """Finds the offered language that fits a tag such as `pt-br`, `sw-KE` or `iw`, or None."""
        wanted = (language_code or "").lower().replace("_", "-")
        wanted = ALIASES.get(wanted, wanted)
        offered = {tag.lower().replace("_", "-"): tag for tag in self.locales}
        main = ALIASES.get(wanted.split("-")[0], wanted.split("-")[0])
        near = (tag for low, tag in offered.items() if low.split("-")[0] == main)
        return offered.get(wanted) or offered.get(main) or next(near, None) if wanted else None

    def direction(self, locale: str) -> str:
        """Gives `ltr` or `rtl`."""
        return Locale.parse(locale, sep=separator(locale)).text_direction

    def render(self, said: "Text | Lines", locale: str, zone: str, *, moments: bool = False) -> str:
        """Renders a text as HTML in one language, with times in one zone. Raises MissingText.

        With `moments`, for Telegram alone, they are marked as moments, which every phone shows in its own zone; the
        words in the reader's zone are what phones show that do not know such marks yet.
        """
        return Printing(self, locale, zone, moments).html(said)

    def plain(self, said: "Text | Lines", locale: str, zone: str) -> str:
        """Renders a text without tags, for buttons and command menus."""
        return html.unescape(TAGS.sub("", self.render(said, locale, zone)))

    def template(self, key: str, locale: str, n: int | None) -> str:
        """Gives the sentence behind a key, in the plural form of `n` where there is one. Raises MissingText."""
        found = self.translations.get(locale) or self.translations[FALLBACK]
        said = found.gettext(key) if n is None else found.ngettext(key, key, n)
        if said == key and n is not None:
            said = found.gettext(key)
        if said == key:
            raise MissingText(f"{key} has no sentence in {locale} nor in {FALLBACK}")
        return said


@dataclass(frozen=True)
class Printing:
    """One rendering: a language and a zone, and whether times are marked as moments."""

    catalogues: Catalogues
    tag: str
    zone: str
    moments: bool = False

    @property
    def locale(self) -> Locale:
        """Gives Babel's locale."""
        return Locale.parse(self.tag, sep=separator(self.tag))

    def html(self, said: "Text | Lines") -> str:
        """Renders a sentence or several."""
        if isinstance(said, Lines):
            return ("\n" if said.tight else "\n\n").join(self.html(part) for part in said.parts)
        values = dict(said.values)
        n = values.get("n")
        template = self.catalogues.template(said.key, self.tag, n if isinstance(n, int) else None)
        return self._fill(said.key, template, values)

    def _fill(self, key: str, template: str, values: Mapping[str, Value]) -> str:
        filled = ""
        for literal, name, _, _ in Formatter().parse(template):
            filled += literal
            if name is not None:
                if name not in values:
                    raise MissingText(f"{key} in {self.tag} wants {{{name}}}")
                filled += self.value(values[name])
        return filled

    def value(self, value: Value) -> str:
        """Renders one value, escaped; what has a direction of its own is isolated in right-to-left texts."""
        if isinstance(value, Text | Lines):
            return self.html(value)
        if isinstance(value, Safe):
            return value.html
        safe = html.escape(DIRECTION_MARKS.sub("", shown(value, self)), quote=False)
        if self.moments and isinstance(value, datetime):
            safe = f'<tg-time unix="{int(value.timestamp())}" format="{MOMENT}">{safe}</tg-time>'
        return f"\u2068{safe}\u2069" if self.locale.text_direction == "rtl" else safe


@singledispatch
def shown(value: object, printing: Printing) -> str:
    """Shows one value in the reader's language, before escaping. Raises MissingText for a type nobody can show."""
    raise MissingText(f"a value of type {type(value).__name__} cannot be shown")


@shown.register
def _(value: str, printing: Printing) -> str:
    return value


@shown.register(int)
@shown.register(Decimal)
def _(value: int | Decimal, printing: Printing) -> str:
    return format_decimal(value, locale=printing.locale)


@shown.register
def _(value: Money, printing: Printing) -> str:
    digits = get_currency_precision(value.currency)
    amount = Decimal(value.minor).scaleb(-digits)
    whole = amount == amount.to_integral_value()
    pattern = "#,##0\u00a0\u00a4\u00a4" if whole else "#,##0." + "0" * digits + "\u00a0\u00a4\u00a4"
    return format_currency(amount, value.currency, pattern, locale=printing.locale, currency_digits=False)


@shown.register
def _(value: Percent, printing: Printing) -> str:
    share = (
        Decimal(value.share.numerator) / value.share.denominator if isinstance(value.share, Fraction) else value.share
    )
    return format_percent(share, locale=printing.locale)


@shown.register
def _(value: Fixed, printing: Printing) -> str:
    digits = len(str(value.scale)) - 1
    whole = value.units % value.scale == 0
    pattern = "#,##0" if whole else "#,##0." + "0" * digits
    return format_decimal(Decimal(value.units).scaleb(-digits), pattern, locale=printing.locale)


@shown.register
def _(value: Listed, printing: Printing) -> str:
    return format_list([shown(part, printing) for part in value.values], locale=printing.locale)


@shown.register
def _(value: datetime, printing: Printing) -> str:
    local = value.astimezone(region_of(printing.zone))  # with the zone's name: some clocks start the day at dawn
    return f"{format_datetime(local, 'EEE d MMM, HH:mm', locale=printing.locale)} {local.tzname()}"


@shown.register
def _(value: date, printing: Printing) -> str:
    return format_date(value, "d MMM y", locale=printing.locale)


@shown.register
def _(value: Month, printing: Printing) -> str:
    return format_date(value.first, "LLL y", locale=printing.locale)


@shown.register
def _(value: LanguageName, printing: Printing) -> str:
    own = Locale.parse(value.tag, sep=separator(value.tag))
    name = own.get_display_name(own) or value.tag
    return name[:1].upper() + name[1:]


@shown.register
def _(value: Country, printing: Printing) -> str:
    return str(printing.locale.territories.get(value.code) or Locale("en").territories.get(value.code, value.code))


@shown.register
def _(value: Zone, printing: Printing) -> str:
    return str(get_timezone_location(value.name, locale=printing.locale, return_city=True))


@shown.register
def _(value: Weekday, printing: Printing) -> str:
    return str(get_day_names("wide", "stand-alone", printing.locale)[value.day])


def separator(tag: str) -> str:
    """Gives the separator a language tag is written with."""
    return "_" if "_" in tag else "-"


def compiled(path: Path, tag: str) -> gettext.GNUTranslations:
    """Reads one catalogue with Babel and compiles it in memory."""
    catalog = read_po(io.BytesIO(path.read_bytes()), locale=tag.replace("-", "_"), charset="utf-8", abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalog)
    out.seek(0)
    return gettext.GNUTranslations(out)
