"""Copies in another frame: cut by a fifth, with a border, in bars, turned by five degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.check.measure.hashes import trimmed
from stockctl.check.similar.pairs import find_similar
from tests.benchmarks.pixels.similar import asset, copies, facts_of
from tests.pictures import texture

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("cropped-20%", "bordered", "padded", "+5", "-5°")
REFRAMED = [name for name, _ in copies(texture(900, 600, 7)) if any(word in name for word in WORDS)]


@pytest.fixture(scope="module")
def changed() -> dict[str, Any]:
    return dict(copies(texture(900, 600, 7)))


@pytest.mark.parametrize("name", [name for name in REFRAMED if name != "cropped-20%-left"])
@pytest.mark.parametrize("copy_first", [False, True])
def test_a_reframed_copy_is_paired_with_its_original(
    name: str, changed: dict[str, Any], tmp_path: Path, *, copy_first: bool
) -> None:
    batch = [asset("original", facts_of(texture(900, 600, 7))), asset("copy", facts_of(changed[name]))]
    others = [asset(f"other {seed}", facts_of(texture(900, 600, seed))) for seed in range(20, 26)]
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        pairs = find_similar(catalogue, [*others, *(batch[::-1] if copy_first else batch)])
    assert [set(map(str, pair.paths)) for pair in pairs] == [{"original", "copy"}]


def test_a_border_is_trimmed_and_a_ground_is_not() -> None:
    luma = texture(900, 600, 7)[..., 1]
    assert np.array_equal(trimmed(np.pad(luma, 40, constant_values=255)), luma)
    assert np.array_equal(trimmed(np.pad(luma, ((0, 0), (90, 90)), constant_values=0)), luma)
    # A thing to one side of an even ground, and a sky above.
    for sides in (((200, 30), (60, 300)), ((300, 0), (0, 0))):
        ground = np.pad(luma[:200, :200], sides, constant_values=250)
        assert np.array_equal(trimmed(ground), ground)
    even = np.full((60, 90), 128, np.uint8)
    assert np.array_equal(trimmed(even), even)
