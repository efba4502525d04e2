"""What is written is written by the functions that show what is hidden; nothing goes to a stream past them."""

from __future__ import annotations

import ast

from tests.conftest import ROOT

# These write: text through `visible`, JSON through `in_json`, a stream that is broken in words of its own, and
# a process of ours that tells its parent, in JSON, what stands in a PDF.
WRITERS = {"report/terminal.py", "report/document.py", "cli/shell/streams.py", "earnings/reading/pdf_tables.py"}
WRITING = {"sys.stderr.write", "sys.stdout.write", "typer.echo", "typer.secho", "print", "sys.stderr.buffer.write"}
ASKING = {"typer.confirm", "typer.prompt", "getpass.getpass", "input"}


def _shown(argument: ast.expr) -> bool:
    """Whether all that a text is made of is a constant, or goes through `visible`."""
    if isinstance(argument, ast.JoinedStr):
        return all(_shown(part) for part in argument.values)
    if isinstance(argument, ast.FormattedValue):
        return _shown(argument.value)
    called = isinstance(argument, ast.Call) and ast.unparse(argument.func) == "visible"
    return called or isinstance(argument, ast.Constant)


def test_nothing_is_written_past_the_functions_that_show_what_is_hidden() -> None:
    wrong = []
    for path in sorted((ROOT / "stockctl").rglob("*.py")):
        name = str(path.relative_to(ROOT / "stockctl"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            past = called in WRITING and name not in WRITERS
            asked = called in ASKING and not all(map(_shown, node.args))  # type: ignore[attr-defined] # a call has some
            if past or asked:
                wrong.append(f"{name}:{node.lineno}: {called}")  # type: ignore[attr-defined] # and stands in a line
    assert not wrong
