"""Draws every kind of picture in five languages, light and dark, one contact sheet a language, to be looked at.

Repeat: `python -m tests.charts.sheet FOLDER`. English and Swahili are what the bot says today; the others show their
scripts with sample labels. Asserts nothing.
"""

import io
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from babel.numbers import format_currency, format_percent
from PIL import Image

from bot.charts.chart import Bar, Chart, Column, Mark, Part, Tone


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    tag: str
    pay: str
    hours: str
    countries: str
    trend: str
    about: str
    names: tuple[str, str, str]
    minimum: str
    living: str
    paid: str
    unpaid: str
    fell: str
    rough: str


EN = Words(
    "en",
    "Kenya: what an hour brings",
    "Kenya: paid and unpaid hours",
    "Ranking AI answers: what an hour brings in different countries",
    "Remotasks: pay from period to period",
    "Middle of the reports, KES an hour before tax, 2026-Q3",
    ("Kenya", "Teleperformance (Majorel)", "Philippines"),
    "Legal minimum (Nairobi, as of 26 Jun 2026)",
    "A living wage (Naivasha)",
    "Paid time",
    "Unpaid time",
    "Pay fell against the periods before. The figures do not say why.",
    "Hatched: rough, from fewer than 100 reports",
)
SW = Words(
    "sw",
    "Kenya: saa moja inaleta kiasi gani",
    "Kenya: saa zinazolipwa na zisizolipwa",
    "Kupanga majibu ya AI kwa ubora: saa moja inaleta kiasi gani katika nchi mbalimbali",
    "Remotasks: malipo kipindi kwa kipindi",
    "Kiwango cha kati cha ripoti, KES kwa saa kabla ya kodi, 2026-Q3",
    ("Kenya", "Teleperformance (Majorel)", "Ufilipino"),
    "Kima cha chini cha kisheria (Nairobi, kufikia 26 Juni 2026)",
    "Mshahara wa kujikimu (Naivasha)",
    "Muda unaolipwa",
    "Muda usiolipwa",
    "Malipo yameshuka kuliko vipindi vya kabla. Takwimu hazisemi kwa nini.",
    "Mistari: kadirio tu, kutoka ripoti chini ya 100",
)
AR = Words(
    "ar",
    "كينيا: ما تدره ساعة العمل",
    "كينيا: ساعات مدفوعة وغير مدفوعة",
    "ترتيب إجابات الذكاء الاصطناعي: أجر الساعة في بلدان مختلفة",
    "\u2068Remotasks\u2069: الأجر من فترة إلى فترة",
    "وسيط التقارير، بالشلن الكيني للساعة قبل الضريبة، \u20682026-Q3\u2069",
    ("كينيا", "\u2068Teleperformance (Majorel)\u2069", "الفلبين"),
    "الحد الأدنى القانوني (نيروبي، حتى 26 يونيو 2026)",
    "أجر يكفي للعيش (نيفاشا)",
    "وقت مدفوع",
    "وقت غير مدفوع",
    "انخفض الأجر عن الفترات السابقة. الأرقام لا تقول لماذا.",
    "المظلل: تقريبي، من أقل من 100 تقرير",
)
AM = Words(
    "am",
    "ኬንያ፦ አንድ ሰዓት ስንት ያስገኛል",
    "ኬንያ፦ የሚከፈልባቸውና የማይከፈልባቸው ሰዓታት",
    "የAI መልሶችን ደረጃ መስጠት፦ በተለያዩ አገሮች የሰዓት ክፍያ",
    "Remotasks፦ ክፍያ ከጊዜ ወደ ጊዜ",
    "የሪፖርቶች መካከለኛ፣ ከግብር በፊት በሰዓት KES፣ 2026-Q3",
    ("ኬንያ", "Teleperformance (Majorel)", "ፊሊፒንስ"),
    "ሕጋዊ ዝቅተኛ ደመወዝ (ናይሮቢ፣ እስከ 26 ጁን 2026)",
    "ለመኖር የሚበቃ ደመወዝ (ናይቫሻ)",
    "የሚከፈልበት ጊዜ",
    "የማይከፈልበት ጊዜ",
    "ክፍያው ካለፉት ጊዜያት ቀንሷል። ቁጥሮቹ ለምን እንደሆነ አይናገሩም።",
    "በመስመር የተሞላ፦ ግምታዊ፣ ከ100 ያነሱ ሪፖርቶች",
)
HI = Words(
    "hi",
    "केन्या: एक घंटे में कितना मिलता है",
    "केन्या: भुगतान वाले और बिना भुगतान के घंटे",
    "AI के उत्तरों की रैंकिंग: अलग-अलग देशों में प्रति घंटा वेतन",
    "Remotasks: अवधि दर अवधि वेतन",
    "रिपोर्टों का मध्य, कर से पहले प्रति घंटा KES, 2026-Q3",
    ("केन्या", "Teleperformance (Majorel)", "फ़िलीपींस"),
    "क़ानूनी न्यूनतम (नैरोबी, 26 जून 2026 तक)",
    "जीवन-निर्वाह वेतन (नाइवाशा)",
    "भुगतान वाला समय",
    "बिना भुगतान का समय",
    "पिछली अवधियों से वेतन घटा है। आँकड़े कारण नहीं बताते।",
    "धारीदार: मोटा अनुमान, 100 से कम रिपोर्टों से",
)


