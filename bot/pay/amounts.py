"""Reads amounts of money and hours as people type them, exactly: integers and fractions, never floats, never eval."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn

from bot.pay.currencies import CURRENCIES, Currency, meant
from bot.texts import Money, Refusal

LONGEST = 60  # characters of an answer
MONTH = 175  # hours of the month that examples show
ABSURD = 20_000  # hours of typical pay that no single amount exceeds
EXAMPLE_HOURS = Decimal("7.5")

ALIKE = str.maketrans(
    {
        **dict.fromkeys("\t", " "),
        **dict.fromkeys("’‘ʼ`´′٬", "'"),  # marks that only ever group digits
        **dict.fromkeys("−–—‒﹣－", "-"),
        **dict.fromkeys("،，", ","),
        "．": ".",
    }
)
WORD = r"[^\d\s,'٫+\-=(){}<>\[\]%*/\\^_|~:;#@&!?\"]{1,20}"
NUMBER = r"\d(?:[\d ,.'٫]*\d)?"
SHAPE = re.compile(
    rf"(?:(?P<before>{WORD}(?: {WORD})?):?)? ?(?P<number>{NUMBER})(?: ?(?P<times>[km])(?![^\W\d_]))?"
    rf"(?: ?/[=-])?(?: ?(?P<after>{WORD}(?: {WORD})?))?"
)
NEGATIVE = re.compile(rf"(?:{WORD} ?)?(?:- ?(?:{WORD} ?)?\d|\( ?\d).*")
GLUED = re.compile(r"\d[^\W\d_]+\d|[{}<>=*%^+\\()_\u20e3]")  # 1e9, 0x10, formulas, markup, emoji
GROUPED = re.compile(r"\d{1,15}|\d{1,3}([ ,.'])\d{3}(?:\1\d{3}){0,4}|\d{1,2}(?:,\d{2}){1,6},\d{3}")
HOURS = re.compile(
    r"(?P<whole>\d{1,4})(?:[.,٫](?P<decimals>\d{1,3})| ?[h:] ?(?P<minutes>[0-5]\d)(?: ?m| ?min)?)?"
    r"(?: ?(?:h|hr|hrs|hour|hours))?"
)
TIMES = {None: 1, "k": 1_000, "m": 1_000_000}


def amount(words: str, currency: str | None) -> Money:
    """Reads an amount as people type it: `35k`, `Ksh 35 000`, `35.518,50`, `٣٥٬٥١٨٫٥`, `12,34,567.5`, `KES 35,000/=`.

    `currency` is the ISO 4217 code expected, or None. The currency of the result is the one the person named, if any:
    the caller compares. A single mark before exactly three digits groups thousands (`35.000` is 35 thousand), unless
    the number starts with 0 or has more than three digits before it; with three-decimal currencies (TND) and before
    `k` or `m` that would be a guess, and is refused. Raises Refusal `pay.amount.*` for everything else.
    """
    said = plain(words)
    found = SHAPE.fullmatch(said) if len(said) <= LONGEST else None
    if found is None:
        _refuse_shape(said, currency)
    named = CURRENCIES[_currency(found, currency)]
    value = _number(found["number"], found["times"], named) * TIMES[found["times"]]
    return _bounded(value, named)


def hours(words: str, longest: Decimal | int, *, least: Decimal | int = 0) -> Decimal:
    """Reads hours in steps of half an hour: `40`, `7.5`, `7,5`, `7h30`, `7:30`, `٤٠`.

    Raises Refusal `pay.hours.*` when nothing or something else was typed, between the half hours, under `least` (give
    0.5 where none makes no sense) or over `longest`.
    """
    said = plain(words)
    if not said:
        raise Refusal("pay.hours.empty", example=EXAMPLE_HOURS)
    if NEGATIVE.fullmatch(said):
        raise Refusal("pay.hours.negative")
    found = HOURS.fullmatch(said) if len(said) <= LONGEST else None
    if found is None:
        raise Refusal("pay.hours.unclear", example=EXAMPLE_HOURS)
    return _within(_half_hours(found), longest, least)


def plain(words: str) -> str:
    """Writes an answer in plain characters: zero-width and direction marks dropped, every script's digits as 0 to 9."""
    kept = "".join(_plain(c) for c in words if unicodedata.category(c) != "Cf")
    return re.sub(" +", " ", kept.translate(ALIKE)).strip().casefold()


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return " " if unicodedata.category(character) == "Zs" else character


