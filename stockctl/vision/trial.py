"""One question about one file, with all that it took: to choose a model, and to see what it is asked and says."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.agencies import load
from stockctl.errors import RemoteError, SettingsError, UnreadableError, UsageError
from stockctl.files.fingerprint import unreadable
from stockctl.files.opening import open_bytes
from stockctl.files.writing.temporary import scratch_folder
from stockctl.media.identify import HEAD_BYTES, KINDS, format_of
from stockctl.vision.answers import categories
from stockctl.vision.answers.answer import Answer, Bounds
from stockctl.vision.sent import question
from stockctl.vision.sent.pictures import Picture, views
from stockctl.vision.sources import local, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.config import Settings
    from stockctl.vision.sources.services import Service

# More categories than that make the question long; see also `keyword.sources.vision`.
_MOST_CATEGORIES = 40


@dataclass(frozen=True)
class Trial:
    """What was asked and answered; `problem` says why nothing was."""

    name: str
    model: str
    prompt: str
    answer: Answer = field(default_factory=Answer)
    tokens_in: int = 0
    tokens_out: int = 0
    requests: int = 0
    seconds: float = 0.0
    cost: str = ""
    pictures: int = 1
    problem: str = ""
    hint: str = ""

    @property
    def useful(self) -> bool:
        """Whether it gave words."""
        return not self.problem and bool(self.answer.keywords)

    @property
    def words(self) -> str:
        """The answer in one line."""
        return self.answer.title or ", ".join(self.answer.keywords[:5])

    def check(self) -> None:
        """Raise where it gave no words.

        Raises:
            RemoteError: nothing useful was answered.

        """
        if self.problem:
            raise RemoteError(self.problem, where=f"{self.name} ({self.model})", hint=self.hint)
        if not self.answer.keywords:
            said = self.answer.refusal or "it gave no keywords"
            raise RemoteError(
                f"no words came for the trial picture: {said}",
                where=f"{self.name} ({self.model})",
                hint="try another model: --model MODEL",
            )

    def to_json(self) -> dict[str, Any]:
        """Return the trial as `--json` prints it."""
        answer = self.answer
        return {
            "name": self.name,
            "model": self.model,
            "prompt": self.prompt,
            "pictures": self.pictures,
            "answer": {
                "title": answer.title,
                "description": answer.description,
                "keywords": list(answer.keywords),
                "categories": {name: list(ids) for name, ids in answer.categories.items()},
                "brands": list(answer.brands),
                "text": list(answer.text),
                "people": answer.people,
                "property": list(answer.property),
                "generated": answer.generated or None,
            },
            "rejected": [{"word": word, "why": why} for word, why in answer.refused],
            "refusal": answer.refusal or None,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "cost": self.cost or None,
            "problem": self.problem or None,
            "hint": self.hint or None,
        }

    def to_text(self) -> str:
        """Return the trial for a terminal."""
        answer = self.answer
        seen = (
            ("title", answer.title),
            ("description", answer.description),
            (f"keywords ({len(answer.keywords)})", ", ".join(answer.keywords)),
            ("categories", "; ".join(f"{name} {', '.join(ids)}" for name, ids in answer.categories.items())),
            ("brands", ", ".join(answer.brands)),
            ("text", ", ".join(answer.text)),
            ("people", "" if answer.people is None else str(answer.people)),
            ("property", ", ".join(answer.property)),
            ("made by a model", answer.generated),
            ("turned down", "; ".join(f"{word} ({why})" for word, why in answer.refused)),
            ("declined", answer.refusal),
            ("error", self.problem),
            ("hint", self.hint),
        )
        lines = ["question:", *(f"  {line}" for line in self.prompt.splitlines()), "answer:"]
        lines += [f"  {label}: {text}" for label, text in seen if text]
        cost = f", costs {self.cost}" if self.cost else ""
        lines.append(
            f"{self.name} ({self.model}): {self.tokens_in} + {self.tokens_out} tokens, {self.seconds:.1f} s{cost}"
        )
        return "\n".join(lines)


def trial(
    settings: Settings, path: Path, name: str | None = None, *, model: str | None = None, prompt: Path | None = None
) -> Trial:
    """Ask a source about one file; nothing is kept.

    Raises:
        UsageError: there is no such source, or none is chosen and none runs here.
        SettingsError: its section is wrong, or its key is not there.
        FileProblem: the file cannot be looked at.

    """
    from stockctl.vision.asking import wire
    from stockctl.vision.asking.endpoint import Cost, Endpoint
    from stockctl.vision.asking.exchange import Exchange
    from stockctl.vision.looking import line_of

    service = _service(settings, name, model)
    agencies = load(settings.folder)
    known = {agency.name: categories.known(agency, "photo") for agency in agencies.values()}
    lists = {
        agency.name: [(one.id, one.name) for one in found]
        for agency in agencies.values()
        if not agency.closed and 0 < len(found := agency.categories()) <= _MOST_CATEGORIES
    }
    configured = settings.get("keyword", "prompt", "")
    template = prompt or (settings.folder / Path(configured).expanduser() if configured else None)
    asking = question.Question(
        template=question.template(template) if template is not None else "",
        want=int(settings.get("keyword", "want", question.WANT)),
        categories=lists,
    )
    picture = _picture(path)
    sent = views(picture)
    text = asking.text(replace(picture.about, frames=len(sent)))
    made = Trial(service.name, service.model, text, pictures=len(sent))
    endpoint = Endpoint(service.protocol, service.model, line_of(service), service.url)
    cost, begun = Cost(), time.monotonic()
    answer, problem, hint = Answer(), "", ""
    with Exchange(wire.address(service.protocol, service.url), service.timeout_s) as exchange:
        try:
            asked = wire.Asked(text, sent, asking.schema(), asking.room())
            (answer,) = endpoint.ask(exchange, asked, Bounds({n: ids for n, ids in known.items() if ids}), cost)
        except RemoteError as error:
            problem, hint = str(error), error.hint
    return replace(
        made,
        answer=answer,
        tokens_in=cost.tokens_in,
        tokens_out=cost.tokens_out,
        requests=cost.answers,
        seconds=time.monotonic() - begun,
        cost=service.cost(cost.tokens_in, cost.tokens_out),
        problem=problem,
        hint=hint,
    )


def _service(settings: Settings, name: str | None, model: str | None) -> Service:
    """Return the source to try: the one named, else the one in use, else what runs here."""
    name = name or settings.get("keyword", "vision", services.AUTO)
    if name == services.NONE:
        raise UsageError("no model is in use: [keyword] vision is none", hint="name one: --vision NAME")
    if name == services.AUTO:
        here = [services.service(each, settings) for each in services.names(settings) if not _clip(each, settings)]
        found = local.best(local.find(here, local.ASKED_S))
        if found is None:
            raise UsageError("no model that sees runs here", hint="see what there is: stockctl vision")
        return replace(found[0], model=model or found[1])
    if _clip(name, settings):
        raise UsageError(
            f"{name} is not asked questions: it ranks words", hint=f"stockctl keyword FILE --vision {name}"
        )
    service = services.service(name, settings)
    if model:
        service = replace(service, model=model)
    if not service.model and service.kind == services.LOCAL:
        found = local.best(local.find([service], local.ASKED_S))
        if found is None:
            start = service.preset.start if service.preset else "the server"
            raise RemoteError("no model that sees answers there", where=service.url, hint=f"start it: {start}")
        service = replace(service, model=found[1])
    if not service.model:
        raise SettingsError(f"[vision.{name}] has no model", where=str(settings.path), hint="say --model MODEL")
    return service


def _clip(name: str, settings: Settings) -> bool:
    return services.is_clip(name, settings)


def _picture(path: Path) -> Picture:
    try:
        with open_bytes(path) as file:
            format_ = format_of(path, file.read(HEAD_BYTES)) or ""
    except OSError as error:
        raise unreadable(path, error) from error
    if format_ not in KINDS:
        raise UnreadableError("this is no picture, vector or clip that we know", where=str(path), hint="name another")
    kind = KINDS[format_]
    return Picture(path, "", format_, kind, question.About(kind=kind.value))


@contextlib.contextmanager
def trial_picture() -> Iterator[Path]:
    """Give a small picture to try a model with: a white house with a red roof under a blue sky, drawn here."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 480), (120, 180, 240))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 340, 640, 480), (90, 160, 70))
    pen.rectangle((200, 220, 440, 380), (245, 240, 230))
    pen.polygon(((180, 220), (320, 120), (460, 220)), (190, 60, 40))
    pen.rectangle((300, 300, 345, 380), (110, 70, 40))
    pen.ellipse((500, 50, 570, 120), (255, 220, 80))
    with scratch_folder() as folder:
        path = folder / "trial.jpg"
        image.save(path, quality=90)
        yield path
