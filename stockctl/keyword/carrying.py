"""Carry out what was planned for each file: write, keep the choices, render the agencies' forms."""

from __future__ import annotations

import contextlib
from collections import deque
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stockctl import agencies as agency_data
from stockctl.catalogue.seen import assets
from stockctl.catalogue.words.composed import Composed
from stockctl.errors import FileProblem
from stockctl.keyword.candidate import Ground
from stockctl.keyword.report import Done, Keyworded
from stockctl.keyword.texts import findings
from stockctl.metadata.changes import history
from stockctl.metadata.changes.history import Outcome
from stockctl.metadata.writing import EMBEDDED, Nothing, Options, prepare, prepare_beside
from stockctl.report.packed import Packed
from stockctl.report.terminal import progress
from stockctl.report.waiting import interrupted
from stockctl.words.texts.forms import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.ranking import Ranked
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.metadata import Record
    from stockctl.metadata.changes.history import Batch
    from stockctl.report.finding import Finding

    Finish = Callable[[], Outcome]

# Copying and reading back let go of the interpreter's lock: so many files are written at once.
_AT_ONCE = 3


@dataclass
class Plan:
    """What one file is to become, before anything is written.

    `own` are the person's keywords, `record` all else, `ranked` the order in
    which own words and suggestions will stand, `before` what the file says now;
    `stale` are the suggestions (keys) in the file for which nothing speaks any more,
    `composed` what of the record's texts is of our own making; where a person looked over all of them,
    `looked_over` are the suggestions (keys) that they did not keep; `taken_out` are words (keys) that they took out
    by name, and that stood there or were said of it.
    """

    subject: Subject
    record: Record
    own: tuple[str, ...]
    ranked: Ranked
    findings: list[Finding] = field(default_factory=list)
    choices: Mapping[str, str] = field(default_factory=dict)
    before: Record | None = None
    stale: frozenset[str] = frozenset()
    composed: Composed = field(default_factory=Composed)
    looked_over: frozenset[str] = frozenset()
    taken_out: frozenset[str] = frozenset()

    @property
    def wanted(self) -> Record:
        """The record to embed."""
        return replace(self.record, keywords=tuple(word.word for word in self.ranked.keywords))


class Plans(Packed[Plan]):
    """The plans of a run, in the order of its files."""

    def put(self, item: Plan) -> Any:  # noqa: ANN401 - see `Packed`
        """Return a plan without what only its making asked for."""
        return replace(item, subject=item.subject.told())


def forms_wanted(settings: Settings, wishes: Wishes) -> dict[str, Agency]:
    """Return the agencies whose forms are asked for.

    Raises:
        UsageError: a name is unknown.

    """
    known = agency_data.load(settings.folder)
    return {agency.name: agency for agency in (agency_data.resolve(name, known) for name in wishes.agencies)}


