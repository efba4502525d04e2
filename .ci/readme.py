"""Write what of README.md and docs/ comes from the code; with --check, fail where any of it is stale.

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`. Whole
pages are `docs/commands/NAME.md`, one per command, `docs/topics.md` and the
manual page `docs/stockctl.1`.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def commands() -> str:
    """Return the list of commands, each with its page and its first sentence."""
    from stockctl.cli import COMMANDS, program

    known = program().commands
    return "\n".join(f"- [`{name}`](commands/{name}.md): {_first(known[name].help or '')}" for name in COMMANDS)


def _first(text: str) -> str:
    sentence = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    return sentence if sentence.endswith(".") else f"{sentence}."


def command_pages() -> dict[Path, str]:
    """Return the page of every command: its help and that of its own commands, as printed at 80 columns."""
    import typer

    from stockctl.cli import program

    root = program()
    above = typer.Context(root, info_name="stockctl", help_option_names=["--help", "-h"])
    pages: dict[Path, str] = {}
    for name, command in root.commands.items():
        context = typer.Context(command, parent=above, info_name=name)
        parts = [f"# `stockctl {name}`\n\n{_fenced(context.get_help())}"]
        for inner, under in getattr(command, "commands", {}).items():
            below = typer.Context(under, parent=context, info_name=inner)
            parts.append(f"## `stockctl {name} {inner}`\n\n{_fenced(below.get_help())}")
        pages[DOCS / "commands" / f"{name}.md"] = f"{_MADE}\n\n" + "\n\n".join(parts) + "\n"
    return pages


_MADE = "<!-- made by `make docs` from the program itself; change it there -->"


def _fenced(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"```\n{text}\n```"


def topics_page() -> str:
    """Return all pages of `stockctl help TOPIC` as one."""
    from stockctl.cli.topics import topics

    parts = [text.replace("# ", "## ", 1) for text in topics().values()]
    head = f"{_MADE}\n\n# Topics\n\nThe pages of `stockctl help TOPIC`."
    return "\n\n".join([head, *parts]) + "\n"


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


def wanted() -> dict[Path, str]:
    """Return every file that holds something generated, with the text that it is to have."""
    from manual import manual

    pages = command_pages() | {DOCS / "topics.md": topics_page(), DOCS / "stockctl.1": manual()}
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]:
        if path not in pages and path.exists():
            text = path.read_text(encoding="utf-8")
            pages[path] = BLOCK.sub(lambda found: f"{found[1]}{GENERATORS[found[2]]()}\n{found[3]}", text)
    return pages


def main() -> None:
    """Rewrite what is stale, or name it."""
    pages = wanted()
    left = set((DOCS / "commands").glob("*.md")) - set(pages)
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        if stale or left:
            names = ", ".join(str(path.relative_to(ROOT)) for path in sorted([*stale, *left]))
            sys.exit(f"stale: {names}: run `make docs`")
        return
    for path in left:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")


if __name__ == "__main__":
    # Help is as wide as the terminal.
    os.environ |= {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    sys.path.insert(0, str(ROOT))
    main()
