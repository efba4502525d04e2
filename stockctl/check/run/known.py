"""What the catalogue and the folder add to a file's own facts before it is judged."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stockctl.agencies.names import plain_stem
from stockctl.catalogue.seen import assets, sights
from stockctl.catalogue.seen import texts as table_of_texts
from stockctl.catalogue.sent import campaigns, decisions, ledger, releases
from stockctl.catalogue.words import vocabulary
from stockctl.check.calibrate import limits_in_force
from stockctl.media import faces, texts
from stockctl.media.pairs import has_preview, preview_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.seen.assets import Seen
    from stockctl.config import Settings
    from stockctl.vision.answers.answer import Answer

# So many files of one upload name are told of each other.
_NAMESAKES = 3


@dataclass
class Company:
    """What all files of a run are judged with: what the catalogue holds for all, and what they have in common.

    Of each file that is taken in only its title and its upload name are kept.
    """

    catalogue: Catalogue
    settings: Settings
    agencies: list[Agency]
    among: Callable[[Path], bool] = lambda _: False
    # Titles, each with the picture that has it; those of several pictures.
    _titles: dict[str, str] = field(default_factory=dict)
    _shared_titles: set[str] = field(default_factory=set)
    # Upload names, each with the first pictures that have it, and their files' names.
    _names: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def take(self, portion: Iterable[tuple[Path, Seen]]) -> None:
        """Take files in: each is judged in the company of all."""
        for path, row in portion:
            title, media_id = _title(row), row.media_id or ""
            # Two files of one picture share its title and its upload name without harm.
            if title and self._titles.setdefault(title, media_id) != media_id:
                self._shared_titles.add(title)
            name = _upload_name(path, row)
            others = self._names.get(name, ())
            if len(others) <= _NAMESAKES and all(media_id != other for other, _ in others):
                self._names[name] = (*others, (media_id, path.name))

    def same_title(self, row: Seen) -> bool:
        """Whether another picture has the file's title."""
        return _title(row) in self._shared_titles

    def namesakes(self, path: Path, row: Seen) -> list[str]:
        """Return the names of other pictures that the strictest agency would call the same, a few of them."""
        others = (name for media_id, name in self._names.get(_upload_name(path, row), ()) if media_id != row.media_id)
        return sorted(itertools.islice(others, _NAMESAKES))

    @cached_property
    def campaigns(self) -> dict[str, str]:
        """What each picture that a campaign holds is held for."""
        return campaigns.exclusive(self.catalogue)

    @cached_property
    def rights(self) -> dict[str, str]:
        """What a platform's terms may take of each picture made for its briefs."""
        return campaigns.rights(self.catalogue)

    @cached_property
    def shared(self) -> dict[str, Any]:
        """What every file is judged with."""
        dictionary = vocabulary.dictionary(self.catalogue)
        banned = sorted(word for word, (_, decision) in dictionary.items() if decision == vocabulary.BAN)
        return {
            "limits": limits_in_force(self.settings),
            "allowed_words": sorted(dictionary.keys() - set(banned)),
            "banned_words": banned,
            "lessons": [asdict(lesson) for lesson in decisions.lessons(self.catalogue)],
        }

    @cached_property
    def digest(self) -> str:
        """The hash of what every file is judged with, the agencies' data included."""
        shared = json.dumps(self.shared, sort_keys=True, default=str) + repr(self.agencies)
        return hashlib.sha256(shared.encode()).hexdigest()


class Known:
    """The context of a portion of a run's files, read in a few queries; `of` gives one file's share of it.

    All of it is part of the key under which a verdict is kept, so what changes
    here is judged again.
    """

    def __init__(self, company: Company, portion: Sequence[tuple[Path, Seen]]) -> None:
        catalogue = company.catalogue
        ids = {row.media_id for _, row in portion if row.media_id}
        self.company = company
        self.choices = assets.choices_of(catalogue, ids)
        self.submitted = ledger.given(catalogue, ids)
        self.releases = releases.by_picture(catalogue, ids)
        self.faces = releases.faces(catalogue, faces.VERSION, ids)
        self.texts = table_of_texts.known(catalogue, texts.VERSION, ids)
        self.seen = _answers(catalogue, ids)
        self.suggests = bool(company.settings.get("keyword", "categories", True))
        self.rows = dict(portion)

    def of(self, path: Path, row: Seen) -> dict[str, Any]:
        """Return what is known of one file beside its facts, and beside what all of the batch share."""
        media_id = row.media_id or ""
        choices = self.choices.get(media_id, {})
        return {
            "choices": choices,
            "exclusive": [choices["exclusive"]] if choices.get("exclusive") else [],
            "submitted": sorted(self.submitted.get(media_id, ())),
            "campaign": self.company.campaigns.get(media_id, ""),
            "campaign_rights": self.company.rights.get(media_id, ""),
            "faces": self.faces.get(media_id, []),
            **({"texts": self.texts[media_id]} if media_id in self.texts else {}),
            **self._looked_at(media_id, row),
            "releases": [release.to_json() for release in self.releases.get(media_id, ())],
            "same_title": self.company.same_title(row),
            "same_name": self.company.namesakes(path, row),
            **self._companion(path),
        }

    def _looked_at(self, media_id: str, row: Seen) -> dict[str, Any]:
        """Return what a model saw in the picture, and the categories to suggest for it; nothing where none looked."""
        found = self.seen.get(media_id)
        if found is None:
            return {}
        from stockctl.vision.answers.categories import suggested

        answer, model = found
        kind = str(row.facts.get("kind", "photo"))
        return {
            "seen": {
                "model": model,
                "brands": list(answer.brands),
                "text": list(answer.text),
                "people": answer.people,
                "property": list(answer.property),
                "generated": answer.generated,
            },
            "suggested": suggested(answer, kind, self.company.agencies) if self.suggests else {},
        }

    def _companion(self, path: Path) -> dict[str, Any]:
        """Return whether a JPEG of the same name lies beside a vector or PSD file, and its size where it is known."""
        if not has_preview(path):
            return {}
        found = preview_of(path)
        row = self._beside(found) if found else None
        size = [row.facts["width"], row.facts["height"]] if row else None
        return {"companion": found is not None, "companion_size": size}

    def _beside(self, path: Path) -> Seen | None:
        """Return what is known of another file of the run."""
        if path in self.rows or not self.company.among(path):
            return self.rows.get(path)
        return next(iter(assets.seen(self.company.catalogue, [path]).values()), None)


def _answers(catalogue: Catalogue, ids: set[str]) -> dict[str, tuple[Answer, str]]:
    """Return the newest answer of a model about each picture, and the model's name."""
    kept = sights.answers(catalogue, ids)
    if not kept:
        return {}
    from stockctl.vision.answers.answer import Answer

    read = {media_id: (Answer.of_json(one.answer), one.model) for media_id, one in kept.items()}
    return {
        media_id: (answer, model)
        for media_id, (answer, model) in read.items()
        if answer is not None and not answer.refusal
    }


def _title(row: Seen) -> str:
    title: str = row.facts["record"].get("title", "")
    return title.casefold()


def _upload_name(path: Path, row: Seen) -> str:
    """Return what is left of a name at the strictest agency; a name of which nothing is left is nobody else's."""
    stem = plain_stem(path)
    return f"{stem}{path.suffix}".lower() if stem else row.media_id or ""
