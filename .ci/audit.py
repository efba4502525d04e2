"""Ask the advisory service about every pinned dependency: exit 1 where one has a known hole.

Where the service cannot be reached, or knows none of the packages (a mirror
answers in its place), that is said and nothing fails: no network is no hole.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-extras.lock")
# How pip-audit ends where nobody answers; anything else that it ends with is a fault to be seen.
UNREACHED = ("ConnectionError", "ConnectionTimeout", "ServiceError", "ProxyError", "Timeout", "HTTPError", "SSLError")
LIMIT_S = 600


def main(arguments: list[str] | None = None) -> int:
    """Audit the locks and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(ROOT / ".venv-audit/bin/pip-audit"), help="the pip-audit to run")
    parser.add_argument("locks", nargs="*", default=[str(ROOT / lock) for lock in LOCKS], help="the locks to audit")
    options = parser.parse_args(arguments)
    return max(audit(options.program, lock) for lock in options.locks)


def audit(program: str, lock: str) -> int:
    """Audit one lock, say what came of it, and return 1 where a package has a known hole."""
    name = Path(lock).name
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours with a lock of ours
            [program, "--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json", "-r", lock],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"{name}: skipped, the advisory service did not answer within {LIMIT_S} s")
        return 0
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = done.stderr.strip().rpartition("\n")[2]
        if any(sign in done.stderr for sign in UNREACHED):
            print(f"{name}: skipped, the advisory service could not be reached ({last[:200]})")
            return 0
        print(f"{name}: pip-audit failed with {done.returncode}: {last}", file=sys.stderr)
        return 1
    known = [package for package in packages if "vulns" in package]
    if not known:
        print(f"{name}: skipped, the advisory service knows none of its {len(packages)} packages")
        return 0
    holes = [(package, hole) for package in known for hole in package["vulns"]]
    for package, hole in holes:
        mended = ", ".join(hole.get("fix_versions") or ["no version yet"])
        print(f"{name}: {package['name']} {package['version']}: {hole['id']}, mended in {mended}", file=sys.stderr)
    print(f"{name}: {len(known)} of {len(packages)} packages audited, {len(holes)} known holes")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
