"""What the catalogue and the folder add to a file's own facts before it is judged."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stockctl.agencies import load
from stockctl.agencies.names import plain_stem
from stockctl.catalogue.seen import assets, sights
from stockctl.catalogue.seen import texts as table_of_texts
from stockctl.catalogue.sent import campaigns, decisions, ledger, releases
from stockctl.catalogue.words import vocabulary
from stockctl.check.calibrate import limits_in_force
from stockctl.media import faces, texts
from stockctl.media.pairs import has_preview, preview_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.seen.assets import Seen
    from stockctl.config import Settings
    from stockctl.vision.answers.answer import Answer

# So many files of one upload name are told of each other.
_NAMESAKES = 3


class Known:
    """The context of a batch, read in a few queries; `of` gives one file's share of it.

    All of it is part of the key under which a verdict is kept, so what changes
    here is judged again.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings, seen: Sequence[tuple[Path, Seen]]) -> None:
        ids = {row.media_id for _, row in seen if row.media_id}
        self.choices = assets.choices_of(catalogue, ids)
        self.submitted = ledger.given(catalogue, ids)
        self.campaigns = campaigns.exclusive(catalogue)
        self.rights = campaigns.rights(catalogue)
        self.releases = releases.by_picture(catalogue, ids)
        self.faces = releases.faces(catalogue, faces.VERSION, ids)
        self.texts = table_of_texts.known(catalogue, texts.VERSION, ids)
        # Of a whole career's files the answers of all are read at once.
        self.seen = _answers(catalogue, ids)
        self.suggests = bool(settings.get("keyword", "categories", True))
        self.agencies = list(load(settings.folder).values()) if self.seen else []
        dictionary = vocabulary.dictionary(catalogue)
        banned = sorted(word for word, (_, decision) in dictionary.items() if decision == vocabulary.BAN)
        self.rows = dict(seen)
        # Two files of one picture share its title and its upload name without harm.
        self.titles = Counter(title for title, _ in {(_title(row), row.media_id) for _, row in seen} if title)
        self.upload_names = {known.path: _upload_name(path, known) for path, known in seen}
        self.names: dict[str, dict[str, str]] = {}
        for path, known in seen:
            self.names.setdefault(self.upload_names[known.path], {}).setdefault(known.media_id or "", path.name)

        # What every file of the batch is judged with.
        self.shared: dict[str, Any] = {
            "limits": limits_in_force(settings),
            "allowed_words": sorted(dictionary.keys() - set(banned)),
            "banned_words": banned,
            "lessons": [asdict(lesson) for lesson in decisions.lessons(catalogue)],
        }

    def of(self, path: Path, row: Seen) -> dict[str, Any]:
        """Return what is known of one file beside its facts, and beside what all of the batch share."""
        media_id = row.media_id or ""
        choices = self.choices.get(media_id, {})
        return {
            "choices": choices,
            "exclusive": [choices["exclusive"]] if choices.get("exclusive") else [],
            "submitted": sorted(self.submitted.get(media_id, ())),
            "campaign": self.campaigns.get(media_id, ""),
            "campaign_rights": self.rights.get(media_id, ""),
            "faces": self.faces.get(media_id, []),
            **({"texts": self.texts[media_id]} if media_id in self.texts else {}),
            **self._looked_at(media_id, row),
            "releases": [release.to_json() for release in self.releases.get(media_id, ())],
            "same_title": self.titles[_title(row)] > 1,
            "same_name": self._namesakes(row),
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
            "suggested": suggested(answer, kind, self.agencies) if self.suggests else {},
        }

    def _namesakes(self, row: Seen) -> list[str]:
        """Return the names of other pictures that the strictest agency would call the same, a few of them."""
        others = self.names[self.upload_names[row.path]]
        if len(others) == 1:
            return []
        few = itertools.islice((name for media_id, name in others.items() if media_id != row.media_id), _NAMESAKES)
        return sorted(few)

    def _companion(self, path: Path) -> dict[str, Any]:
        """Return whether a JPEG of the same name lies beside a vector or PSD file, and its size where it is known."""
        if not has_preview(path):
            return {}
        found = preview_of(path)
        row = self.rows.get(found) if found else None
        size = [row.facts["width"], row.facts["height"]] if row else None
        return {"companion": found is not None, "companion_size": size}


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
