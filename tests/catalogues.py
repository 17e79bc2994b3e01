"""Reads the translations under locales/ and says what does not fit.

Babel is forgiving where a member would see nonsense: it takes a missing Plural-Forms header, merges a double key,
accepts a string that never ends, and cannot compare placeholders since our msgids are keys. Hence these checks.
"""

import gettext
import io
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
TAGS = {"b", "i", "u", "s", "code", "a", "blockquote", "tg-spoiler"}
OVERRIDES = re.compile("[\u202a-\u202e]")
LONGEST_BUTTON = 40
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?) )?"([^"\\]|\\.)*")?')
ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
HEADER = re.compile(r"Plural-Forms: *nplurals *= *(\d+) *; *plural *= *(.+?) *;? *(\\n|$)")
KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Catalogue:
    """One language's file: its tag, its words as written, and its messages by key."""

    tag: str
    words: str
    messages: dict[str, Message]

    @property
    def header(self) -> str:
        """Gives the file's own header; Babel would fill it up with guesses."""
        return unquoted(self.words.strip().split("\n\n")[0])


def read(tag: str, words: str) -> Catalogue:
    """Reads a catalogue. Raises PoFileError for one that is no .po file, down to strings that never end."""
    for number, line in enumerate(words.splitlines(), 1):
        if not LINE.fullmatch(line.strip()):
            raise PoFileError("no line of a .po file", Catalog(), line, number)
    read_back = read_po(io.BytesIO(words.encode()), locale=tag.replace("-", "_"), charset="utf-8", abort_invalid=True)
    messages = {key_of(message): message for message in read_back if message.id}
    return Catalogue(tag, words, messages)


def unquoted(lines: str) -> str:
    """Joins the quoted strings of some lines."""
    return "".join(QUOTED.findall(lines))


def key_of(message: Message) -> str:
    """Gives a message's key: its msgid, whatever the plural says."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    """Gives every wording of a message: one, or one per plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def problems(catalogue: Catalogue, english: Catalogue) -> list[str]:
    """Says everything that is wrong with a catalogue, one line each."""
    found = [*plural_problems(catalogue), *double_keys(catalogue), *different_keys(catalogue, english)]
    for key, message in catalogue.messages.items():
        found += (f"{key}: {saying}" for saying in message_problems(key, message, english.messages.get(key)))
    return [f"{catalogue.tag}: {saying}" for saying in found]


def plural_problems(catalogue: Catalogue) -> Iterator[str]:
    """The file's own header must sort the numbers exactly as CLDR does; a wrong one gives wrong sentences silently."""
    header = HEADER.search(catalogue.header)
    if not header:
        yield "no Plural-Forms header that can be read"
        return
    number, rule = int(header[1]), gettext.c2py(header[2])
    cldr = Locale.parse(catalogue.tag.replace("-", "_")).plural_form
    used = [name for name in CATEGORIES if name in map(cldr, range(201))]
    wrong = [count for count in range(201) if rule(count) != used.index(cldr(count))]
    if wrong or number != len(used):
        yield f"Plural-Forms does not match CLDR, which has {used} in this order; it differs for {wrong[:9]}"
    for key, message in catalogue.messages.items():
        if not isinstance(message.id, str) and len(forms(message)) != number:
            yield f"{key}: {len(forms(message))} plural forms, not {number}"


def double_keys(catalogue: Catalogue) -> Iterator[str]:
    """Of two entries with one key the first wins, silently."""
    times = Counter(map(unquoted, ENTRY.findall(catalogue.words)))
    yield from (f"{key}: stands {count} times" for key, count in times.items() if count > 1)


def different_keys(catalogue: Catalogue, english: Catalogue) -> Iterator[str]:
    """Every language has the same keys."""
    yield from (f"{key}: missing" for key in sorted(english.messages.keys() - catalogue.messages.keys()))
    yield from (f"{key}: not in en" for key in sorted(catalogue.messages.keys() - english.messages.keys()))


def message_problems(key: str, message: Message, english: Message | None) -> Iterator[str]:
    """Checks one entry by itself and against its English."""
    if not KEY.fullmatch(key):
        yield "not a key of small letters, digits, underscores and dots"
    if message.fuzzy:
        yield "fuzzy, so members would see the key"
    if english is not None and isinstance(message.id, str) != isinstance(english.id, str):
        yield "plural in one language only"
    for wording in forms(message):
        yield from wording_problems(key, wording)
    if english is not None:
        yield from placeholder_problems(message, english)


def wording_problems(key: str, wording: str) -> Iterator[str]:
    """Checks one wording by itself."""
    if not wording.strip():
        yield "empty, so members would see the key"
    if OVERRIDES.search(wording):
        yield "holds a character that overrides the direction of writing"
    if is_button(key) and len(wording) > LONGEST_BUTTON:
        yield f"{len(wording)} characters on a button, more than {LONGEST_BUTTON}"
    yield from markup_problems(wording)
    if placeholders(wording) is None:
        yield f"braces that do not pair: {wording!r}"


def is_button(key: str) -> bool:
    """Tells whether a text stands on a button."""
    return key.startswith("button.") or key.endswith(".button")


def placeholders(wording: str) -> set[str] | None:
    """Gives the names of a wording's values, or None when its braces do not pair."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}
    except ValueError:
        return None


def placeholder_problems(message: Message, english: Message) -> Iterator[str]:
    """Every language names the same values; a single plural form may leave some out ("one report")."""
    wanted, last = union(forms(english)), placeholders(forms(english)[-1])
    if union(forms(message)) != wanted:
        yield f"values {sorted(union(forms(message)))} instead of {sorted(wanted)}"
    elif placeholders(forms(message)[-1]) != last:
        yield f"the last form lacks values: {sorted(last or ())} in en"


def union(wordings: Iterable[str]) -> set[str]:
    """Gives the values that any of the wordings names."""
    return set().union(*(placeholders(wording) or set() for wording in wordings))


class Markup(HTMLParser):
    """Collects what is wrong with the tags of one wording, by Telegram's rules."""

    def __init__(self) -> None:
        """Begins with no open tag and no problem."""
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a tag; only a link carries an attribute."""
        allowed = {"href"} if tag == "a" else set()
        if tag not in TAGS or {name for name, _ in attrs} != allowed:
            self.problems.append(f"tag <{tag}> with {dict(attrs)}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes the tag opened last."""
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        """Refuses the bare signs that Telegram would refuse the whole message for."""
        if re.search(r"[<&]", data):
            self.problems.append(f"a bare < or & in {data!r}")


def markup_problems(wording: str) -> list[str]:
    """Says what Telegram would refuse in a wording's markup."""
    markup = Markup()
    markup.feed(wording)
    markup.close()
    return markup.problems + [f"<{tag}> is never closed" for tag in markup.open]
