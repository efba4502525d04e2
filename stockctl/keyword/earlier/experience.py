"""What the catalogue knows from earlier runs: the dictionary, earlier work, what was kept and dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import hashes as index
from stockctl.catalogue.sent import decisions
from stockctl.catalogue.sold import earned
from stockctl.catalogue.words import vocabulary, works
from stockctl.errors import FileProblem
from stockctl.keyword.candidate import Source
from stockctl.keyword.earlier import ours
from stockctl.keyword.embed import MODEL, ModelMissingError
from stockctl.keyword.embed.vectors import Vectors
from stockctl.keyword.hygiene import Dictionary
from stockctl.media.capture import read_capture
from stockctl.metadata import Record, read
from stockctl.words.lemma import key
from stockctl.words.texts.machine import without_machine_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.words.composed import Suggested
    from stockctl.config import Settings
    from stockctl.keyword.carrying import Plan
    from stockctl.keyword.earlier.portfolio import Portfolio, Worth
    from stockctl.keyword.subject import Subject

Shift = Callable[[str, Source, float], float]

# How many decisions a source's own estimate weighs.
_ESTIMATE_WEIGHT = 4
# A suggestion that nobody looked at counts so far as a keyword of the picture, where the text that
# it was taken from is the picture's. What only one picture's own facts say (its place, its hour), or
# what echoes other pictures, speaks for no other picture until a person kept it.
_UNSEEN = 0.6
_FROM_WORDS = frozenset({Source.FILE, Source.CAPTION, Source.VISION})
# What an agency's yes adds to a work's weight, up to how much; and what is left after nothing but no.
_PER_ACCEPTANCE, _MOST_WEIGHT, _REJECTED_WEIGHT = 0.5, 2.5, 0.6


def dictionary(catalogue: Catalogue) -> Dictionary:
    """Return the person's own dictionary."""
    decisions = vocabulary.dictionary(catalogue)

    def those(decision: str) -> frozenset[str]:
        return frozenset(word for word, (_, decided) in decisions.items() if decided == decision)

    return Dictionary(those(vocabulary.ADD), those(vocabulary.BAN), those(vocabulary.ALLOW))


# So many earlier works are compared with: each more costs time and 3 KB, and a shoot is known by a few of its frames.
MOST_WORKS = 30_000


def portfolio(catalogue: Catalogue, always: Collection[str] = ()) -> Portfolio:
    """Return the person's earlier work; of more than `MOST_WORKS` works the newest and a share of all others.

    `always` are pictures (media_id) whose works belong to it in any case.
    """
    from stockctl.keyword.earlier.portfolio import Portfolio
    from stockctl.keyword.earlier.terms import joined, work_out
    from stockctl.keyword.embed.halves import Halves

    version = work_out(catalogue, MODEL)
    media_ids: list[str] = []
    names: list[str] = []
    vectors = bytearray()

    def each() -> Iterator[tuple[bytes, bytes]]:
        for work in works.termed(catalogue, MODEL, version, MOST_WORKS, always):
            media_ids.append(work.media_id)
            names.append(work.name)
            vectors.extend(work.vector)
            yield work.terms, work.title_terms

    # Terms are read after the works: another command may add some, and never takes one away.
    terms = joined(each(), lambda: works.terms(catalogue))
    return Portfolio(media_ids, names, terms, Halves.of(vectors), _Worth(catalogue))


def worked_on(catalogue: Catalogue, media_ids: Collection[str]) -> bool:
    """Whether any of these pictures is an earlier work."""
    return bool(media_ids) and bool(works.of(catalogue, media_ids))


def taken(catalogue: Catalogue, media_id: str) -> datetime | None:
    """Return when an earlier work was taken, by the camera's clock; None where that is unknown."""
    found = works.of(catalogue, [media_id])
    return datetime.fromisoformat(found[0].taken) if found and found[0].taken else None


def beside(catalogue: Catalogue, subjects: Iterable[Subject]) -> list[works.Work]:
    """Return the earlier works that lie in the folders of these subjects."""
    return works.in_folders(catalogue, MODEL, {str(subject.path.absolute().parent) for subject in subjects})


@dataclass
class _Worth:
    """What works are worth, asked of the catalogue for those that are near, and remembered for the run."""

    catalogue: Catalogue
    known: dict[str, Worth] = field(default_factory=dict)

    def __call__(self, works_: Sequence[tuple[str, str]]) -> list[Worth]:
        """Return the worth of works, each given by media_id and file name."""
        from stockctl.keyword.earlier.portfolio import Worth

        asked = {media_id: name for media_id, name in works_ if media_id not in self.known}
        if asked:
            said = decisions.latest(self.catalogue, asked)
            sold = _sold(self.catalogue, asked)
            for media_id in asked:
                weight = _weight(said.get(media_id, {}))
                self.known[media_id] = Worth(weight, sold.get(media_id, 0))
        return [self.known[media_id] for media_id, _ in works_]


