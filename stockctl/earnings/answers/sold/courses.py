"""How files, keywords and shoots sold month by month, and what is known of the files that sold."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stockctl.catalogue.sold import earned
from stockctl.catalogue.sold.kinds import EARNED
from stockctl.earnings.answers.sold.files import shoots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.period import Period

# Of more months than this the years are told.
MONTHS = 36
# So many words of a file are kept, in their order, and so many files of a word or shoot.
_WORDS, _FILES = 12, 6


class Face(NamedTuple):
    """What is known of a file that sold: empty where it is not.

    `media_id`, `path`, `format` and `kind` are the catalogue's, `shoot` is the
    folder, and `words` its first keywords in lower case.
    """

    title: str = ""
    media_id: str = ""
    path: str = ""
    format: str = ""
    kind: str = ""
    shoot: str = ""
    words: tuple[str, ...] = ()


class Sold(NamedTuple):
    """What one agency brought for a file, in micro-units."""

    agency: str
    currency: str
    downloads: int
    amount: int


@dataclass
class Course:
    """How something sold: micro-units by currency and step, by agency, and by the names of its files."""

    steps: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    agencies: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    files: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def values(self, currency: str, steps: Sequence[str]) -> list[int]:
        """Return what each step brought in a currency."""
        return [self.steps.get((currency, step), 0) for step in steps]

    def best(self, currency: str) -> list[str]:
        """Return the names of the files that brought most, the best first."""
        own = [(amount, name) for (code, name), amount in self.files.items() if code == currency and name]
        return [name for _, name in sorted(own, key=lambda one: (-one[0], one[1]))[:_FILES]]

    def sold(self) -> list[Sold]:
        """Return what each agency brought, the most first."""
        own = [Sold(agency, currency, *sums) for (agency, currency), sums in self.agencies.items()]
        return sorted(own, key=lambda one: (-one.amount, one.agency))


@dataclass(frozen=True)
class Courses:
    """A period's courses, by name; `steps` are its months as 2026-03, or its years where these are too many."""

    steps: tuple[str, ...]
    files: Mapping[str, Course]
    keywords: Mapping[str, Course]
    shoots: Mapping[str, Course]
    faces: Mapping[str, Face]


def courses(catalogue: Catalogue, period: Period, agency: str, names: Sequence[str]) -> Courses:
    """Return how the files of some names, and all keywords and shoots of the catalogue, sold in a period."""
    months = _told(catalogue, period)
    length = 7 if len(months) <= MONTHS else 4
    steps = tuple(dict.fromkeys(month[:length] for month in months))
    faces = _faces(catalogue, names)
    files: dict[str, Course] = defaultdict(Course)
    found: tuple[dict[str, Course], ...] = (defaultdict(Course), defaultdict(Course))
    sold = catalogue.rows(
        "SELECT id, name, media_id FROM sold WHERE media_id IS NOT NULL OR name IN (SELECT value FROM json_each(?))",
        [json.dumps(list(names))],
    )
    own = {row[0]: (row[1], row[2]) for row in sold}
    sums_of = catalogue.rows(
        "SELECT g.sold, f.agency, f.currency, g.step, sum(g.downloads), sum(g.amount) FROM (SELECT s.sold, s.facet,"  # noqa: S608 - fixed texts
        f" substr(u.day, 1, {length}) AS step, sum(s.downloads) AS downloads, sum(s.amount) AS amount"
        " FROM units u CROSS JOIN sales s ON s.unit = u.id WHERE u.day BETWEEN ? AND ? AND ? IN ('', u.agency)"
        " AND s.sold IN (SELECT value FROM json_each(?)) GROUP BY s.sold, s.facet, step) g"
        f" JOIN facets f ON f.id = g.facet WHERE {EARNED} GROUP BY 1, 2, 3, 4",
        (*period.days, agency, json.dumps(list(own))),
    )
    # Only what sold in the period is looked up: most pictures of a large catalogue did not.
    pictured = {media_id for row in sums_of if (media_id := own[row[0]][1])}
    groups = earned.keywords(catalogue, pictured), shoots(catalogue) if pictured else {}
    for number, agency_, currency, step, downloads, amount in sums_of:
        name, media_id = own[number]
        concerned = [files[name]]
        for group, into in zip(groups, found, strict=True):
            concerned += [into[word] for word in (group.get(media_id, ()) if media_id else ())]
        for course in concerned:
            course.steps[currency, step] += amount
            course.files[currency, name] += amount
            sums = course.agencies[agency_, currency]
            sums[0] += downloads
            sums[1] += amount
    return Courses(steps, files, found[0], found[1], faces)


def _told(catalogue: Catalogue, period: Period) -> list[str]:
    """Return the months of a period; of one without a beginning those from the first sale on."""
    first = catalogue.rows("SELECT min(day) FROM day_totals")[0][0] or str(period.first)
    return [month for month in period.months if month >= first[:7]] or list(period.months[-1:])


def _faces(catalogue: Catalogue, names: Sequence[str]) -> dict[str, Face]:
    wanted = json.dumps(list(names))
    pictures: dict[str, str] = {}
    titles: dict[str, str] = {}
    for name, media_id, title in catalogue.rows(
        "SELECT name, max(media_id), max(title) FROM sold WHERE name IN (SELECT value FROM json_each(?)) GROUP BY name",
        [wanted],
    ):
        pictures[name], titles[name] = media_id or "", title
    known = {face.media_id: face for face in _known(catalogue, {one for one in pictures.values() if one})}
    found = {}
    for name, media_id in pictures.items():
        face = known.get(media_id, Face())
        found[name] = face._replace(title=face.title or titles[name])
    return found


def _known(catalogue: Catalogue, media_ids: Iterable[str]) -> Iterable[Face]:
    """Return what the catalogue knows of pictures: of several files of one the first by path."""
    rows = catalogue.rows(
        "SELECT f.media_id, min(f.path) AS path, a.format, a.kind, json_extract(f.facts, '$.record.title') AS title,"
        " json_extract(f.facts, '$.record.keywords') AS words FROM files f JOIN assets a ON a.media_id = f.media_id"
        " WHERE f.media_id IN (SELECT value FROM json_each(?)) GROUP BY f.media_id",
        [json.dumps(list(media_ids))],
    )
    for row in rows:
        words = [str(word).casefold() for word in json.loads(row["words"] or "[]")]
        shoot = row["path"].replace("\\", "/").split("/")[-2:][0]
        title = row["title"] if isinstance(row["title"], str) else ""
        yield Face(title, row["media_id"], row["path"], row["format"], row["kind"], shoot, tuple(words[:_WORDS]))
