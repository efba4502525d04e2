"""How well `keyword` makes keywords of what a person says: contexts of many trades, one file each.

A table of contexts, tab-separated: subject, context, words that must be embedded, words that must not even be on
offer (both with commas between). Each context is given to a file of its own that says nothing else (a bare picture
called DSC_0001.jpg in a folder DCIM), with an empty catalogue, through the program itself. A word counts as embedded
where it stands among the keywords, singular or plural.

What it does not show: what a person's earlier work adds, and what a model that looks at the picture sees.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from stockctl.words.lemma import key
from stockctl.words.texts.phrases import runs
from tests.pictures import jpeg

DEFAULT = Path(__file__).parents[1] / "samples" / "words" / "contexts.tsv"
# So ends what is done.
_DONE = ("ing", "ed")
# So many keywords Shutterstock asks for.
ASKED = 7


@dataclass(frozen=True)
class Context:
    """One line of the table."""

    subject: str
    text: str
    must: tuple[str, ...]
    never: tuple[str, ...]


def read(path: Path) -> list[Context]:
    """Return the contexts of a table."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            cells = [*line.split("\t"), "", "", ""][:4]
            lists = [tuple(word.strip() for word in cell.split(",") if word.strip()) for cell in cells[2:]]
            found.append(Context(cells[0], cells[1], *lists))
    return found


def keyworded(contexts: list[Context]) -> list[tuple[list[str], list[str]]]:
    """Return embedded and offered words for each context, by the program."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {
            **os.environ, "HOME": folder, "STOCKCTL_DB": str(home / "catalogue.db"),
            "STOCKCTL_CONFIG": str(home / "stockctl.toml"),
        }  # fmt: skip
        for number, context in enumerate(contexts):
            path = home / f"{number:03}" / "DCIM" / "DSC_0001.jpg"
            path.parent.mkdir(parents=True)
            path.write_bytes(jpeg(640, 420, seed=number))
            command = [
                sys.executable, "-m", "stockctl", "--db", str(home / f"{number:03}.db"),
                "keyword", str(path), "--context", context.text, "--vision", "none", "--json",
            ]  # fmt: skip
            run = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
            if not run.stdout:
                raise SystemExit(run.stderr)
            (asset,) = json.loads(run.stdout)["assets"]
            results.append(([one["word"] for one in asset["keywords"]], [one["word"] for one in asset["offered"]]))
    return results


def same(word: str) -> tuple[str, bool]:
    """Return what singular and plural of a word share; parking is no park, and seedlings are seedling."""
    itself = key(word)
    return itself, word.endswith(_DONE) and not itself.endswith(_DONE)


def measure(contexts: list[Context], verbose: bool = False) -> dict[str, float]:  # noqa: FBT001, FBT002 - a flag
    """Run all contexts and count."""
    must = embedded = harmful_embedded = harmful_offered = 0
    counts, reach, could = [], 0, 0
    for context, (words, offers) in zip(contexts, keyworded(contexts), strict=True):
        have, offered = {same(word) for word in words}, {same(word) for word in offers}
        missing = [word for word in context.must if same(word) not in have]
        bad = [word for word in context.never if same(word) in have]
        worse = [word for word in context.never if same(word) in offered]
        must += len(context.must)
        embedded += len(context.must) - len(missing)
        harmful_embedded += len(bad)
        harmful_offered += len(worse)
        counts.append(len(words))
        if len({word for run in runs(context.text) for word in run}) >= ASKED:
            could += 1
            reach += len(words) >= ASKED
        if verbose or missing or bad or worse:
            sys.stderr.write(
                f"{context.subject}: {context.text}\n  {', '.join(words)}\n  offered: {', '.join(offers)}\n"
            )
            for label, found in (("missing", missing), ("harmful", bad), ("harmful on offer", worse)):
                if found:
                    sys.stderr.write(f"  {label}: {', '.join(found)}\n")
    return {
        "contexts": len(contexts),
        "must_words": must,
        "must_embedded": round(embedded / max(1, must), 4),
        "harmful_embedded": harmful_embedded,
        "harmful_offered": harmful_offered,
        "median_embedded": statistics.median(counts),
        "with_seven_content_words": could,
        "reach_seven": round(reach / max(1, could), 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contexts", type=Path, nargs="?", default=DEFAULT, metavar="CONTEXTS.tsv")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--verbose", "-v", action="store_true", help="show the words of every context")
    options = parser.parse_args()
    result = measure(read(options.contexts), options.verbose)
    print(
        json.dumps(result, indent=2)
        if options.json
        else "\n".join(f"{name}: {value}" for name, value in result.items())
    )


if __name__ == "__main__":
    main()
