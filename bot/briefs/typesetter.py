"""Typesets a sheet as PDF in a process of its own: data on standard input, the PDF on standard output.

Run by path and isolated (`python -I typesetter.py`): it imports nothing of the bot, so it starts fast, and its 38 MB
leave with it. Fonts come with the package and no others are used; the PDF carries no time, so that the same sheet
gives the same bytes. It claims no archive standard (PDF/A): that would refuse a name in a script our fonts lack.
"""

import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"


def main() -> None:
    """Reads, typesets, writes."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    pdf = typst.compile(
        (HERE / "page.typ").read_bytes(),
        font_paths=fonts,
        sys_inputs={"sheet": sys.stdin.read()},
        format="pdf",
        timestamp=0,
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
