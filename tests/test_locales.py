"""Every sentence exists in every language, is named somewhere, and cannot come out as nonsense."""

from functools import cache

import pytest
from babel.messages.pofile import PoFileError

from tests import keys
from tests.catalogues import Catalogue, forms, problems, read, union
from tests.sources import ROOT, Source, sources

HEADERS = {
    "en": "nplurals=2; plural=(n != 1);",
    "sw": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "fil": "nplurals=2; plural=(n % 10 == 4 || n % 10 == 6 || n % 10 == 9);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
ENGLISH = r"""
msgid "me.zone"
msgstr "Your <b>zone</b> is {zone}."

msgid "button.back"
msgstr "Back"

msgid "pay.reports"
msgid_plural "pay.reports_plural"
msgstr[0] "One report"
msgstr[1] "{n} reports"
"""


@cache
def catalogues() -> dict[str, Catalogue]:
    """Reads every language that is offered, once."""
    paths = sorted((ROOT / "locales").glob("*/LC_MESSAGES/bot.po"))
    tags = [path.parent.parent.name for path in paths]
    return {tag: read(tag, path.read_text(encoding="utf-8")) for tag, path in zip(tags, paths, strict=True)}


def product() -> list[Source]:
    """Reads the code that speaks to members."""
    return sources("bot", "handlers")


def values_by_key(english: Catalogue) -> dict[str, set[str]]:
    """Gives the values that each text wants, among them the `n` that chooses a plural form."""
    return {
        key: union(forms(message)) | (set() if isinstance(message.id, str) else {"n"})
        for key, message in english.messages.items()
    }


def test_every_language_fits() -> None:
    english = catalogues()["en"]
    found = [problem for catalogue in catalogues().values() for problem in problems(catalogue, english)]
    assert not found, "\n".join(found)


def test_every_text_that_code_names_exists_and_gets_its_values() -> None:
    found = keys.missing(values_by_key(catalogues()["en"]), product())
    assert not found, "\n".join(found)


def test_every_text_is_named_by_code() -> None:
    found = keys.unused(set(catalogues()["en"].messages), product())
    assert not found, "\n".join(found)


def po(body: str, tag: str = "en", header: str = "") -> Catalogue:
    """Makes a catalogue with the right header, unless another is given."""
    plural = header or f"Plural-Forms: {HEADERS[tag]}"
    return read(tag, f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n{plural}\\n"\n{body}')


def found_in(body: str, tag: str = "sw", header: str = "") -> str:
    """Says what is wrong with a catalogue, in one string."""
    return "\n".join(problems(po(body, tag, header), po(ENGLISH)))


@pytest.mark.parametrize("tag", ["en", "sw", "fr", "fil"])
def test_a_right_catalogue_passes(tag: str) -> None:
    assert found_in(ENGLISH, tag) == ""


def test_all_six_arabic_forms_pass_and_the_order_of_babel_does_not() -> None:
    wordings = ("{n} 0", "one", "two", "{n} few", "{n} many", "{n} other")
    six = ENGLISH.split("msgstr[0]")[0] + "\n".join(f'msgstr[{i}] "{said}"' for i, said in enumerate(wordings))
    assert found_in(six, "ar") == ""
    swapped = HEADERS["ar"].replace("? 4 : 5", "? 5 : 4")
    assert "does not match CLDR" in found_in(six, "ar", f"Plural-Forms: {swapped}")


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        ("{zone}", "{place}", "me.zone: values ['place'] instead of ['zone']"),
        ("{zone}", "", "me.zone: values [] instead of ['zone']"),
        ("{n} reports", "reports", "pay.reports: values [] instead of ['n']"),
        ("{zone}", "{zone", "braces that do not pair"),
        ("</b>", "", "<b> is never closed"),
        ("</b>", "</i>", "</i> closes what is not open"),
        ("<b>zone</b>", "<script>zone</script>", "tag <script>"),
        ("<b>zone</b>", '<b class=\\"x\\">zone</b>', "tag <b> with"),
        ("<b>zone</b>", "zone & time", "a bare < or &"),
        ("<b>zone</b>", "\u202ezone", "overrides the direction"),
        ("Back", "B" * 41, "41 characters on a button"),
        ("Back", "", "button.back: empty"),
        ('"One report"', '""', "pay.reports: empty"),
        ("button.back", "button.forth", "button.back: missing"),
        ("button.back", "button.forth", "button.forth: not in en"),
        ("button.back", "Go back!", "not a key"),
        ('msgid "button.back"', '#, fuzzy\nmsgid "button.back"', "fuzzy"),
        (
            'msgid_plural "pay.reports_plural"\nmsgstr[0] "One report"\nmsgstr[1]',
            "msgstr",
            "plural in one language only",
        ),
        ('msgid "button.back"', 'msgid "me.zone"\nmsgstr "Twice"\n\nmsgid "button.back"', "me.zone: stands 2 times"),
    ],
)
def test_what_is_wrong_is_found(old: str, new: str, saying: str) -> None:
    assert old in ENGLISH
    assert saying in found_in(ENGLISH.replace(old, new))


@pytest.mark.parametrize("tag", ["fr", "fil"])
def test_a_header_of_another_language_is_found(tag: str) -> None:
    assert "does not match CLDR" in found_in(ENGLISH, tag, f"Plural-Forms: {HEADERS['en']}")


def test_a_missing_header_is_found() -> None:
    assert "no Plural-Forms header" in found_in(ENGLISH, "sw", "Language: sw")


@pytest.mark.parametrize("broken", ['msgstr "Back', "msgstr Back", 'mgstr "Back"'])
def test_a_broken_file_is_refused(broken: str) -> None:
    with pytest.raises(PoFileError):
        po(ENGLISH.replace('msgstr "Back"', broken))


WANTED: dict[str, set[str]] = {"me.zone": {"zone"}, "not.member": set(), "menu.me.button": set()}
IMPORTS = "from bot.texts import Refusal, text\n"


@pytest.mark.parametrize(
    ("code", "saying"),
    [
        ("text('me.zone', zone=z)", ""),
        ("text('me.zone', **values)", ""),
        ("raise Refusal(f'not.{reason}')", ""),
        ("text('menu.' + name + '.button')", ""),
        ("text('not.member' if x else 'menu.me.button')", ""),
        ("def f(x):\n    key = 'not.member'\n    return text(key)", ""),
        ("text(anything)", ""),
        ("text('me.zon', zone=z)", "no text fits"),
        ("text('me.zone')", "me.zone wants ['zone']"),
        ("raise Refusal('not.membr')", "no text fits"),
        ("text(f'menu.{name}.buton')", "no text fits"),
        ("text('not.member' if x else 'not.membr')", "no text fits"),
        ("async def f(x):\n    key = 'not.member' if x else 'nobody'\n    return text(key)", "no text fits nobody"),
    ],
)
def test_named_texts_are_followed(code: str, saying: str) -> None:
    found = "\n".join(keys.missing(WANTED, [Source("handlers/me.py", IMPORTS + code)]))
    assert saying in found
    assert bool(saying) == bool(found)


def test_sql_text_is_not_taken_for_ours() -> None:
    assert keys.missing({}, [Source("bot/a.py", "from sqlalchemy import text\ntext('select 1')")]) == []


def test_unused_texts_are_found() -> None:
    code = Source("bot/a.py", "x = 'me.zone'\ny = f'not.{reason}'\nz = f'{any}.button'")
    assert keys.unused({"me.zone", "not.member", "menu.me.button"}, [code]) == ["menu.me.button"]