def _weight(by_agency: Mapping[str, str]) -> float:
    """Return how much the words of a picture weigh: more with each agency that accepted it, less after nothing but no.

    Data licensing says nothing of words.
    """
    accepted = sum(decision == decisions.Verdict.ACCEPTED for decision in by_agency.values())
    if accepted:
        return min(_MOST_WEIGHT, 1 + _PER_ACCEPTANCE * accepted)
    return _REJECTED_WEIGHT if decisions.Verdict.REJECTED in by_agency.values() else 1.0


def _sold(catalogue: Catalogue, names: Mapping[str, str]) -> dict[str, int]:
    """Return how often works (media_id → file name) sold; statements that name only files are matched by name."""
    sold = {media_id: max(0, count) for media_id, count in earned.counts(catalogue, names).items()}
    spellings = {media_id: _spellings(name) for media_id, name in names.items()}
    by_name = earned.counts_by_name(catalogue, {one for each in spellings.values() for one in each})
    if by_name:
        # A name that several works have tells of none.
        several = works.namesakes(catalogue, set(names.values()))
        for media_id, name in names.items():
            if several.get(name, 0) == 1:
                count = sum(max(0, by_name.get(one, 0)) for one in spellings[media_id])
                sold[media_id] = sold.get(media_id, 0) + count
    return sold


def _spellings(name: str) -> set[str]:
    """Return how a file's name stands in statements: as it is, in other case, as an upload leaves it, as a JPEG."""
    path = PurePath(name)
    plain = re.sub(r"[^A-Za-z0-9]+", "_", path.stem).strip("_")
    stems = {path.stem, plain, path.stem.lower(), plain.lower()}
    suffixes = {path.suffix, path.suffix.lower(), ".jpg", ".JPG"}
    return {name, *(f"{stem}{suffix}" for stem in stems for suffix in suffixes)}


def hashes(catalogue: Catalogue, subjects: Iterable[Subject]) -> dict[str, int]:
    """Return the first 64 bits of the perceptual hashes of those subjects that `check` has seen, by media_id."""
    found = index.hashes_of(catalogue, [subject.media_id for subject in subjects])
    return {media_id: int.from_bytes(hash_[: index.COARSE_BYTES], "big") for media_id, hash_ in found.items()}


def alike(catalogue: Catalogue) -> Callable[[str], list[str]]:
    """Return what tells which pictures of the catalogue show the same as one of them, by perceptual hashes."""
    import numpy as np

    from stockctl.keyword.earlier.portfolio import SAME_PICTURE_BITS

    read = cache(lambda version: index.every(catalogue, version))

    def same(media_id: str) -> list[str]:
        own = index.entry(catalogue, media_id)
        if own is None:
            return []
        version, hash_ = own
        ids, known = read(version)
        bits = np.bitwise_count(known[:, 0] ^ np.frombuffer(hash_, np.uint64)[0])
        near = ids[bits <= SAME_PICTURE_BITS].tolist()
        found = index.pictures(catalogue, near)
        return [found[one] for one in near if one in found]

    return same


def shift(catalogue: Catalogue) -> Shift:
    """Return how what a person kept and dropped moves a word's score: as that many more observations."""
    judged = cache(lambda word: vocabulary.judged(catalogue, word))

    def moved(word: str, source: Source, score: float) -> float:
        kept, dropped = judged(key(word)).get(source.value, (0, 0))
        return (score * _ESTIMATE_WEIGHT + kept) / (_ESTIMATE_WEIGHT + kept + dropped)

    return moved


def defaults(settings: Settings) -> Record:
    """Return creators and copyright of the settings; they fill what a file leaves empty."""
    return Record(
        creators=tuple(settings.get("defaults", "creator", [])), copyright=settings.get("defaults", "copyright", "")
    )


# So many files are remembered at once.
_REMEMBERED = 1000


def record_offers(catalogue: Catalogue, plans: Iterable[Plan], *, embedded: bool = True) -> None:
    """Keep what was suggested; `embedded` says whether the first tier was written into the files."""
    vocabulary.record_offers(
        catalogue,
        (
            vocabulary.Offer(
                plan.subject.media_id,
                key(word.word),
                word.source.value,
                word.word,
                word.score,
                embedded=first,
                ground=word.ground.value,
            )
            for plan in plans
            for words, first in ((plan.ranked.keywords, embedded), (plan.ranked.offered, False))
            for word in words
            if word.suggested
        ),
    )


def remember(catalogue: Catalogue, plans: Iterable[Plan], vectors: Vectors | None = None) -> ModelMissingError | None:
    """Keep what was suggested, what a person took out, and the pictures that now have words as earlier work.

    Without the text model no earlier work is kept; that is what is returned.
    """
    missing: ModelMissingError | None = None
    for part in _parts(plans):
        ours.keep_before(catalogue, part)
        missing = _remember(catalogue, part, vectors or Vectors()) or missing
    return missing


