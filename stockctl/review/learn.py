"""What refusals teach: for each measurement the limit beyond which an agency refuses much more often."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.decisions import Lesson, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.catalogue.decisions import Decision

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


def learn(
    agency: str,
    title: str,
    decisions: Sequence[Decision],
    numbers: Mapping[str, Mapping[str, float]],
    measures: Mapping[str, Measure],
) -> list[Lesson]:
    """Return the lessons of one agency's decisions, stricter than the usual limits only.

    `numbers` is what was measured, by media_id; `measures` the rules that can
    learn. For each rule the files refused for its reason are set against those
    accepted; the limit is the value that parts them best (largest difference of
    the two shares, Youden's J), where that is no chance.
    """
    found: list[Lesson] = []
    for rule, measure in measures.items():
        sign = 1.0 if measure.above else -1.0
        refused: list[float] = []
        accepted: list[float] = []
        for one in decisions:
            value = numbers.get(one.media_id, {}).get(measure.measurement)
            if value is None:
                continue
            if one.decision is Verdict.ACCEPTED:
                accepted.append(sign * value)
            elif rule in speaks_of(one.reason):
                refused.append(sign * value)
        limit = _best_limit(refused, accepted)
        if limit is None or limit >= sign * measure.limit:
            continue
        beyond = sum(value > limit for value in refused)
        of = beyond + sum(value > limit for value in accepted)
        learned = _rounded(sign * limit)
        # More noise is what the rule names; less sharpness is not less "out of focus".
        what = f"{rule} above" if measure.above else f"{measure.measurement} below"
        evidence = f"{title} refused {beyond} of your {of} files with {re.sub('[-_]', ' ', what)} {learned:g}"
        found.append(Lesson(agency, rule, measure.measurement, measure.above, measure.limit, learned, evidence))
    return found


def _best_limit(refused: Sequence[float], accepted: Sequence[float]) -> float | None:
    """Return the value that parts refused (above) from accepted (below) best, or None where chance would do it too."""
    if len(refused) < LEAST_REFUSALS or not accepted:
        return None
    values = sorted({*refused, *accepted})
    best: tuple[float, float] | None = None
    for below, above in itertools.pairwise(values):
        limit = (below + above) / 2
        hits = sum(value > limit for value in refused)
        false = sum(value > limit for value in accepted)
        gain = hits / len(refused) - false / len(accepted)
        if hits >= LEAST_REFUSALS and (best is None or gain > best[0]):
            best = (gain, limit)
    if best is None:
        return None
    limit = best[1]
    odds = _fisher(
        sum(value > limit for value in refused),
        sum(value > limit for value in accepted),
        sum(value <= limit for value in refused),
        sum(value <= limit for value in accepted),
    )
    return limit if odds < LARGEST_ODDS else None


def _fisher(refused_above: int, accepted_above: int, refused_below: int, accepted_below: int) -> float:
    """Return the one-sided p of Fisher's exact test: so many refusals above the limit, or more, by chance."""
    above = refused_above + accepted_above
    refused = refused_above + refused_below
    total = above + refused_below + accepted_below
    ways = math.comb(total, above)
    return sum(
        math.comb(refused, hits) * math.comb(total - refused, above - hits) / ways
        for hits in range(refused_above, min(above, refused) + 1)
        if above - hits <= total - refused
    )


def _rounded(value: float) -> float:
    """Round to three significant digits, as a person would say it."""
    return float(f"{value:.3g}")
