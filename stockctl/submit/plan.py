"""The plan: for each file what would happen, and under which name. Pure: what it shows is what runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.agencies import names
from stockctl.catalogue.sent.ledger import State, Upload
from stockctl.media.pairs import vectors_of
from stockctl.report.moment import local
from stockctl.submit import quota, sheet
from stockctl.words.texts.forms import changes, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from stockctl.agencies import Agency
    from stockctl.catalogue.sent.ledger import Sending
    from stockctl.check.asset import Asset
    from stockctl.submit.preflight import Candidate
    from stockctl.words.texts.forms import Texts

PLANNED, PREPARED, SENT = "planned", "prepared", "sent"
HELD, SKIPPED, FAILED = "held", "skipped", "failed"


@dataclass(frozen=True)
class Wish:
    """What the person asked for beside the files."""

    again: bool = False
    retry_failed: bool = False
    mark_sent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one file: `state` is the contract's word, `why` the reasons.

    `parts` are the rows that the ledger gets: the picture, then its companions.
    `zipped` lists what goes into one ZIP, where the agency wants one; `waits`
    says that nothing but a quota holds it; `suggested` names the categories of
    the row that a model suggests and nobody chose; `changes` are the texts that
    go otherwise than they stand in the file.
    """

    candidate: Candidate
    state: str
    why: tuple[str, ...] = ()
    parts: tuple[Upload, ...] = ()
    zipped: tuple[Path, ...] = ()
    empty: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    resumed_at: int = 0
    remote: str = ""
    waits: bool = False
    changes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file as it was given."""
        return self.candidate.asset.path


@dataclass(frozen=True)
class Plan:
    """All steps, in the order of the files, and the quotas as they stand before the first one."""

    agency: Agency
    delivery: str
    steps: tuple[Step, ...]
    quotas: tuple[quota.Quota, ...]


@dataclass(frozen=True)
class Standing:
    """What the ledger says of an agency, as far as a plan needs it.

    `rows` are those of the candidates' pictures; `sendings` what left within
    the quota's window, the oldest first; `filled` how many files lie in each
    of the day's batches. `named` returns the picture that stands under an
    upload name, in lower case, None where none does; `lies` tells whether what
    was prepared is still in its outbox, and `outbox` where this run would lay it.
    """

    rows: Sequence[Upload] = ()
    sendings: Sequence[Sending] = ()
    filled: Mapping[str, int] = field(default_factory=dict)
    named: Callable[[str], str | None] = lambda _: None
    lies: Callable[[Upload], bool] = lambda _: True
    outbox: str = ""


@dataclass(frozen=True)
class _Taken:
    """Which picture has an upload name: in this plan, else in the ledger."""

    named: Callable[[str], str | None]
    planned: dict[str, str] = field(default_factory=dict)

    def take(self, parts: Sequence[Upload]) -> None:
        self.planned.update((part.remote.lower(), part.media_id) for part in parts)

    def by(self, name: str) -> str | None:
        return self.planned.get(name) or self.named(name)


@dataclass(frozen=True)
class _Others:
    """The upload names, in lower case, that other pictures than this one have."""

    taken: _Taken
    media_id: str

    def __contains__(self, name: object) -> bool:
        return self.taken.by(str(name)) not in {None, self.media_id}


def make_plan(
    agency: Agency,
    delivery: str,
    candidates: Iterable[Candidate],
    standing: Standing,
    wish: Wish,
    now: datetime,
) -> Plan:
    """Return what would happen to each file; the day of `now` names batches."""
    known = {row.media_id: row for row in standing.rows if row.part == 0}
    taken = _Taken(standing.named)
    previews = _previews(agency, candidates)
    seen: set[str] = set()
    steps: list[Step] = []
    for candidate in candidates:
        row = known.get(candidate.asset.media_id)
        step = _laid(delivery, candidate, row, standing, wish) or _step(
            agency, delivery, candidate, row, taken, previews, wish
        )
        if step.state == PLANNED and candidate.asset.media_id in seen:
            step = Step(candidate, SKIPPED, ("the same picture stands in this batch already",))
        if step.state == PLANNED:
            seen.add(candidate.asset.media_id)
            taken.take(step.parts)
        steps.append(replace(step, candidate=step.candidate.brief()))
    if delivery == "folder":
        steps = [
            replace(step, parts=tuple(replace(part, prepared_in=standing.outbox) for part in step.parts))
            for step in steps
        ]
    steps = _with_their_vectors(agency, steps)
    limits = quota.quotas(agency, standing.sendings)
    if not wish.mark_sent:
        steps = _within_quota(steps, limits, now)
    if agency.limit("transport.batch_files") is not None:
        steps = [_typed(agency, delivery, step) for step in steps]
        steps = _in_batches(agency, steps, standing.filled, f"{now:%Y-%m-%d}")
    return Plan(agency, delivery, tuple(steps), limits)


def _laid(delivery: str, candidate: Candidate, row: Upload | None, standing: Standing, wish: Wish) -> Step | None:
    """Pass a picture over that lies in the outbox, where this run would lay it again; None where it does not."""
    if row is None or row.state is not State.PREPARED or delivery != "folder" or wish.again or wish.mark_sent:
        return None
    before = f"prepared before, on {row.changed_at[:10]}"
    if standing.lies(row):
        why = f"{before}, in {row.prepared_in}; once you have uploaded it, run with --mark-sent"
    else:
        why = f"{before}, but no longer in {row.prepared_in}: --again prepares it anew; if it is uploaded, --mark-sent"
    return Step(candidate, SKIPPED, (why,), remote=row.remote)


def _step(
    agency: Agency,
    delivery: str,
    candidate: Candidate,
    row: Upload | None,
    taken: _Taken,
    previews: Mapping[Path, Path],
    wish: Wish,
) -> Step:
    asset = candidate.asset
    if asset.path in previews:
        return Step(candidate, SKIPPED, (f"goes with {previews[asset.path].name}, as its preview",))
    if row is not None and row.state.arrived and row.state is not State.SENT and not wish.again:
        why = f"sent before, on {row.changed_at[:10]}, as {row.remote}"
        return Step(candidate, SKIPPED, (why,), remote=row.remote)
    if wish.retry_failed and (row is None or row.state.left or row.waits):
        return Step(candidate, SKIPPED, ("did not fail",))
    if candidate.not_taken and not wish.mark_sent:
        return Step(candidate, SKIPPED, (candidate.not_taken,))
    if candidate.held and not wish.mark_sent:
        return Step(candidate, HELD, candidate.held)
    return _planned(agency, delivery, candidate, row, taken, wish)


def _planned(
    agency: Agency, delivery: str, candidate: Candidate, row: Upload | None, taken: _Taken, wish: Wish
) -> Step:
    asset = candidate.asset
    way = agency.text("vector.companion", "none") if asset.kind == "vector" else "none"
    preview = candidate.preview if way != "none" else None
    if way != "none" and preview is None and not wish.mark_sent:
        return Step(candidate, HELD, (f"missing-companion: {agency.title} wants a JPEG beside it, of the same name",))
    texts = render(asset.record, agency, asset.choices, asset.capture)
    wrong = [str(problem) for problem in texts.problems if problem.official]
    if wrong and not wish.mark_sent:
        return Step(candidate, HELD, tuple(wrong))
    zipped = (asset.path, preview.path) if way == "zip" and preview is not None else ()
    others = _Others(taken, asset.media_id)
    name = names.upload_name(agency, asset.path, "zip" if zipped else asset.format, asset.media_id, others)
    if row is not None and Path(row.remote).suffix == Path(name).suffix:
        # What was tried under a name is looked for under it.
        name = row.remote
    main = Upload(
        agency=agency.name,
        media_id=asset.media_id,
        part=0,
        kind=asset.kind,
        path=str(asset.path),
        fingerprint=candidate.fingerprint,
        folder=_folder(agency, asset.kind, delivery),
        remote=name,
        delivery=delivery,
    )
    parts, listed = [main], name
    if preview is not None and not zipped:
        beside = replace(
            main,
            part=1,
            path=str(preview.path),
            fingerprint=preview.fingerprint,
            remote=names.with_suffix_of(name, "jpeg"),
        )
        if way == "additional":
            # The agency's picture is the JPEG; the vector is filed with it.
            main = replace(main, folder=agency.transport.place_of("additional"))
            beside = replace(beside, folder=_folder(agency, "photo", delivery))
            listed = beside.remote
        parts = [main, beside]
    cells = sheet.cells(agency, asset, listed, texts)
    form = sheet.sheet_of(agency, asset)
    empty: tuple[str, ...] = ()
    if cells is not None and form is not None:
        empty = sheet.left_empty(agency, asset, cells)
        parts[0] = replace(main, cells=sheet.keep(asset, form, cells))
    suggested: tuple[str, ...] = ()
    if cells is not None:
        suggested = tuple(agency.category_name(id_, asset.kind) for id_ in sheet.suggested(agency, asset))
    return Step(candidate, PLANNED, (), tuple(parts), zipped, empty, suggested, changes=_changes(agency, asset, texts))


def _changes(agency: Agency, asset: Asset, texts: Texts) -> tuple[str, ...]:
    """Say each text that goes to the agency otherwise than it stands in the file."""
    mark = agency.text("ai.keyword") if asset.record.generated else ""
    marked = (f"keyword “{mark}” in front, which the agency wants of generated pictures",) if mark else ()
    return (*changes(asset.record, texts), *marked)


def _folder(agency: Agency, kind: str, delivery: str) -> str:
    """Return the folder of a kind as seen from the account's own; in the outbox a person wants all in one place."""
    return "/" if delivery == "folder" else agency.transport.place_of(kind)


