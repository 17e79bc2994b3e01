"""BLT files as they come, and `kauli count` over them."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.counting.blt import BltError, Election, read
from bot.ballots.recount import METHODS, recount
from tests.conftest import ROOT
from tests.elections import FOLDER

RIGHT = """\ufeff4 2  # four stand for two seats

-3            # Cleo has withdrawn
3 1 2 0
1 2 - 3 4 0   # a rank left out
2 3 0
5 3 - 4 0
2 0
3 1 2 0
0
"Ana # the first"  # her own mark
Ben  the  Second
"Cleo" "Dan"
"A committee"
"""


def test_a_file_with_everything_that_files_have() -> None:
    assert read(RIGHT) == Election(
        "A committee",
        ("Ana # the first", "Ben the Second", "Dan"),
        2,
        {(0, 1): 6, (1, 2): 1, (): 4, (2,): 5},
        ("Cleo",),
    )


@pytest.mark.parametrize("words", [RIGHT.replace("\n", "\r\n"), RIGHT.replace('"A committee"\n', "")])
def test_line_ends_of_any_system_and_no_title(words: str) -> None:
    assert read(words).votes == read(RIGHT).votes


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        (RIGHT, "", "the file is empty"),
        ("4 2  #", "4 #", "line 1: write the number of candidates and the number of seats"),
        ("4 2  #", "4 0 #", "line 1: write the number"),
        ("4 2  #", "4 2.5 #", "line 1: '2.5' is no whole number"),
        ("4 2  #", "6 2 #", "line 14: 5 names for 6 candidates"),
        ("-3  ", "-5  ", "line 3: there is no candidate -5: they are 1 to 4"),
        ("-3  ", "-1 -2 -3 -4", "every candidate has withdrawn"),
        ("3 1 2 0", "3 1 2", "line 4: the ballot does not end: put a 0"),
        ("3 1 2 0", "3", "line 4: the ballot does not end"),
        ("3 1 2 0", "3 1=2 0", "line 4: 1=2 ranks candidates equally"),
        ("3 1 2 0", "3 1 5 0", "line 4: there is no candidate 5: they are 1 to 4"),
        ("3 1 2 0", "3 1 0 2 0", "line 4: there is no candidate 0"),
        ("3 1 2 0", "3 1 2 1 0", "line 4: somebody stands twice"),
        ("3 1 2 0", "0.5 1 2 0", "line 4: '0.5' is no whole number"),
        ("3 1 2 0", "3 1 ٢ 0", "line 4: '٢' is no whole number"),
        ("3 1 2 0", "1000000000000 1 2 0", "line 4: '1000000000000' is no whole number of up to nine digits"),
        ("2 - 3 4 0 ", "2 - 3 -4 0 ", "line 5: there is no candidate -4"),
        ("3 1 2 0\n0\n", "3 1 2 0\n", "line 13: the ballots do not end"),
        ('"Dan"', '"Ben the Second"', "two candidates have the name 'Ben the Second'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_the_mend(old: str, new: str, saying: str) -> None:
    assert old in RIGHT
    with pytest.raises(BltError) as refused:
        read(RIGHT.replace(old, new, 1) if old.count("\n") != 2 else RIGHT.replace(old, new))
    assert saying in str(refused.value) and "\n" not in str(refused.value)


@given(st.text(st.sampled_from('0123 -=#"\n.aé'), max_size=60))
def test_no_file_breaks_the_reader(words: str) -> None:
    try:
        election = read(words)
    except BltError as refused:
        assert str(refused)
    else:
        assert all(len(set(vote)) == len(vote) for vote in election.votes) and election.seats > 0


async def run(*arguments: str) -> tuple[int, str, str]:
    """Runs `kauli count` without any settings; gives its exit code, what it wrote and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "count", *arguments),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    written, said = await process.communicate()
    return process.returncode or 0, written.decode(), said.decode()


async def test_the_program_counts_a_file_without_database_or_keys(tmp_path: Path) -> None:
    nairn = FOLDER / "highland_2017_ward18.blt"
    code, written, said = await run(str(nairn))
    assert (code, said) == (0, "") and written == recount(nairn, "stv", None, None, "en")
    assert "\nStage 9\nMichael GREEN (Ind) has the fewest votes, 824.51840, and is excluded." in written
    assert "Peter SAGGERS (C) is elected with 1,045.70635 votes, under the quota" in written
    assert "Peter SAGGERS (C) 945.09420 947.98977 1,045.70635 Not transferable" in " ".join(written.split())
    assert written.endswith("Elected, in this order: Tom HEGGIE (Ind), Liz MACDONALD (SNP), Laurie FRASER (Ind), and "
                            "Peter SAGGERS (C).\n")  # fmt: skip
    bad = tmp_path / "bad.blt"
    bad.write_text("3 1\n4 1 2=3 0\n0\na\nb\nc\n")
    assert await run(str(bad)) == (
        2,
        "",
        "kauli: line 2: 2=3 ranks candidates equally, which no method here counts: put one first\n",
    )


def test_other_methods_languages_seats_and_lots(tmp_path: Path) -> None:
    tied = tmp_path / "tied.blt"
    tied.write_text("3 1\n4 1 0\n4 2 0\n1 3 0\n0\nAna\nBen\nCleo\nA tie\n")
    runoff = recount(tied, "irv", None, None, "en")
    assert "These had equal votes at every stage: Ben and Ana. The lot decides that Ben is excluded." in runoff
    assert "Elected, in this order: Ana." in runoff and "The lot, earlier is better: Ana, Ben, and Cleo." in runoff
    assert "Yaliyopata nafasi, kwa mpangilio huu: Ben." in recount(tied, "meek", None, "3,2,1", "sw")
    assert "Elected, in this order: Ana and Ben." in recount(tied, "stv", 2, None, "en")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_for_rankings_has_words_in_every_language(method: str) -> None:
    for locale, elected in (("en", "Elected, in this order: "), ("sw", "Yaliyopata nafasi, kwa mpangilio huu: ")):
        assert elected in recount(FOLDER / "gpus_2005_steering_committee.blt", method, 1, None, locale)


@pytest.mark.parametrize(
    ("method", "seats", "lot", "locale", "saying"),
    [
        ("irv", 2, None, "en", "an instant runoff fills one seat, not 2"),
        ("stv", 0, None, "en", "at least one seat"),
        ("stv", None, "1,1,2", "en", "--lot is no order of 1 to 3"),
        ("stv", None, "x", "en", "--lot is no order of 1 to 3"),
        ("stv", None, None, "xx", "the language xx is not offered"),
    ],
)
def test_what_cannot_be_counted_is_said(
    tmp_path: Path, method: str, seats: int | None, lot: str | None, locale: str, saying: str
) -> None:
    file = tmp_path / "file.blt"
    file.write_text("3 1\n4 1 0\n0\nAna\nBen\nCleo\n")
    with pytest.raises(BltError, match=saying):
        recount(file, method, seats, lot, locale)


@pytest.mark.parametrize("content", [None, b"\xff\xfe4 2"])
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file.blt"
    if content:
        file.write_bytes(content)
    with pytest.raises(BltError, match=r"cannot be read|no text in UTF-8"):
        recount(file, "stv", None, None, "en")
