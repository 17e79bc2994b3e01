"""Pictures in every script: shaped, nothing missing from the fonts, mirrored from right to left."""

import io
from typing import Any
from unicodedata import category

import pytest

from bot.charts.chart import Bar, Chart, Column, Mark, Part
from bot.simulator.files import PNG, sides

SAID = {  # title, label, figure: samples in the scripts of the languages to come
    "en": ("Pay per hour, beside the legal minimum", "Teleperformance", "about 120.50 US$ – rough"),
    "sw": ("Malipo kwa saa, kando ya kima cha chini", "Nchini Kenya", "kama 120.50 KES"),
    "fr": ("Salaire horaire « brut » : l’œuvre où ça coûte", "Île", "1\u00a0234,50\u00a0€"),
    "tr": ("Saatlik ücret, yasal asgari ücretin yanında", "İş ğ ş ı", "₺120,50"),
    "ar": ("الأجر لكل ساعة مقارنةً بالحد الأدنى", "\u2068Sama\u2069", "حوالي \u2068١٢٠٫٥٠\u2069، تقريبي"),
    "am": ("በኬንያ የሰዓት ክፍያ ከዝቅተኛ ደመወዝ ጋር፦ ሲነጻጸር።", "ኬንያ", "ወደ 120 ብር፣ ግምታዊ"),
    "hi": ("केन्या में प्रति घंटा वेतन, क़ानूनी न्यूनतम।", "केन्या", "लगभग १२० ₹"),
}


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Gives the drawing module, which otherwise lives in a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("fonts")))
        from bot.charts import drawing  # it looks for its folder as it is loaded
    drawing.prepare()
    return drawing


def chart(tag: str, *, dark: bool = False) -> Chart:
    title, label, said = SAID[tag]
    bar = Bar(label, said, (Part(60, "own"), Part(20, "unpaid")), low=50, high=70, rough=True)
    marks, legend = (Mark(40, "minimum", title), Mark(70, "living", label)), (("range", title), ("unpaid", label))
    return Chart(title, label, (bar, bar), marks=marks, legend=legend, note=title, rtl=tag == "ar", dark=dark)  # type: ignore[arg-type]  # tuples of literals


@pytest.mark.parametrize("tag", SAID)
def test_every_script_is_in_our_fonts(drawing: Any, tag: str) -> None:
    for dark in (False, True):
        assert drawing.draw(chart(tag, dark=dark)).startswith(PNG)  # a missing sign would warn, and so fail
    columns = tuple(Column(SAID[tag][1], SAID[tag][2], 5 + n, "cut", "−20 %") for n in range(6))
    assert sides(drawing.draw(Chart(*SAID[tag][:2], columns=columns)))[0] == 1080


def test_letters_are_joined_and_conjuncts_formed(drawing: Any) -> None:
    for first, second in (("ل", "ا"), ("क्", "ष")):  # one sign together, unless a non-joiner keeps them apart
        whole, apart = (drawing.measured(f"{first}{between}{second}", 40, False)[0] for between in ("", "\u200c"))
        assert whole < apart * 0.9


def test_what_stands_by_itself_keeps_its_direction_from_right_to_left(drawing: Any) -> None:
    sheet = drawing.Sheet(chart("ar"))
    assert [sheet.turned(said)[0] for said in ("\u20682026-Q3\u2069", "-29%", "كينيا 2026-Q3")] == [
        *"\u200e\u200e\u200f"
    ]
    assert drawing.Sheet(chart("en")).turned("2026-Q3") == "2026-Q3"


def test_long_names_stay_on_the_sheet(drawing: Any) -> None:
    sheet = drawing.Sheet(chart("en"))
    lines = sheet.lines("Hachiman " * 30, 38, True, drawing.ROOM)
    assert len(lines) > 3 and all(sheet.width(line, 38, bold=True) <= drawing.ROOM for line in lines)


def test_a_word_wider_than_the_sheet_breaks_within_itself_and_its_signs_stay_together(drawing: Any) -> None:
    sheet = drawing.Sheet(chart("hi"))
    lines = sheet.lines("क्षि" * 60, 38, True, drawing.ROOM)
    assert len(lines) > 1 and "".join(lines) == "क्षि" * 60
    assert all(category(line[0]) == "Lo" and sheet.width(line, 38, bold=True) <= drawing.ROOM + 38 for line in lines)
    assert sheet.lines("", 38, True, drawing.ROOM) == []


def test_columns_whose_words_would_not_fit_are_laid_down_as_bars(drawing: Any) -> None:
    narrow, wide = (tuple(Column("2026-Q3", said, 5, "cut", "-20%") for _ in range(6)) for said in ("45", "1,234,567"))
    assert drawing.fits(drawing.Sheet(Chart("", "")), narrow)
    bars = Chart("", "", tuple(map(drawing.laid_down, wide)))
    assert drawing.draw(Chart("", "", columns=wide)) == drawing.draw(bars)


def test_colours_that_stand_for_something_rough_are_explained_hatched_too(drawing: Any) -> None:
    assert drawing.rough_tones(chart("en")) == {"own", "unpaid"}
    sheet = drawing.Sheet(chart("en"))
    sheet.key("unpaid", "", rough=True)
    hatches = [shape.get_hatch() for shape in sheet._artists]
    sheet.block(0, 9, 9, "own", rough=True)
    assert hatches[0] is None and hatches[1] != sheet._artists[-1].get_hatch()


def test_from_right_to_left_everything_is_mirrored(drawing: Any) -> None:
    from matplotlib.image import imread  # loaded with the drawing module

    bars = (Bar("", "", (Part(1, "own"),)), Bar("", "", (Part(4, "other"),)))
    for rtl in (False, True):
        picture = imread(io.BytesIO(drawing.draw(Chart("", "", bars, rtl=rtl))))
        row = picture[drawing.EDGE + drawing.GAP + 2 * drawing.BAR // 3]
        blue = [x for x, pixel in enumerate(row) if pixel[2] - pixel[0] > 0.3]
        assert blue and (min(blue) > 700 if rtl else max(blue) < 400)