def _in_batches(agency: Agency, steps: Sequence[Step], filled: Mapping[str, int], day: str) -> list[Step]:
    """Lay the files out in folders of one type each, with no more files than the agency takes in a batch."""
    most = int(agency.number("transport.batch_files") or 1)
    full = Counter(filled)
    laid_out = []
    for step in steps:
        if step.state != PLANNED:
            laid_out.append(step)
            continue
        number = 1
        name = f"{day}-{_type(agency, step.candidate)}"
        while full[f"/{name}-{number}"] >= most:
            number += 1
        folder = f"/{name}-{number}"
        full[folder] += 1
        laid_out.append(replace(step, parts=tuple(replace(part, folder=folder) for part in step.parts)))
    return laid_out


def _typed(agency: Agency, delivery: str, step: Step) -> Step:
    """Hold a file of whose type the agency's API has no batch."""
    if step.state != PLANNED or delivery == "folder":
        return step
    kind = _type(agency, step.candidate)
    if kind in dict(agency.items("api.batch_types")) and not _editorial_video(step.candidate):
        return step
    what = "editorial-video" if _editorial_video(step.candidate) else kind
    return replace(step, state=HELD, why=(f"{agency.title}'s API takes no batches of the type {what}: use its page",))


def _editorial_video(candidate: Candidate) -> bool:
    asset = candidate.asset
    return asset.kind == "video" and bool(asset.chosen("editorial") or asset.record.editorial)


