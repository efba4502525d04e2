"""What refusals teach: for each measurement the limit beyond which an agency refuses much more often."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.sent.decisions import Lesson, Verdict
from stockctl.catalogue.sent.learning import Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.catalogue.sent.learning import Tally

# Fewer refusals than this are chance.
LEAST_REFUSALS = 3
# The odds that files beyond the limit are refused no more often than others (Fisher's exact test, one-sided).
LARGEST_ODDS = 0.05

# What reviewers write → the rules that it speaks of.
REASONS: dict[str, tuple[str, ...]] = {
    r"noise|noisy|grain": ("noise", "chroma-noise"),
    r"focus|soft|blur": ("out-of-focus", "motion-blur"),
    r"motion|shak": ("motion-blur",),
    r"under-?exposed|too dark|exposure|lighting": ("underexposed",),
    r"over-?exposed|too bright|blown|clipp|exposure|lighting": ("overexposed", "clipped-highlights"),
    r"art[ei]fact|compress|pixelat": ("compression-artefacts",),
    r"sharpen|over-?process|over-?filter": ("oversharpened",),
    r"interpolat|up-?scal|up-?siz|enlarg": ("upscaled",),
    r"band|poster": ("banding",),
    r"contrast|flat|haz": ("low-contrast",),
    r"fring|chromatic|aberration": ("fringing",),
}


@dataclass(frozen=True)
class Measure:
    """A rule's measurement and usual limit; `above`: larger values are worse."""

    measurement: str
    limit: float
    above: bool = True


def speaks_of(reason: str) -> frozenset[str]:
    """Return the rules that a reviewer's reason speaks of; a rule's own name speaks of it."""
    text = reason.lower()
    found = {rule for pattern, rules in REASONS.items() if re.search(pattern, text) for rule in rules}
    found |= {rule for rules in REASONS.values() for rule in rules if rule in text}
    return frozenset(found)


def share(measures: Mapping[str, Measure], decision: str, reason: str, numbers: Mapping[str, float]) -> Share:
    """Return what a decision on a picture with these measurements says of the rules.

    What was taken speaks for the picture in all of them; a refusal only against
    it in those that its reason speaks of.
    """
    taken = decision == Verdict.ACCEPTED
    spoken = measures.keys() if taken else speaks_of(reason) & measures.keys() if decision == Verdict.REJECTED else ()
    values = {rule: numbers.get(measures[rule].measurement) for rule in spoken}
    return Share(taken, {rule: value for rule, value in values.items() if value is not None})


def version(measures: Mapping[str, Measure]) -> str:
    """Return what shares depend on beside decisions and measurements; limits are no part of it."""
    text = repr([REASONS, sorted((rule, one.measurement) for rule, one in measures.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def learn(
    agency: str, title: str, tallies: Mapping[str, Sequence[Tally]], measures: Mapping[str, Measure]
) -> list[Lesson]:
    """Return the lessons of one agency's decisions, stricter than the usual limits only.

    `tallies` say for each rule which values were taken and refused; `measures`
    are the rules that can learn. The limit is the value that parts those
    refused for the rule's reason best from those accepted (largest difference
    of the two shares, Youden's J), where that is no chance.
    """
    found: list[Lesson] = []
    for rule, measure in measures.items():
        sign = 1.0 if measure.above else -1.0
        # From bad to good, so that a limit's two sides are running sums.
        worst_first = sorted(tallies.get(rule, ()), key=lambda one: -sign * one.value)
        split = _best_split(worst_first, sign)
        if split is None or split.limit >= sign * measure.limit:
            continue
        learned = _rounded(sign * split.limit)
        # More noise is what the rule names; less sharpness is not less "out of focus".
        what = f"{rule} above" if measure.above else f"{measure.measurement} below"
        evidence = (
            f"{title} refused {split.refused} of your {split.refused + split.taken} files with"
            f" {re.sub('[-_]', ' ', what)} {learned:g}"
        )
        found.append(Lesson(agency, rule, measure.measurement, measure.above, measure.limit, learned, evidence))
    return found


@dataclass(frozen=True)
class _Split:
    """A limit between two values, larger ones being worse, and how many beyond it were refused and taken."""

    limit: float
    refused: int
    taken: int


def _best_split(worst_first: Sequence[Tally], sign: float) -> _Split | None:
    """Return the limit that parts refused (beyond) from taken best, or None where chance would do it too."""
    all_refused, all_taken = sum(one.refused for one in worst_first), sum(one.taken for one in worst_first)
    if all_refused < LEAST_REFUSALS or not all_taken:
        return None
    best: tuple[float, _Split] | None = None
    refused = taken = 0
    for worse, better in itertools.pairwise(worst_first):
        refused += worse.refused
        taken += worse.taken
        gain = refused / all_refused - taken / all_taken
        # Of equally good limits the lowest.
        if refused >= LEAST_REFUSALS and (best is None or gain >= best[0]):
            best = gain, _Split(sign * (worse.value + better.value) / 2, refused, taken)
    if best is None:
        return None
    split = best[1]
    odds = _fisher(split.refused, split.taken, all_refused - split.refused, all_taken - split.taken)
    return split if odds < LARGEST_ODDS else None


def _fisher(refused_above: int, accepted_above: int, refused_below: int, accepted_below: int) -> float:
    """Return the one-sided p of Fisher's exact test: so many refusals above the limit, or more, by chance.

    In logarithms: the ways to draw from a hundred thousand files have ten thousands of digits.
    """
    above = refused_above + accepted_above
    refused = refused_above + refused_below
    total = above + refused_below + accepted_below
    ways = _log_ways(total, above)
    return math.fsum(
        math.exp(_log_ways(refused, hits) + _log_ways(total - refused, above - hits) - ways)
        for hits in range(refused_above, min(above, refused) + 1)
        if above - hits <= total - refused
    )


def _log_ways(of: int, drawn: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(drawn + 1) - math.lgamma(of - drawn + 1)


def _rounded(value: float) -> float:
    """Round to three significant digits, as a person would say it."""
    return float(f"{value:.3g}")