def _refuse_shape(said: str, currency: str | None) -> NoReturn:
    if not said:
        raise Refusal("pay.amount.empty", example=_example(currency))
    if NEGATIVE.fullmatch(said):
        raise Refusal("pay.amount.negative")
    if not re.search(r"\d", said):
        raise Refusal("pay.amount.words", example=_example(currency))
    if len(re.findall(NUMBER, said)) > 1 and not GLUED.search(said):
        raise Refusal("pay.amount.several")
    raise Refusal("pay.amount.unclear", example=_example(currency))


def _currency(found: re.Match[str], expected: str | None) -> str:
    written = [word for word in (found["before"], found["after"]) if word and word.strip(".")]
    codes = {meant(word, expected) for word in written} or {expected}
    if codes == {None}:
        key = "pay.amount.words" if written else "pay.amount.currency"
        raise Refusal(key, example=_example(expected))
    if len(codes) > 1:
        raise Refusal("pay.amount.unclear", example=_example(expected))
    code = codes.pop()
    if code is None or code not in CURRENCIES:
        raise ValueError(f"unknown currency {code}")
    return code


def _number(number: str, times: str | None, currency: Currency) -> Fraction:
    mark = _decimal_mark(number, times, currency)
    whole, _, decimals = number.rpartition(mark) if mark else (number, "", "")
    if not GROUPED.fullmatch(whole or decimals) or not re.fullmatch(r"\d*", decimals):
        spaces_only = not re.search(r"[^\d ]", number)
        raise Refusal("pay.amount.several") if spaces_only else _unclear(currency)
    if times is None and len(decimals) > max(2, currency.digits):
        raise _too_fine(currency)
    digits = re.sub(r"\D", "", whole) + decimals
    return Fraction(int(digits), 10 ** len(decimals))


def _decimal_mark(number: str, times: str | None, currency: Currency) -> str:
    """Gives the mark that parts the decimals, "" when there is none; raises Refusal where it would be a guess."""
    if "٫" in number:
        return "٫"
    last = next((c for c in reversed(number) if c in ",."), "")
    if not last or number.count(last) > 1:
        return ""
    whole, _, after = number.partition(last)
    if not whole.isdigit() or len(after) != 3 or len(whole) > 3 or whole.startswith("0"):
        return last
    if times or currency.digits == 3:
        raise _unclear(currency)
    return ""


def _bounded(value: Fraction, currency: Currency) -> Money:
    minor = value * 10**currency.digits
    if minor == 0:
        raise Refusal("pay.amount.zero")
    if minor > ABSURD * currency.anchor:
        raise Refusal("pay.amount.too_large", most=Money(ABSURD * currency.anchor, currency.code))
    if minor.denominator != 1:
        raise _too_fine(currency)
    return Money(int(minor), currency.code)


def _too_fine(currency: Currency) -> Refusal:
    if currency.digits == 0:
        return Refusal("pay.amount.whole", currency=currency.code)
    return Refusal("pay.amount.decimals", digits=currency.digits, currency=currency.code)


def _unclear(currency: Currency) -> Refusal:
    return Refusal("pay.amount.unclear", example=_example(currency.code))


def _example(currency: str | None) -> Money:
    """Gives an amount to show in a refusal; in US dollars as long as no currency is known."""
    shown = CURRENCIES.get(currency or "", CURRENCIES["USD"])
    return Money(MONTH * shown.anchor, shown.code)


def _half_hours(found: re.Match[str]) -> Decimal:
    decimals = found["decimals"] or "0"
    minutes = Fraction(int(found["minutes"] or 0), 60)
    halves = 2 * (int(found["whole"]) + Fraction(int(decimals), 10 ** len(decimals)) + minutes)
    if halves.denominator != 1:
        raise Refusal("pay.hours.step", example=EXAMPLE_HOURS)
    return Decimal(int(halves)) / 2


def _within(said: Decimal, longest: Decimal | int, least: Decimal | int) -> Decimal:
    if said > longest:
        raise Refusal("pay.hours.too_many", longest=Decimal(longest))
    if said < least:
        raise Refusal("pay.hours.too_few", least=Decimal(least))
    return said
