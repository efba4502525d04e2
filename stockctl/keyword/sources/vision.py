"""Words from a model that looks at the picture: one that the person named, or one that is found to run here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.errors import SettingsError
from stockctl.keyword.candidate import Candidate, Ground, Source
from stockctl.keyword.hygiene import Rejected
from stockctl.keyword.sources import Caption
from stockctl.keyword.sources.capture import place_of
from stockctl.media.identify import Kind
from stockctl.vision.answers import categories
from stockctl.vision.answers.answer import Bounds
from stockctl.vision.looking import Looker
from stockctl.vision.sent import question
from stockctl.vision.sent.pictures import SEEN_KINDS, Picture
from stockctl.vision.sources import local, services, setting
from stockctl.vision.sources.presets import presets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.keyword.hygiene import Dictionary
    from stockctl.keyword.subject import Subject
    from stockctl.keyword.wishes import Wishes
    from stockctl.vision.sources.services import Service
    from stockctl.vision.usage import Usage

# How likely a person keeps the first word of an answer, and how fast that falls with its place.
_FIRST, _FALL = 0.74, 0.012
# What a person says to a model that was found.
YES, ALWAYS, NEVER = "yes", "always", "never"
# An agency with more categories makes every question longer by hundreds of words: it is asked for by name.
_MOST_CATEGORIES = 40
_MOST_NEVER = 40


@dataclass
class Vision:
    """One source over one run: `look` sees to all pictures, then each subject's words are yielded.

    `explicit` says that the call named it: every picture is looked at then, else those that lack
    words. `choose`, where somebody is there to ask, is told of a model that was found
    and returns yes, always or never.
    """

    name: str
    looker: Looker
    settings: Settings
    want: int
    explicit: bool = False
    auto: bool = False
    choose: Callable[[str], str] | None = None
    _searched: bool = False
    _heard: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is a service to ask."""
        return self.looker.service is not None

    @property
    def usage(self) -> Usage | None:
        """What was asked; None where nobody was, and nothing was known."""
        used = self.looker.usage
        return used if used.name else None

    @property
    def messages(self) -> list[tuple[str, str]]:
        """What went wrong, with hints."""
        return self.looker.messages

    def ask_nobody(self) -> None:
        """Use what was answered before, and look for nobody to ask."""
        self.looker.service, self._searched = None, True

    def __call__(self, subject: Subject) -> Iterator[Candidate]:
        """Yield the answer's words, the first the likeliest."""
        answer = self.looker.answers.get(subject.media_id)
        if answer is not None:
            by = self.looker.models.get(subject.media_id) or self.name
            for place, word in enumerate(answer.keywords):
                score = max(0.1, _FIRST - _FALL * place)
                yield Candidate(word, Source.VISION, score, f"seen by {by}", Ground.SEEN)

    def seen(self, subject: Subject) -> Caption:
        """Return the answer's title and description."""
        answer = self.looker.answers.get(subject.media_id)
        return Caption(answer.title, answer.description) if answer else Caption()

    def refused(self, subject: Subject) -> tuple[Rejected, ...]:
        """Return what of the answer was not let in, and why."""
        answer = self.looker.answers.get(subject.media_id)
        return tuple(Rejected(word, why) for word, why in answer.refused) if answer else ()

    def look(self, catalogue: Catalogue, subjects: Sequence[Subject], series: Sequence[Sequence[str]] = ()) -> None:
        """Use what is known of every picture, and ask about those that are to be looked at."""
        self.looker.recall(catalogue, [subject.media_id for subject in subjects])
        wanting = [subject for subject in subjects if subject.kind in SEEN_KINDS and self._wants(subject)]
        if wanting and self.auto and not self._searched:
            self._search(len(wanting))
        service = self.looker.service
        if service is None:
            return
        self._hear(subjects)
        if wanting and not service.model:
            service = self._with_model(service)
            if service is None:
                self.looker.absent(len(wanting))
                return
            self.looker.service = service
        self.looker.look(catalogue, [picture_of(subject) for subject in wanting], series)

    def _wants(self, subject: Subject) -> bool:
        """Whether a picture is to be looked at: the call says so, or it lacks words and no model has said any yet."""
        if self.explicit:
            return True
        answer = self.looker.answers.get(subject.media_id)
        known = answer is not None and not answer.refusal
        return not known and (len(subject.record.keywords) < self.want or not subject.record.title)

    def _hear(self, subjects: Sequence[Subject]) -> None:
        """Say once that sounds cannot be looked at."""
        sounds = [picture_of(subject) for subject in subjects if subject.kind is Kind.AUDIO]
        if sounds and not self._heard:
            self._heard = True
            self.looker.unseen(sounds, "a sound has nothing to look at", "say what it is: --title or --context")

    def _with_model(self, service: Service) -> Service | None:
        """Return a service that has models of its own with the first of them that sees; None where none does."""
        found = local.best(local.find([service], local.ASKED_S))
        return replace(service, model=found[1]) if found is not None else None

    def _search(self, count: int) -> None:
        """Look for a model on this machine; use it where the person says so, and tell of it where nobody is there."""
        self._searched = True
        found = local.best(local.find(of_this_machine(self.settings)))
        if found is None:
            return
        service, model = found
        title = service.preset.title if service.preset else service.name
        what = f"{title} runs here with {model}, which can look at pictures; {_pictures(count)} fewer words than wanted"
        if self.choose is None:
            hint = f"stockctl vision use {service.name}, or for once: --vision {service.name}"
            self.looker.messages.append((what, f'{hint}; to keep this quiet: [keyword] vision = "none"'))
            return
        answer = self.choose(what)
        if answer == NEVER:
            setting.put(self.settings.path, "keyword", {"vision": services.NONE})
            return
        if answer == ALWAYS:
            setting.put(self.settings.path, "keyword", {"vision": service.name})
        if answer in {YES, ALWAYS}:
            self.name, self.auto = service.name, False
            self.looker.service = replace(service, model=model)


