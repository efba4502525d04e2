"""The two towers of a model, run by onnxruntime: pictures to vectors, words to vectors, and both to scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from stockctl.errors import StockctlError
from stockctl.keyword.clip.models import READY, SIGMOID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from stockctl.keyword.clip.models import Model, Store

    Floats = NDArray[np.float32]

# Words embedded at once.
_BATCH = 64
# The outputs that hold the vector, in the order of preference; else the first with two dimensions.
_OUTPUTS = ("image_embeds", "text_embeds", "pooler_output")


class ClipMissingError(StockctlError):
    """The model, or what runs it, is not on this machine."""


@dataclass(frozen=True)
class Preparation:
    """How a picture is made ready: as the model's own preprocessor_config.json says.

    `edge` scales the shorter side, `box` both (width, height); `crop` cuts the
    middle out; `mean` and `std` are per channel, of values from 0 to 1.
    """

    edge: int | None
    box: tuple[int, int] | None
    crop: tuple[int, int] | None
    resample: Image.Resampling
    factor: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def read(cls, path: Path) -> Preparation:
        """Read the file.

        Raises:
            ClipMissingError: it is no such file.

        """
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            size, crop = found.get("size"), found.get("crop_size")
            if isinstance(size, int):
                size = {"shortest_edge": size}
            if isinstance(crop, int):
                crop = {"width": crop, "height": crop}
            resized = size if found.get("do_resize", True) and size else {}
            return cls(
                edge=resized.get("shortest_edge"),
                box=(resized["width"], resized["height"]) if "width" in resized else None,
                crop=(crop["width"], crop["height"]) if crop and found.get("do_center_crop", False) else None,
                resample=Image.Resampling(found.get("resample", Image.Resampling.BICUBIC)),
                factor=float(found.get("rescale_factor", 1 / 255)) if found.get("do_rescale", True) else 1.0,
                mean=tuple(found["image_mean"]) if found.get("do_normalize", True) else (0.0, 0.0, 0.0),
                std=tuple(found["image_std"]) if found.get("do_normalize", True) else (1.0, 1.0, 1.0),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ClipMissingError(
                f"it does not say how pictures are prepared: {error}",
                where=str(path),
                hint="fetch the model again: stockctl models remove NAME, then fetch NAME",
            ) from error

    def __call__(self, picture: Image.Image) -> Floats:
        """Return an upright RGB picture as the tower takes it, shape (3, height, width)."""
        if self.edge:
            scale = self.edge / min(picture.size)
            width, height = (max(self.edge, round(side * scale)) for side in picture.size)
            picture = picture.resize((width, height), self.resample)
        elif self.box:
            picture = picture.resize(self.box, self.resample)
        if self.crop:
            left, top = (round((side - crop) / 2.0) for side, crop in zip(picture.size, self.crop, strict=True))
            picture = picture.crop((left, top, left + self.crop[0], top + self.crop[1]))
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        values: Floats = (np.asarray(picture, np.float32) * np.float32(self.factor) - mean) / std
        return np.ascontiguousarray(values.transpose(2, 0, 1))


@dataclass(frozen=True)
class Towers:
    """A loaded model; `load` gives one."""

    model: Model
    identity: str
    prepare: Preparation
    tokenizer: Tokenizer
    image: Any
    text: Any

    def see(self, picture: Image.Image) -> Floats:
        """Return the unit vector of an upright RGB picture, shape (dimensions,)."""
        vector: Floats = _unit(_run(self.image, {self.image.get_inputs()[0].name: self.prepare(picture)[None]}))[0]
        return vector

    def words(self, words: Sequence[str]) -> Floats:
        """Return one unit vector per word, shape (len(words), dimensions)."""
        parts = []
        for start in range(0, len(words), _BATCH):
            prompts = [self.model.prompt.replace("{}", word) for word in words[start : start + _BATCH]]
            encoded = self.tokenizer.encode_batch(prompts)
            given = {
                "input_ids": np.array([each.ids for each in encoded], np.int64),
                "attention_mask": np.array([each.attention_mask for each in encoded], np.int64),
            }
            names = [each.name for each in self.text.get_inputs()]
            unknown = [name for name in names if name not in given]
            if unknown:
                raise ClipMissingError(
                    f"the model {self.model.name} asks for an input {unknown[0]!r} that we do not know",
                    hint="use another export of it, with the inputs input_ids and attention_mask",
                )
            parts.append(_unit(_run(self.text, {name: given[name] for name in names})))
        return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)

    def likelihoods(self, picture: Floats, words: Floats) -> Floats:
        """Return how likely each word belongs to a picture, 0 to 1, as the model was trained to tell.

        A softmax model tells which of the words fits best, a sigmoid model of each by itself.
        """
        logits: Floats = (words @ picture) * np.float32(self.model.scale) + np.float32(self.model.bias)
        if self.model.scoring == SIGMOID:
            # The tangent does not overflow where the exponential would.
            return np.asarray((1 + np.tanh(logits / 2)) / 2, np.float32)
        raised: Floats = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)


def load(model: Model, store: Store) -> Towers:
    """Load a model that was fetched.

    Raises:
        ClipMissingError: onnxruntime is not installed, the model is not there, or
            it is not one that we can run.

    """
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ClipMissingError(
            "onnxruntime, which runs CLIP and SigLIP, is not installed", hint="pip install 'stockctl[clip]'"
        ) from error
    if store.state(model) != READY:
        raise ClipMissingError(
            f"the model {model.name} is not on this machine", hint=f"stockctl models fetch {model.name}"
        )
    options = onnxruntime.SessionOptions()
    # 3: errors alone; the runtime's warnings are for those who export models.
    options.log_severity_level = 3
    try:
        sessions = [
            onnxruntime.InferenceSession(str(store.path(model, part)), options, providers=["CPUExecutionProvider"])
            for part in ("image", "text")
        ]
        tokenizer = Tokenizer.from_file(str(store.path(model, "tokenizer")))
    except Exception as error:
        raise ClipMissingError(
            f"the model {model.name} cannot be loaded: {' '.join(str(error).split())[:200]}",
            hint=f"stockctl models remove {model.name}, then fetch it again",
        ) from error
    tokenizer.enable_truncation(model.tokens)
    tokenizer.enable_padding(pad_id=model.pad, length=model.tokens if model.padded else None)
    pins = store.pins(model)
    identity = f"{model.name}:{pins.get('image', '')[:12]}:{pins.get('text', '')[:12]}"
    return Towers(model, identity, Preparation.read(store.path(model, "preprocessor")), tokenizer, *sessions)


def _run(session: Any, given: dict[str, NDArray[Any]]) -> Floats:  # noqa: ANN401 - onnxruntime has no types
    names = [output.name for output in session.get_outputs()]
    chosen = next((name for name in _OUTPUTS if name in names), None)
    outputs = session.run([chosen] if chosen else None, given)
    found = next((output for output in outputs if output.ndim == 2), None)
    if found is None:
        raise ClipMissingError(
            f"the model gives no vector, only {', '.join(names)}",
            hint="use an export with image_embeds and text_embeds",
        )
    return np.asarray(found, np.float32)


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = vectors / np.maximum(lengths, np.float32(1e-12))
    return units