def carry_out(
    catalogue: Catalogue,
    plans: Sequence[Plan],
    wishes: Wishes,
    wanted: Mapping[str, Agency],
    problems: list[FileProblem],
    told: Callable[[Keyworded], None] | None = None,
) -> tuple[Done, int | None]:
    """Write the plans as one batch; return what was done and the batch's number.

    `told` is called with each file as soon as it is done.

    A file that cannot be written is added to `problems`, and the rest goes on.
    In a dry run nothing is written; what would change is worked out all the same.
    """
    twins = findings.twins_among((plan.subject.path, plan.wanted) for plan in plans)
    done = Done()
    verb = "looking" if wishes.dry_run else "writing"
    with (
        progress(verb, plans, len(plans)) as bar,
        opened(catalogue, wishes) as batch,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        under_way: deque[tuple[Plan, Finish]] = deque()

        def settle() -> None:
            plan, finish = under_way[0]
            try:
                with contextlib.suppress(CancelledError):
                    carried = _carried_out(catalogue, plan, finish(), wishes, wanted)
                    done.append(carried)
                    if told is not None:
                        told(carried)
            except FileProblem as problem:
                # The file as it was given: what is written is its real path, or a sidecar.
                problem.where = str(plan.subject.path)
                problems.append(problem)
            under_way.popleft()

        try:
            for plan in bar:
                plan.findings += twins.get(plan.subject.path, ())
                under_way.append((plan, _start(batch, plan, wishes, pool)))
                # Those of one group are written while those of the next are worked out.
                if len(under_way) > 2 * history.TOGETHER:
                    settle()
        except BaseException:
            if batch is not None:
                batch.leave_waiting()
            raise
        finally:
            # Also where the person stops it: what is being written comes to its end, and is written down.
            try:
                while under_way:
                    settle()
            except KeyboardInterrupt:  # a second one: what does not come back is left
                interrupted()
                raise
        number = batch.number if batch else None
    return done, number


def carry_out_one(
    catalogue: Catalogue, batch: Batch | None, plan: Plan, wishes: Wishes, wanted: Mapping[str, Agency]
) -> Keyworded:
    """Write one plan into an open batch, or find out what writing it would change where there is none.

    Raises:
        FileProblem: the file cannot be read or written; it is as it was.

    """
    return _carried_out(catalogue, plan, _start(batch, plan, wishes)(), wishes, wanted)


def _carried_out(
    catalogue: Catalogue, plan: Plan, outcome: Outcome, wishes: Wishes, wanted: Mapping[str, Agency]
) -> Keyworded:
    """Return what was done with one file, and keep its choices."""
    if plan.choices and not wishes.dry_run:
        assets.choose(catalogue, plan.subject.media_id, dict(plan.choices))
    chosen = {**assets.choices(catalogue, plan.subject.media_id), **plan.choices} if wanted else {}
    return Keyworded(
        path=plan.subject.path,
        media_id=plan.subject.media_id,
        changed=outcome.changed,
        title=plan.record.title,
        title_ground=plan.composed.title_ground or Ground.PERSON.value,
        description_ground=plan.composed.description_ground or Ground.PERSON.value,
        description=plan.record.description,
        keywords=plan.ranked.keywords,
        offered=plan.ranked.offered,
        rejected=plan.ranked.rejected,
        findings=(*plan.findings, *(findings.note(text) for text in outcome.notes)),
        where=outcome.where,
        before=plan.before,
        forms={name: render(plan.wanted, agency, chosen, plan.subject.capture) for name, agency in wanted.items()},
    )


@contextlib.contextmanager
def opened(catalogue: Catalogue, wishes: Wishes) -> Iterator[Batch | None]:
    """Open the batch of a run; None in a dry run."""
    if wishes.dry_run:
        yield None
        return
    with history.batch(catalogue, of="keyword", command=wishes.command) as batch:
        yield batch


def _start(batch: Batch | None, plan: Plan, wishes: Wishes, pool: Executor | None = None) -> Finish:
    """Begin to write one record, or find out what writing it would change.

    What is returned waits for the end of it, and raises what went wrong from the beginning on.
    """
    path, options = plan.subject.path, replace(Options(**_allowed(wishes)), seen=plan.subject.seen)
    try:
        if wishes.table_only:
            outcome = Outcome(False, "", path)  # noqa: FBT003 - its first field
        elif batch is None:
            change, beside = prepare(path, plan.wanted, options), None
            if change.where == EMBEDDED:
                beside = prepare_beside(path, plan.wanted, options)
            changes = beside is not None or not isinstance(change, Nothing)
            outcome = Outcome(changes, change.where, path, change.notes)
        elif pool is not None:
            return batch.start(path, plan.wanted, pool, options)
        else:
            outcome = batch.write(path, plan.wanted, **_allowed(wishes), seen=plan.subject.seen)
    except FileProblem as problem:
        return _failing(problem)
    return lambda: outcome


def _failing(problem: FileProblem) -> Finish:
    def finish() -> Outcome:
        raise problem

    return finish


def _allowed(wishes: Wishes) -> dict[str, Any]:
    """Return the options of writing by name."""
    return {
        "sidecar": wishes.sidecar,
        "strip_location": wishes.strip_location,
        "break_c2pa": "signed" in wishes.allow,
        "break_links": "links" in wishes.allow,
        "write_protected": "read-only" in wishes.allow,
        "replaced": wishes.replaced,
    }
