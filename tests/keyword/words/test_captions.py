"""The benchmark tool itself: its protocol on captions small enough to work out by hand."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

TOOL = ROOT / "tests" / "benchmarks" / "captions.py"
PORTFOLIO = [
    ("p1.jpg", "A dog runs on the beach .", "dog beach sand", "dog sand sea", "a brown dog", "sea and sand"),
    ("p2.jpg", "Two dogs play in the sea .", "dogs sea", "wet dogs in the sea", "dogs splash", "dogs play"),
    ("p3.jpg", "A man climbs a rock .", "climber rock", "a climber", "man climbing", "rock climber"),
]
TESTS = [("t1.jpg", "A dog swims .", "dog sea", "a dog in the sea", "wet dog", "sea"), ("t2.jpg", "short line")]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    import importlib.util

    spec = importlib.util.spec_from_file_location("captions", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["captions"] = module
    spec.loader.exec_module(module)
    return module


def test_gold_is_what_two_of_the_other_four_used(tool: ModuleType) -> None:
    assert tool.Line(TESTS[0][0], TESTS[0][1:]).gold == {"dog", "sea"}


def test_the_gain_is_binary_and_discounted_by_log2(tool: ModuleType) -> None:
    ideal = 1 + 1 / math.log2(3)
    assert tool.score(["x", "dogs", "sea"], {"dog", "sea"}) == pytest.approx((1 / math.log2(3) + 0.5) / ideal)
    assert tool.score(["dog", "sea"], {"dog", "sea"}) == 1.0


def test_the_tool_prints_the_document_and_the_ranked_words(tmp_path: Path) -> None:
    for name, lines in (("portfolio.tsv", PORTFOLIO), ("tests.tsv", TESTS)):
        (tmp_path / name).write_text("".join("\t".join(line) + "\n" for line in lines))
    out = tmp_path / "ranked.tsv"
    done = subprocess.run(
        [sys.executable, str(TOOL), tmp_path / "tests.tsv", "--portfolio", tmp_path / "portfolio.tsv", "--sizes", "1,3",
         "--out", out, "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    sizes = json.loads(done.stdout)["sizes"]
    assert list(sizes) == ["1", "3"]
    assert {"ndcg10", "recall20", "first_tier_precision", "violations"} <= set(sizes["3"])
    assert sizes["3"]["violations"] == 0
    assert "1 lines without five captions" in done.stderr
    name, *words = out.read_text().splitlines()[0].split("\t")
    assert name == "t1.jpg"
    assert "dog" in words
    assert "sea" in words
