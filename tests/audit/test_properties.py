"""The section on counting and deciding: it finds the properties, and fails when one fails or none is found."""

import pytest

from tests.audit.properties import LINE, Properties, files, lines

SAID = """
tests/ballots/test_counting.py::test_a_holds PASSED                      [ 50%]
tests/ballots/test_deciding.py::test_b_holds[x-1] FAILED                 [100%]
"""


def test_every_file_that_asks_for_its_number_is_found() -> None:
    assert {"tests/ballots/test_counting.py", "tests/ballots/test_deciding.py"} <= set(files())


def test_what_pytest_says_is_read() -> None:
    assert [(line["test"], line["verdict"]) for line in LINE.finditer(SAID)] == [
        ("test_a_holds", "PASSED"),
        ("test_b_holds[x-1]", "FAILED"),
    ]


@pytest.mark.parametrize(
    ("verdicts", "said", "failed"),
    [
        ({("f", "test_a_b"): "PASSED"}, "", False),
        ({("f", "test_a_b"): "PASSED", ("f", "test_c"): "FAILED"}, "", True),
        ({("f", "test_a_b"): "PASSED"}, "a file could not be read", True),
        ({}, "", True),
    ],
)
def test_the_section_says_what_held(verdicts: dict[tuple[str, str], str], said: str, failed: bool) -> None:
    written = lines(Properties(10_000, 1, verdicts, said))
    assert "10,000 examples" in written[0] and ("**FAILED.**" in written) == failed
    assert ("| A b | passed |" in written) == bool(verdicts)