def _parts(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    left = iter(plans)
    while part := list(islice(left, _REMEMBERED)):
        yield part


def _remember(catalogue: Catalogue, plans: Sequence[Plan], vectors: Vectors) -> ModelMissingError | None:
    with catalogue.transaction():
        out = [(plan, ours.judge(catalogue, plan) | plan.looked_over | plan.taken_out) for plan in plans]
        ours.keep(catalogue, out)
    record_offers(catalogue, plans)
    worth = [plan for plan in plans if plan.wanted.keywords and (plan.wanted.title or plan.wanted.description)]
    if not worth:
        return None
    texts = [". ".join(part for part in (plan.wanted.title, plan.wanted.description) if part) for plan in worth]
    try:
        import numpy as np

        # What the picture was compared by has its vector already; the composed texts say the same.
        compared = [plan.subject.described or text for plan, text in zip(worth, texts, strict=True)]
        made = vectors.of(compared).astype(np.float16)
    except ModelMissingError as error:
        return error
    works.remember(
        catalogue,
        [
            works.Work(
                media_id=plan.subject.media_id,
                folder=str(plan.subject.path.absolute().parent),
                name=plan.subject.path.name,
                title=plan.wanted.title,
                text=text,
                keywords=_strengths(catalogue, plan),
                taken=plan.subject.capture.taken.isoformat() if plan.subject.capture.taken else "",
                model=MODEL,
                vector=vector.tobytes(),
            )
            for plan, text, vector in zip(worth, texts, made, strict=True)
        ],
    )
    return None


def learn(catalogue: Catalogue, plans: Sequence[Plan]) -> None:
    """Take the plans' keywords for a person's last word: suggestions that stand there were kept, others dropped."""
    with catalogue.transaction():
        ours.keep_before(catalogue, plans)
        for plan in plans:
            own = [key(word) for word in plan.own]
            vocabulary.judge_offers(catalogue, plan.subject.media_id, own)
            plan.looked_over = vocabulary.offered(catalogue, plan.subject.media_id) - set(own)
            plan.taken_out = frozenset(map(key, plan.before.keywords if plan.before else ())) - set(own)
    for part in _parts(plans):
        _remember(catalogue, part, Vectors())


def _strengths(catalogue: Catalogue, plan: Plan) -> dict[str, float]:
    """Return each keyword of a plan with how far it is the person's own."""
    unseen: dict[str, float] = {}
    for offer in vocabulary.offers_of(catalogue, plan.subject.media_id):
        if offer.embedded and offer.kept is None:
            counts = _UNSEEN if offer.source in _FROM_WORDS else 0.0
            unseen[offer.word] = max(counts, unseen.get(offer.word, 0.0))
    return {word.word: unseen.get(key(word.word), 1.0) for word in plan.ranked.keywords}


def taken_back(catalogue: Catalogue, paths: Sequence[Path]) -> None:
    """Let earlier work say what files say again that an undo restored; what they no longer say is forgotten."""
    places = [(str(path.absolute().parent), path.name) for path in paths]
    known = works.placed(catalogue, MODEL, places)
    worded = ours.written_to(catalogue, paths)
    records = {
        path: _record(path) for path, place in zip(paths, places, strict=True) if place in known or path in worded
    }
    of_works = [(path, known[place]) for path, place in zip(paths, places, strict=True) if place in known]
    with catalogue.transaction():
        suggested = ours.taken_back(catalogue, records)
        _taken_back(catalogue, of_works, records, suggested)


def _record(path: Path) -> Record:
    try:
        reading = read(path)
        capture = read_capture(reading.exif)
        return without_machine_texts(reading, capture.make, capture.model)
    except FileProblem:
        return Record()


def _taken_back(
    catalogue: Catalogue,
    files: Sequence[tuple[Path, str]],
    records: Mapping[Path, Record],
    suggested: Mapping[str, Sequence[Suggested]],
) -> None:
    """Let the works of files, given with their pictures, say again what the files say; `suggested`: words of ours."""
    known = {work.media_id: work for work in works.of(catalogue, [media_id for _, media_id in files])}
    said: list[works.Work] = []
    for path, media_id in files:
        work = known.get(media_id)
        if work is not None:
            unseen = {one.shown: _UNSEEN if one.source in _FROM_WORDS else 0.0 for one in suggested.get(media_id, ())}
            words = {word: work.keywords.get(word, unseen.get(word, 1.0)) for word in records[path].keywords}
            said.append(replace(work, keywords=words))
    works.remember(catalogue, [work for work in said if work.keywords])
    works.forget(catalogue, [work.media_id for work in said if not work.keywords])
    vocabulary.withdraw_offers(catalogue, {work.media_id: {key(word) for word in work.keywords} for work in said})
