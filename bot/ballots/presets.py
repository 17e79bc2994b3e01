"""Rules that unions often want, to begin a ballot with; everything in them can be changed before it opens.

Where the defaults come from:

- committee: the single transferable vote lets every large enough part of a workforce elect somebody; ties are drawn,
  since a committee must be complete. Not for officers' elections by statute (in Kenya: Labour Relations Act, s. 34).
- ratification: more than half of the votes, as is usual (so the operating rules of New Zealand's Public Service
  Association: half of the votes cast and one more), with half of the electorate as quorum, so that few do not bind all.
- strike: two thirds, as the constitution of the United Automobile Workers asks of a strike vote (article 50), of which
  at least half of the electorate take part, as the British Trade Union and Labour Relations (Consolidation) Act 1992,
  s. 226, asked of ballots on industrial action since 2016. Indicative everywhere: in Kenya a strike needs conciliation
  and seven days' notice (Labour Relations Act, s. 76), in Britain a postal ballot with a scrutineer.
- petition: 30 % of the electorate, the showing of interest that the National Labor Relations Board of the United States
  asks of an election petition.
- consent: before a ballot, whether something is put to the vote as it stands. Consent means that hardly anybody
  objects; four fifths, the most that does not tell of everybody where few vote (`deciding.telling`).
"""

from collections.abc import Mapping

from bot.ballots.rules import Rules, Share
from bot.texts import Text, text

HALF, MAJORITY, TWO_THIRDS, FOUR_FIFTHS = Share(1, 2), Share(1, 2, strict=True), Share(2, 3), Share(4, 5)
SHOWING_OF_INTEREST = Share(3, 10)

PRESETS: Mapping[str, Rules] = {
    "straw": Rules("choice", "straw", indicative=True),
    "committee": Rules("stv", "committee", seats=3, tie="drawn", shuffled=True, binding=True),
    "priorities": Rules("demands", "priorities", seats=5, shuffled=True),
    "ratification": Rules("yesno", "ratification", quorum=HALF, threshold=MAJORITY, binding=True),
    "strike": Rules("yesno", "strike", quorum=HALF, threshold=TWO_THIRDS, indicative=True),
    "petition": Rules("yesno", "petition", threshold=SHOWING_OF_INTEREST, base="electorate", binding=True),
    "consent": Rules("yesno", "consent", threshold=FOUR_FIFTHS, indicative=True),
}


def name(preset: str) -> Text:
    """Names a preset."""
    return text(f"preset.{preset}")


def about(preset: str) -> Text:
    """Explains a preset in one sentence."""
    return text(f"preset.{preset}.about")
