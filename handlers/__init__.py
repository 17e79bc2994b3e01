"""The conversations, one per file, and their table of contents."""

from collections.abc import Mapping

from bot.dialogue import Command
from handlers import (
    about,
    ballots,
    brief,
    cuts,
    digests,
    join,
    me,
    moves,
    mydata,
    newballot,
    organize,
    organizers,
    pay,
    proposals,
    sends,
)

COMMANDS: Mapping[str, Command] = {
    # everybody
    "start": Command(join.start, "anyone"),
    "join": Command(join.join, "anyone", listed=False),
    "claim": Command(join.claim, "anyone", listed=False),
    "help": Command(about.help_, "anyone"),
    "privacy": Command(about.privacy, "anyone"),
    "hide": Command(about.hide, "anyone", sealed=True),
    "cancel": Command(about.cancel, "anyone", in_place=True, ends=True),
    "language": Command(join.language, "anyone"),
    # members
    "pay": Command(pay.pay, sealed=True, takes=True),
    "ballots": Command(ballots.ballots, sealed=True),
    "digest": Command(digests.digest),
    "me": Command(me.me),
    "mydata": Command(mydata.mydata, sealed=True),
    "leave": Command(me.leave),
    "export": Command(brief.export, listed=False),
    # organizers
    "organize": Command(organize.organize, "organizer"),
    "newballot": Command(newballot.newballot, "organizer"),
    "post": Command(digests.post, "organizer"),
    "invite": Command(organize.invite, "organizer"),
    "brief": Command(brief.brief, "organizer"),
    # buttons only
    "brieffile": Command(brief.brief_file, "organizer", typed=False),
    "ballot": Command(ballots.show, sealed=True, in_place=True, typed=False),
    "vote": Command(ballots.vote, sealed=True, typed=False, takes=True),
    "choose": Command(ballots.vote, sealed=True, in_place=True, typed=False, takes=True),
    "cast": Command(ballots.cast, sealed=True, in_place=True, typed=False, takes=True),
    "code": Command(ballots.inclusion_code, sealed=True, typed=False, takes=True),
    "withdraw": Command(pay.withdraw, sealed=True, in_place=True, typed=False, takes=True),
    "done": Command(about.done, "anyone", sealed=True, in_place=True, typed=False, ends=True),
    "approve": Command(organize.approve_, "organizer", typed=False),
    "turnaway": Command(organize.turn_away, "organizer", typed=False),
    "appoint": Command(organizers.appoint, "organizer", typed=False),
    "organizers": Command(organizers.organizers, "organizer", typed=False),
    "draft": Command(cuts.draft, "organizer", typed=False),
    "moves": Command(moves.moves, "organizer", typed=False),
    "decisions": Command(proposals.decisions, "organizer", typed=False),
    "proposal": Command(proposals.show, "organizer", in_place=True, typed=False),
    "confirm": Command(proposals.confirm, "organizer", in_place=True, typed=False),
    "decline": Command(proposals.decline, "organizer", in_place=True, typed=False),
    "progress": Command(sends.progress, "organizer", in_place=True, typed=False),
    "stop": Command(sends.stop, "organizer", in_place=True, typed=False),
}
