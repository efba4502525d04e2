"""The audit of the locks fails where a package has a known hole, and only there; no network is no hole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOLE = {"id": "PYSEC-2024-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}


def _audited(folder: Path, *, out: Any = None, err: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
    """Audit a lock with a pip-audit that ends so."""
    answer = "" if out is None else json.dumps({"dependencies": out, "fixes": []})
    program = folder / "pip-audit"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdout.write({answer!r})\nsys.stderr.write({err!r})\nsys.exit({code})\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return subprocess.run(
        [sys.executable, ".ci/audit.py", "--program", str(program), "requirements.lock"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


GOOD = {"name": "one", "version": "1.0", "vulns": []}


@pytest.mark.parametrize(
    ("ends", "code", "says"),
    [
        ({"out": [GOOD]}, 0, "1 of 1 packages audited, 0 known holes"),
        ({"out": [GOOD, {**GOOD, "vulns": [HOLE]}], "code": 1}, 1, "one 1.0: PYSEC-2024-1, mended in 2.0"),
        ({"out": [{"name": "one", "skip_reason": "not found"}]}, 0, "skipped, the advisory service knows none"),
        ({"err": "requests.exceptions.ConnectionError: no name", "code": 1}, 0, "skipped, the advisory service could"),
        ({"err": "pip-audit: error: unrecognized arguments: -x", "code": 2}, 1, "pip-audit failed with 2"),
    ],
    ids=["sound", "hole", "unknown", "unreached", "wrongly called"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in begins with #!")
def test_only_a_known_hole_or_a_wrong_call_fails(tmp_path: Path, ends: dict[str, Any], code: int, says: str) -> None:
    done = _audited(tmp_path, **ends)
    assert done.returncode == code
    assert says in done.stdout + done.stderr


def test_the_audit_is_part_of_what_has_to_pass_and_no_part_of_the_product() -> None:
    assert "make audit" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    for lock in ROOT.glob("requirements*.lock"):
        assert "\npip-audit==" not in lock.read_text(encoding="utf-8")