def _pictures(count: int) -> str:
    return "one picture has" if count == 1 else f"{count} pictures have"


def picture_of(subject: Subject) -> Picture:
    """Return a subject as the model's side sees it: the file, and what is known of it."""
    place = place_of(subject.capture)
    taken = subject.capture.taken
    said = dict.fromkeys(text.strip() for text in (subject.context, subject.title, subject.description))
    about = question.About(
        kind=subject.kind.value,
        context=". ".join(text for text in said if text),
        place=", ".join(dict.fromkeys(part for part in (place.state, place.country) if part)) if place else "",
        time=f"{taken:%B %Y, %H:%M}" if taken else "",
        own=subject.record.keywords,
    )
    return Picture(subject.path, subject.media_id, subject.format, subject.kind, about)


def of_this_machine(settings: Settings) -> list[Service]:
    """Return the services that may run here: the person's own on loopback, and the local presets."""
    own = [name for name in settings.section("vision") if not services.is_clip(name, settings)]
    named = dict.fromkeys([*own, *(name for name, preset in presets().items() if preset.local)])
    found = (services.service(name, settings) for name in named)
    return [service for service in found if service.kind == services.LOCAL]


def prepare(
    name: str,
    settings: Settings,
    wishes: Wishes,
    dictionary: Dictionary,
    agencies: Mapping[str, Agency],
    *,
    explicit: bool,
) -> Vision:
    """Return a source by name, or for `auto` one that looks for what runs here when it is needed.

    `agencies` are all that are known; those of the call or the settings say how long texts may be.

    Raises:
        UsageError: there is no such source, or the prompt cannot be used.
        SettingsError: its section is wrong, or the key that it needs is not there.

    """
    auto = name == services.AUTO
    service = None if auto else services.service(name, settings)
    if service is not None and not service.model and service.kind != services.LOCAL:
        raise SettingsError(f"[vision.{name}] has no model", where=str(settings.path), hint="add model")
    if service is not None and not service.has_key:
        service.secrets()
    looker = Looker(service, question_for(settings, wishes, dictionary, agencies), bounds_for(dictionary, agencies))
    if wishes.far is not None:
        from stockctl.vision.sent.far import far_views

        looker.views = partial(far_views, wishes.far)
    return Vision(
        name=name,
        looker=looker,
        settings=settings,
        want=wishes.want,
        explicit=explicit,
        auto=auto,
        choose=wishes.choose,
    )


def bounds_for(dictionary: Dictionary, agencies: Mapping[str, Agency]) -> Bounds:
    """Return what an answer is held to."""
    known = {name: categories.known(agency, Kind.PHOTO) for name, agency in agencies.items()}
    return Bounds({name: ids for name, ids in known.items() if ids}, dictionary.allowed)


def question_for(
    settings: Settings, wishes: Wishes, dictionary: Dictionary, agencies: Mapping[str, Agency]
) -> question.Question:
    """Return the question of a run.

    Raises:
        UsageError: the prompt cannot be read, or has a place that means nothing.

    """
    named = [name for name in (*wishes.agencies, *settings.get("check", "agencies", [])) if name in agencies]
    chosen = [agencies[name] for name in dict.fromkeys(named)]
    lists = {
        agency.name: [(category.id, category.name) for category in found]
        for agency in (chosen or [each for each in agencies.values() if not each.closed])
        if (found := agency.categories()) and (chosen or len(found) <= _MOST_CATEGORIES)
    }
    prompt = wishes.prompt or settings.get("keyword", "prompt", "")
    # A path in the settings is one beside the settings.
    path = wishes.prompt or (settings.folder / Path(prompt).expanduser() if prompt else None)
    title, description = question.limits(chosen)
    spelling = {"us": "American English", "uk": "British English"}.get(wishes.english or "", "English")
    return question.Question(
        template=question.template(path) if path is not None else "",
        language=spelling,
        want=wishes.want,
        title_max=title,
        description_max=description,
        never=tuple(sorted(dictionary.banned))[:_MOST_NEVER],
        categories=lists,
    )
