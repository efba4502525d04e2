"""The peers: Python ones in an environment of their own, programs as they are found; and the versions of all."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[3]
HOME = ROOT / ".venv-peers"
PYTHON = HOME / "bin" / "python"
# imagededup asks for torch, which its hashing does without: it is installed without what it asks for.
PACKAGES, ALONE = (
    ("cleanvision==0.3.7", "duckdb>=1.3", "scikit-learn", "matplotlib", "PyWavelets", "tqdm"),
    ("imagededup==0.3.3.post2",),
)
PROGRAMS = {
    "exiftool": ["exiftool", "-ver"],
    "exiv2": ["exiv2", "--version"],
    "lftp": ["lftp", "--version"],
    "rclone": ["rclone", "version"],
    "sqlite3": ["sqlite3", "--version"],
    "czkawka_cli": ["czkawka_cli", "--version"],
}


def install() -> None:
    """Install the Python peers, where they are not yet.

    Raises:
        SystemExit: the installer failed; its output was printed.

    """
    if not (HOME / ".done").exists():
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        for command in ([sys.executable, "-m", "venv", str(HOME)], [*pip, *PACKAGES], [*pip, "--no-deps", *ALONE]):
            if subprocess.run(command, check=False).returncode:
                sys.exit(f"The peers could not be installed: {' '.join(command)}")
        (HOME / ".done").touch()


def missing(*programs: str) -> str:
    """Return which of these programs are not on this machine, as a reason; empty where all are."""
    gone = [program for program in programs if shutil.which(program) is None]
    return f"not installed: {', '.join(gone)}" if gone else ""


def versions() -> dict[str, str]:
    """Return the version of each peer that is here, by name."""
    found = {"stockctl": version("stockctl"), "Python": platform.python_version()}
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installed = dict(line.split("==", 1) for line in listed.splitlines() if "==" in line)
    found |= {name: installed[name] for name in ("cleanvision", "imagededup", "duckdb") if name in installed}
    for name, command in PROGRAMS.items():
        if shutil.which(name):
            said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
            words = [word.strip("v,") for word in (said or [""])[0].split()]
            found[name] = next((word for word in words if word[:1].isdigit()), "?")
    return found


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = named[0] if named else model
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return {"processor": model, "cores": str(os.cpu_count()), "system": platform.platform(), "load before": load}
