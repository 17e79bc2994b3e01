"""Sentences by key: escaped, formatted for their reader, never glued."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import parse
from bot.texts import (
    Catalogues,
    Country,
    LanguageName,
    Lines,
    MissingText,
    Money,
    Percent,
    Refusal,
    Value,
    Weekday,
    Zone,
    text,
)

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {}\\n"\n\n'
ENGLISH = """msgid "v"
msgstr "<b>{value}</b>"

msgid "votes"
msgid_plural "votes_plural"
msgstr[0] "{n} vote"
msgstr[1] "{n} votes"

msgid "only.english"
msgstr "English"
"""
ARABIC = """msgid "v"
msgstr "<b>{value}</b> نعم"
"""
ARABIC_VOTES = """
msgid "votes"
msgid_plural "votes_plural"
msgstr[0] "صفر {n}"
msgstr[1] "واحد {n}"
msgstr[2] "اثنان {n}"
msgstr[3] "بضع {n}"
msgstr[4] "كثير {n}"
msgstr[5] "مئات {n}"
"""
ARABIC_PLURAL = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalogues:
    folder = tmp_path_factory.mktemp("locales")
    for tag, plural, words in (
        ("en", "nplurals=2; plural=(n != 1);", ENGLISH),
        ("ar", ARABIC_PLURAL, ARABIC + ARABIC_VOTES),
        ("he", "nplurals=2; plural=(n != 1);", ""),
        ("sw", "nplurals=2; plural=(n != 1);", ""),
        ("pt_BR", "nplurals=2; plural=(n > 1);", 'msgid "v"\nmsgstr "{value}"\n'),
    ):
        write(folder / tag / "LC_MESSAGES", HEAD.format(plural) + words)
    return Catalogues.load(folder)


def write(folder: Path, words: str) -> None:
    folder.mkdir(parents=True)
    (folder / "bot.po").write_text(words, encoding="utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_whatever_somebody_typed_stays_words(texts: Catalogues, typed: str) -> None:
    html = texts.render(text("v", value=typed), "en", "UTC")
    inner = html.removeprefix("<b>").removesuffix("</b>")
    assert "<" not in inner and ">" not in inner
    kept = "".join(c for c in typed if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"))
    assert texts.plain(text("v", value=typed), "en", "UTC") == kept


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("{0} {value} {n!r}", "{0} {value} {n!r}"),
        ("%s %(value)s", "%s %(value)s"),
        ("&lt;", "&amp;lt;"),
        ("a\u202eb\u2066c\u2069", "abc"),
    ],
)
def test_what_looks_like_marks_or_templates_is_shown_as_typed(texts: Catalogues, typed: str, shown: str) -> None:
    assert texts.render(text("v", value=typed), "en", "UTC") == f"<b>{shown}</b>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(3551850, "KES"), "35,518.50\xa0KES"),
        (Money(3500000, "KES"), "35,000\xa0KES"),
        (Money(5000, "UGX"), "5,000\xa0UGX"),
        (Percent(Fraction(21, 100)), "21%"),
        (Decimal("7.5"), "7.5"),
        (1500, "1,500"),
        (datetime(2026, 11, 27, 15, tzinfo=UTC), "Fri 27 Nov, 18:00 EAT"),
        (date(2026, 12, 1), "1 Dec 2026"),
        (Country("KE"), "Kenya"),
        (LanguageName("sw"), "Kiswahili"),
        (Zone("Africa/Nairobi"), "Nairobi"),
        (Weekday(4), "Friday"),
        (text("only.english"), "English"),
    ],
)
def test_values_are_shown_as_their_reader_writes_them(texts: Catalogues, value: Value, shown: str) -> None:
    assert texts.plain(text("v", value=value), "en", "Africa/Nairobi") == shown


def test_moments_are_marked_for_phones_alone_and_the_words_stay(texts: Catalogues) -> None:
    said = text("v", value=datetime(2026, 11, 27, 15, tzinfo=UTC))
    for tag, words in (("en", "Fri 27 Nov, 20:45 +0545"), ("ar", "\u2068")):
        marked = texts.render(said, tag, "Asia/Kathmandu", moments=True)
        assert '<tg-time unix="1795791600" format="wDt">' in marked and words in marked
        assert parse(marked)[0] == parse(texts.render(said, tag, "Asia/Kathmandu"))[0]
        assert texts.plain(said, tag, "Asia/Kathmandu") == parse(marked)[0]  # and so the units that count
    assert "tg-time" not in texts.render(text("v", value=date(2026, 12, 1)), "en", "UTC", moments=True)


def test_plurals_lines_and_what_is_missing(texts: Catalogues) -> None:
    assert [texts.plain(text("votes", n=n), "en", "UTC") for n in (0, 1, 2)] == ["0 votes", "1 vote", "2 votes"]
    lines = Lines((text("votes", n=1), Lines((text("only.english"), text("only.english")), tight=True)))
    assert texts.render(lines, "en", "UTC") == "1 vote\n\nEnglish\nEnglish"
    assert texts.plain(text("only.english"), "ar", "UTC") == "English"
    for wrong, named in ((text("un.known"), r"un\.known .* en"), (text("v"), r"v in en wants \{value\}")):
        with pytest.raises(MissingText, match=named):
            texts.render(wrong, "en", "UTC")


def test_a_language_has_as_many_plurals_as_it_needs(texts: Catalogues) -> None:
    said = [texts.plain(text("votes", n=n), "ar", "UTC").split()[0] for n in (0, 1, 2, 7, 11, 100)]
    assert said == ["صفر", "واحد", "اثنان", "بضع", "كثير", "مئات"]
    assert texts.plain(text("votes", n=1), "sw", "UTC") == "1 vote"  # not translated: English, with its plurals


def test_values_are_isolated_where_sentences_run_from_the_right(texts: Catalogues) -> None:
    assert texts.direction("ar") == "rtl" and texts.direction("en") == "ltr"
    assert "\u2068Sama\u2069" in texts.render(text("v", value="Sama"), "ar", "UTC")
    tricky = texts.render(text("v", value="\u2069\u202eSama"), "ar", "UTC")  # would leave its isolate
    assert "<b>\u2068Sama\u2069</b>" in tricky
    nested = texts.render(text("v", value=text("v", value="Sama")), "ar", "UTC")
    assert nested.count("\u2068") == 1


def test_languages_are_matched_as_telegram_writes_them(texts: Catalogues) -> None:
    wanted = {
        "en-GB": "en",
        "pt-br": "pt_BR",
        "pt": "pt_BR",
        "ar-EG": "ar",
        "AR": "ar",
        "iw": "he",
        "iw-IL": "he",
        "sw-KE": "sw",
        "sw_TZ": "sw",
        "pt-PT": "pt_BR",
        "zz": None,
        "": None,
        None: None,
    }
    assert {code: texts.match(code) for code in wanted} == wanted


def test_a_refusal_shows_its_key_only() -> None:
    refusal = Refusal("pay.amount.zero", example="38417")
    assert str(refusal) == "pay.amount.zero" and refusal.values == {"example": "38417"}