def _type(agency: Agency, candidate: Candidate) -> str:
    """Return the type of batch that a picture goes into, in the agency's words with dashes."""
    asset = candidate.asset
    editorial = asset.kind != "video" and (asset.chosen("editorial") or asset.record.editorial)
    type_ = agency.text(f"transport.batches.{'editorial' if editorial else asset.kind}", asset.kind)
    return type_.lower().replace(" ", "-")


def _previews(agency: Agency, candidates: Iterable[Candidate]) -> dict[Path, Path]:
    """Return the JPEGs that go with a vector of this batch, and with which one."""
    if agency.text("vector.companion", "none") == "none":
        return {}
    return {
        candidate.preview.path: candidate.asset.path
        for candidate in candidates
        if candidate.asset.kind == "vector" and candidate.preview is not None
    }


def _with_their_vectors(agency: Agency, steps: Sequence[Step]) -> list[Step]:
    """Pass over the JPEG that shows a vector of this batch: they are one asset, and hold it where the vector is held.

    Where the agency takes the JPEG beside the vector, as a picture of its own, it goes.
    """
    if "vector" not in agency.accepts or agency.flag("vector.preview_too"):
        return list(steps)
    vectors = vectors_of([step.path for step in steps])
    of_path = {step.path: step for step in steps}
    found = []
    for step in steps:
        vector = of_path.get(vectors[step.path]) if step.path in vectors and step.state == PLANNED else None
        if vector is None or (vector.state == SKIPPED and vector.candidate.not_taken):
            found.append(step)
        elif vector.state == HELD:
            why = f"it shows {vector.path.name}, which is held: mend that first, or name the JPEG alone"
            found.append(Step(step.candidate, HELD, (why,)))
        else:
            why = f"it shows {vector.path.name}, and they are one asset; to send it as well, name it alone"
            found.append(Step(step.candidate, SKIPPED, (why,)))
    return found


def _within_quota(steps: Sequence[Step], limits: Sequence[quota.Quota], now: datetime) -> list[Step]:
    """Hold back what exceeds a quota, the last files first."""
    planned = [step for step in steps if step.state == PLANNED]
    verdicts = iter(quota.within(limits, [step.candidate.asset.kind for step in planned], now))
    return [_held_by(step, next(verdicts)) if step.state == PLANNED else step for step in steps]


def _held_by(step: Step, wait: quota.Wait | None) -> Step:
    if wait is None:
        return step
    used = f"quota: {wait.quota.limit} in {wait.quota.window.days} days are used up"
    if not wait.quota.official:
        return replace(step, why=(f"{used}, by what is said of it; the agency itself does not say so",))
    until = f"; it waits until {local(wait.until)}" if wait.until else ""
    why = f"{used}{until}"
    return replace(step, state=HELD, why=(why,), waits=True)
