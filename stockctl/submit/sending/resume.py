"""What to do about a file that was begun before: pure, so that every case can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """The next step for a file that this ledger's own attempt began."""

    # It is whole over there.
    VERIFIED = "verified"
    # It left completely, the server had it on its disk, and the agency has taken it in since.
    TAKEN_IN = "taken in"
    # Go on from where it stopped.
    RESUME = "resume"
    # What stands there is of no use: remove it, send all of it.
    REPLACE = "replace"
    # Nothing stands there: send all of it.
    SEND = "send"


@dataclass(frozen=True)
class Begun:
    """What is known of an earlier try: bytes of the file, whether the last one had left, what stands over there.

    `there` is None where nothing stands, -1 where the server does not tell.
    """

    size: int
    there: int | None
    handed_over: bool = False


def next_step(begun: Begun, *, resumes: bool, acknowledged: bool) -> Step:
    """Return how to go on with a file whose earlier try ended without the server's word.

    `resumes`: the transport can go on in the middle of a file. `acknowledged`:
    a byte counts as sent only when the server had it, so that "the last one
    has left" proves that it arrived. With FTP it proves nothing: what was in
    our kernel's buffers when the process died may be lost, and a file that is
    gone may never have been whole. It is sent again then, because a picture
    sent twice is seen at once, and one that was lost never.
    """
    if begun.there is None:
        return Step.TAKEN_IN if begun.handed_over and acknowledged else Step.SEND
    if begun.there == begun.size:
        return Step.VERIFIED
    if 0 < begun.there < begun.size and resumes:
        return Step.RESUME
    return Step.REPLACE
