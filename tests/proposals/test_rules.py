"""Two people agree: who may confirm what, and what takes effect without a second one."""

from dataclasses import replace
from datetime import date
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.proposals.rules import NAMES, Kind, Officer, Proposal, alone, ends, may_confirm, may_decline, pending
from bot.proposals.store import DOCUMENT, PROPOSAL

TODAY = date(2026, 11, 24)
IDS = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
OFFICERS = st.lists(st.builds(Officer, st.sampled_from(IDS), st.booleans()), unique_by=lambda officer: officer.id)
PROPOSALS = st.builds(
    Proposal,
    st.just("0" * 16),
    st.sampled_from(get_args(Kind)),
    st.sampled_from(IDS),
    st.just(ends(TODAY)),
    st.sampled_from(("", *IDS)),
)


@given(PROPOSALS, OFFICERS)
def test_nobody_confirms_their_own(proposal: Proposal, officers: list[Officer]) -> None:
    seconds = may_confirm(proposal, officers)
    assert proposal.by not in seconds
    assert seconds <= {officer.id for officer in officers}
    if proposal.kind != "raise":
        assert proposal.person not in seconds
    assert may_decline(proposal, officers) <= {officer.id for officer in officers}


@given(PROPOSALS, OFFICERS)
def test_alone_only_an_administrator_and_never_beside_a_second(proposal: Proposal, officers: list[Officer]) -> None:
    if not alone(proposal, officers):
        return
    administrators = {officer.id for officer in officers if officer.administrator}
    assert proposal.kind in ("appoint", "revoke", *NAMES)
    assert proposal.by in administrators
    assert not {officer.id for officer in officers} - {proposal.by, proposal.person}
    if proposal.kind == "revoke":
        assert proposal.person not in administrators


def test_a_proposal_is_void_on_its_day_and_fits_its_padding() -> None:
    proposal = Proposal("0" * 16, "extend", IDS[0], ends(TODAY), IDS[1], "x" * 40, 14, settled=True)
    assert not pending(proposal, TODAY)
    assert pending(replace(proposal, settled=False), TODAY)
    assert not pending(replace(proposal, settled=False), proposal.ends)
    assert len(PROPOSAL.dump_json(proposal)) < DOCUMENT - 4
    named = Proposal("0" * 16, "rename", IDS[0], ends(TODAY), "", "x" * 32, words="𐍈" * 60)
    assert len(PROPOSAL.dump_json(named)) < DOCUMENT - 4