def charts(words: Words) -> tuple[Chart, ...]:
    """Gives the four kinds of picture, and what is hard to fit: a name that breaks, figures too wide for columns."""
    return (pay(words), hours(words), countries(words), trend(words), wide(words))


def pay(words: Words) -> Chart:
    """Gives pay beside the minimum and a living wage, with quartiles and a rough bar."""
    kenya, office, _ = words.names
    bars = (
        Bar(kenya, money(157, words), (Part(157, "own"),), low=120, high=201),
        Bar(office, money(181, words), (Part(181, "other"),)),
        Bar("CCI Global", money(106, words), (Part(106, "other"),), rough=True),
    )
    marks = (Mark(92.24, "minimum", words.minimum), Mark(170.76, "living", words.living))
    return Chart(words.pay, words.about, bars, marks=marks, note=words.rough)


def hours(words: Words) -> Chart:
    """Gives paid beside unpaid hours."""
    parts = [(name, share) for name, share in zip(words.names, (5, 25, 40), strict=True)]
    bars = tuple(
        Bar(
            name,
            format_percent(share / 100, locale=words.tag),
            (Part(100 - share, "own"), Part(share, "unpaid")),
            rough=share > 30,
        )
        for name, share in parts
    )
    legend: tuple[tuple[Tone, str], ...] = (("own", words.paid), ("unpaid", words.unpaid))
    return Chart(words.hours, words.about, bars, legend=legend, note=words.rough)


def countries(words: Words) -> Chart:
    """Gives the same work in different countries."""
    bars = tuple(
        Bar(name, money(usd, words, "USD"), (Part(usd, "other"),))
        for name, usd in zip(words.names, (1.21, 4.85, 0.74), strict=True)
    )
    return Chart(words.countries, words.about, bars)


def trend(words: Words) -> Chart:
    """Gives the pay of six periods, the last one fallen."""
    heights = (44.0, 45.2, 45.2, 46.0, 45.2, 32.1)
    columns = tuple(
        Column(f"{2025 + n // 4}-Q{n % 4 + 1}", f"{height:.0f}", height) for n, height in enumerate(heights)
    )
    fallen = replace(columns[-1], tone="cut", remark=format_percent(-0.29, locale=words.tag))
    return Chart(words.trend, words.about, columns=(*columns[:-1], fallen), legend=(("cut", words.fell),))


def wide(words: Words) -> Chart:
    """Gives the same trend in a currency of large figures, of an employer with a name that fits no line."""
    found = trend(words)
    columns = tuple(
        replace(column, said=f"{column.height * 123_456:,.0f}", rough=number == 1)
        for number, column in enumerate(found.columns)
    )
    return replace(found, title=f"{words.names[0] * 12} {words.names[1]}", columns=columns, note=words.rough)


def money(amount: float, words: Words, currency: str = "KES") -> str:
    """Writes an amount."""
    return isolated(format_currency(amount, currency, locale=words.tag), words)


def isolated(said: str, words: Words) -> str:
    """Keeps a value's own direction among words from right to left, as the bot's texts do."""
    return f"\u2068{said}\u2069" if words.tag == "ar" else said


def main(folder: Path) -> None:
    """Draws a contact sheet for each language."""
    os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp()
    from bot.charts import drawing  # it looks for that folder as it is loaded

    drawing.prepare()
    for words in (EN, SW, AR, AM, HI):
        drawn: list[Image.Image] = [
            Image.open(io.BytesIO(drawing.draw(replace(chart, rtl=words.tag == "ar", dark=dark))))
            for dark in (False, True)
            for chart in charts(words)
        ]
        contact_sheet(drawn).save(folder / f"{words.tag}.png")


def contact_sheet(drawn: list[Image.Image]) -> Image.Image:
    """Lays out pictures in two rows, each half as wide."""
    small = [one.resize((one.width // 2, one.height // 2)) for one in drawn]
    wide, tall = small[0].width, max(one.height for one in small)
    row = len(drawn) // 2
    sheet = Image.new("RGB", (wide * row, tall * 2), "#888888")
    for number, one in enumerate(small):
        sheet.paste(one, (number % row * wide, number // row * tall))
    return sheet


if __name__ == "__main__":
    main(Path(sys.argv[1]))
