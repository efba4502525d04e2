"""Write the README's generated blocks from the code; with --check, fail where they are stale.

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def commands() -> str:
    """Return every command's --help, as the program prints it at 80 columns."""
    from stockctl.cli import COMMANDS

    parts = [_help()]
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        parts.append(f"### `stockctl {name}`\n\n{_help(name)}")
    return "\n\n".join(parts)


def _help(*names: str) -> str:
    environment = os.environ | {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "stockctl", *names, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    text = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
    return f"```\n{text}\n```"


def rules() -> str:
    """Return the table of rules."""
    from stockctl.check.rules.registry import rules as registry

    rows = [f"| {rule.id} | `{rule.name}` | {rule.severity.value} | {rule.title} |" for rule in registry().values()]
    return "\n".join(["| id | name | severity | what it says |", "| --- | --- | --- | --- |", *rows])


def agencies() -> str:
    """Return the table of agencies."""
    from stockctl.agencies import Confidence, load

    rows = []
    for agency in load(None).values():
        kinds = "closed" if agency.closed else ", ".join(sorted(agency.accepts))
        trust = Counter(limit.confidence for limit in agency.limits.values())
        confidence = ", ".join(f"{trust[one]} {one.value}" for one in Confidence if trust[one])
        looked = max(limit.checked for limit in agency.limits.values())
        rows.append(
            f"| `{agency.name}` | {agency.title} | {kinds} | {agency.transport.protocol} | {confidence} | {looked} |"
        )
    head = [
        "| name | agency | takes | upload | facts by confidence | last looked at |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def sheets() -> str:
    """Return the table of the agencies' sheets: where each template is from, and what of it is not verified."""
    from stockctl.agencies import load

    rows = []
    for agency in load(None).values():
        for name in ("", "ai.", "video."):
            found = agency.limits.get(f"sheet.{name}columns")
            if found is None or (found.value is None and (name or agency.profile or agency.closed)):
                continue
            title = agency.title + {"ai.": ", generated", "video.": ", video"}.get(name, "")
            if found.value is None:
                rows.append(f"| {title} | none is known | {found.confidence.value} | {found.checked} | {found.note} |")
                continue
            source = found.source.replace("|", "/")
            rows.append(f"| {title} | {source} | {found.confidence.value} | {found.checked} | {found.note} |")
    head = [
        "| agency | template from | confidence | checked | what is and is not verified |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def settings() -> str:
    """Return the commented settings file that `stockctl config init` writes."""
    from stockctl.config import SAMPLE

    return f"```toml\n{SAMPLE.strip()}\n```"


GENERATORS = {function.__name__: function for function in (commands, rules, agencies, sheets, settings)}


def main() -> None:
    """Rewrite the README, or check it."""
    text = README.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda found: f"{found[1]}{GENERATORS[found[2]]()}\n{found[3]}", text)
    if "--check" in sys.argv:
        if fresh != text:
            sys.exit("README.md is stale: run `make docs`")
        return
    README.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
