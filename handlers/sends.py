"""Mass sends: begun by one organizer, hastened by a second one, stopped by any of them, and watched in percent."""

import secrets
from dataclasses import replace
from fractions import Fraction

from bot.delivery.rules import Progress, progress_of, to_everybody
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.digests.posts import SEND_WAIT
from bot.members.rules import reachable
from bot.permissions import require
from bot.proposals.rules import Proposal
from bot.texts import Lines, Percent, Text, text
from bot.turn import Turn
from handlers.proposals import draft, propose


async def begin(turn: Turn, post_id: str) -> Screen:
    """Queues the digest for everybody in ten minutes and asks a second organizer to let it go at once."""
    sending = f"digest-{secrets.token_hex(6)}"
    members = [member.telegram_id for member in await turn.stores.members.all() if reachable(member)]
    values, due = {"post": post_id}, turn.now + SEND_WAIT
    await turn.stores.outbox.add(to_everybody(sending, members, "digest", values, "digest", due))
    proposal = draft(turn, "send", thing=sending)
    await propose(turn, proposal)
    turn.wake()
    return Screen(text("post.sending", minutes=int(SEND_WAIT.total_seconds() // 60)), buttons(proposal))


def buttons(proposal: Proposal) -> tuple[tuple[Button, ...], ...]:
    """Gives what one may do about a send on its way."""
    stop_ = Button("stop", text("post.stop.button"), Link("stop", (proposal.id,)), "danger")
    watch = Button("progress", text("menu.progress.button"), Link("progress", (proposal.id,)))
    return rows(watch, stop_)


async def stop(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Cancels what has not left of a mass send, whoever began it."""
    require(turn.member, "send digest", turn.now)
    proposal = await turn.stores.proposals.hold(args[0]) if args else None
    if proposal is None or proposal.kind != "send" or not await turn.stores.outbox.cancel(proposal.thing):
        return Screen(text("post.not_stopped"))
    await turn.stores.proposals.put(replace(proposal, settled=True))
    return Screen(text("post.stopped"))


async def progress(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Says how far a mass send is, in percent; without a name, every one that is still on its way."""
    require(turn.member, "send digest", turn.now)
    sends = [one for one in await turn.stores.proposals.all() if one.kind == "send" and (not args or one.id == args[0])]
    lines: list[Text | Lines] = []
    moving: list[Proposal] = []
    for send in sends:
        waiting = await turn.stores.outbox.waiting(send.thing)
        if waiting:
            moving.append(send)
        if waiting or args:
            lines.append(said(progress_of(waiting, await turn.stores.outbox.totals(send.thing))))
    again = Button("again", text("progress.again.button"), Link("progress", args))
    return Screen(Lines((text("progress.title"), *(lines or [text("progress.none")]))), rows(again) if moving else ())


def said(progress: Progress) -> Lines:
    """Says a send's progress: in percent, and of what could not be delivered only what concerns ten people or more."""
    if progress.share is None:
        return Lines((text("progress.few" if progress.moving else "progress.few.over"),))
    share = Percent(Fraction(progress.share, 100))
    reasons = [text(f"progress.reason.{reason}", size=size) for reason, size in progress.reasons]
    return Lines((text("progress.share", share=share), *reasons), tight=True)
