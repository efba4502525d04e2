"""Packages of others: the page's own example, installed and used through the commands; broken ones are told once."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
AGENCY = """
title = "Acme Photos"
[sources]
help = "acme.example/help"
[accepts]
photo = { value = true, source = "help", confidence = "official", checked = 2026-11-01 }
[image]
min_mp = { value = 90, source = "help", confidence = "official", checked = 2026-11-01 }
"""
STATEMENT = "When,Picture,Net USD\n2026-03-01,A1,1.25\n2026-03-02,A2,0.75\n"


def install(site: Path, name: str, files: dict[str, str], entries: dict[str, str]) -> None:
    """Lay a package out as an installer would: its modules, and a dist-info beside them."""
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"[stockctl.{group}]\nx = {value}\n" for group, value in entries.items()]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def acme(site: Path) -> Path:
    """The package of the page, with the code that stands there."""
    statement, rule = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert '"stockctl.agencies"' in PAGE
    install(
        site,
        "acme-stock",
        {
            "acme_stock/__init__.py": "",
            "acme_stock/agencies/acme.toml": AGENCY,
            "acme_stock/agencies/__init__.py": "raise SystemExit('data, not code')",
            "acme_stock/statements.py": statement,
            "acme_stock/rules.py": rule,
        },
        {
            "agencies": "acme_stock.agencies",
            "statements": "acme_stock.statements",
            "rules": "acme_stock.rules",
        },
    )
    return site


@pytest.fixture
def run(program: Callable[..., Run], site: Path) -> Callable[..., Run]:
    return lambda *arguments, **more: program(*arguments, **{"PYTHONPATH": f"{site}:{ROOT}", **more})


@pytest.fixture
def square(tmp_path: Path) -> Path:
    put(tmp_path / "square.jpg", patches(1, 400, 400))
    return tmp_path / "square.jpg"


def test_what_a_package_brings_is_used_and_bears_its_name(
    acme: Path, run: Callable[..., Run], square: Path, tmp_path: Path
) -> None:
    assert acme
    found = run("check", square, "--agency", "acme", "--json")
    assert found.code == 1
    assert found.err == ""
    findings = {one["name"]: one for one in found.json["assets"][0]["findings"]}
    assert findings["acme-stock/no-squares"]["rule"] == "acme-stock/ACM001"
    assert findings["too-few-pixels"]["agency"] == "acme"
    assert found.json["assets"][0]["verdict"] == {"acme": "blocked"}
    assert "acme-stock/no-squares" in run("check", square).out
    ignored = run("check", square, "--ignore", "acme-stock/no-squares", "--json").json["assets"][0]
    assert "acme-stock/no-squares" not in [one["name"] for one in ignored["findings"]]
    assert "crop it to 3:2" in run("check", "--explain", "acme-stock/no-squares").out
    rules = {one["name"]: one["package"] for one in run("check", "--rules", "--json").json["rules"]}
    assert rules["acme-stock/no-squares"] == "acme-stock"
    assert rules["noise"] is None
    agencies = {one["name"]: one["package"] for one in run("agencies", "--json").json["agencies"]}
    assert agencies["acme"] == "acme-stock"
    assert agencies["alamy"] is None
    assert "acme (acme-stock)" in run("agencies").out
    assert "acme-stock, which is none of stockctl's" in run("agencies", "acme").out
    (tmp_path / "march.csv").write_text(STATEMENT, encoding="utf-8")
    earned = run("earnings", tmp_path / "march.csv", "--year", "2026", "--json").json
    assert earned["imported"][0]["layout"] == "acme-stock/monthly"
    assert [(one["agency"], one["amount"]) for one in earned["totals"]] == [("acme", "2.00")]
    plugins = run("config", "show", "--json").json["plugins"]
    assert [one["group"] for one in plugins] == ["agencies", "statements", "rules"]


def test_one_s_own_toml_file_comes_first(acme: Path, run: Callable[..., Run], home: Path) -> None:
    assert acme
    (home / "agencies").mkdir()
    (home / "agencies" / "acme.toml").write_text("[image]\nmin_mp = 1\n", encoding="utf-8")
    limits = run("agencies", "acme", "--json").json["agencies"][0]["limits"]
    assert limits["image.min_mp"]["value"] == 1


def test_a_verdict_is_judged_anew_when_a_package_comes_changes_and_goes(
    acme: Path, run: Callable[..., Run], square: Path
) -> None:
    def names() -> set[str]:
        return {one["name"] for one in run("check", square, "--json").json["assets"][0]["findings"]}

    def message() -> str:
        findings = run("check", square, "--json").json["assets"][0]["findings"]
        return next(str(one["message"]) for one in findings if one["name"] == "acme-stock/no-squares")

    assert message() == "the picture is square"
    rules = acme / "acme_stock" / "rules.py"
    rules.write_text(rules.read_text(encoding="utf-8").replace("picture is square", "picture is a square"), "utf-8")
    assert message() == "the picture is a square"
    shutil.rmtree(acme)
    assert "acme-stock/no-squares" not in names()


def test_all_are_left_out_when_a_person_says_so(acme: Path, run: Callable[..., Run], square: Path) -> None:
    assert acme
    found = run("check", square, "--json", STOCKCTL_PLUGINS="none")
    assert not any("/" in one["name"] for one in found.json["assets"][0]["findings"])
    assert run("agencies", "acme", STOCKCTL_PLUGINS="none").code == 2


BAD_RULE = "from stockctl.check.rules.registry import Hit, rule\n"
BROKEN = {
    "a module that is not there": ({}, {"rules": "nowhere.rules"}),
    "an error at import": ({"bad/__init__.py": "1 / 0"}, {"rules": "bad"}),
    "an exit at import": ({"bad/__init__.py": "raise SystemExit(0)"}, {"rules": "bad"}),
    "broken code": ({"bad/__init__.py": "def ("}, {"rules": "bad"}),
    "a rule that fails": (
        {"bad/__init__.py": BAD_RULE + "@rule('B1', 'b', 'B', 'warning')\ndef b(asset):\n    'B'\n    yield 1 / 0\n"},
        {"rules": "bad"},
    ),
    "a rule that gives rubbish": (
        {"bad/__init__.py": BAD_RULE + "@rule('B1', 'b', 'B', 'warning')\ndef b(asset):\n    'B'\n    yield 'x'\n"},
        {"rules": "bad"},
    ),
    "a severity that is none": (
        {"bad/__init__.py": BAD_RULE + "@rule('B1', 'b', 'B', 'deadly')\ndef b(asset):\n    'B'\n    yield Hit('x')\n"},
        {"rules": "bad"},
    ),
    "an agency that is no TOML": ({"bad/x.toml": "[["}, {"agencies": "bad"}),
    "an agency without sources": ({"bad/x.toml": "[image]\nmin_mp = 4\n"}, {"agencies": "bad"}),
    "an agency of ours": ({"bad/alamy.toml": AGENCY}, {"agencies": "bad"}),
    "no agency at all": ({"bad/__init__.py": ""}, {"agencies": "bad"}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_package_is_told_once_and_the_rest_goes_on(
    site: Path, run: Callable[..., Run], square: Path, tmp_path: Path, what: str
) -> None:
    put(tmp_path / "second.jpg", patches(2))
    install(site, "Bad_Package", *BROKEN[what])
    found = run("check", square, tmp_path / "second.jpg", "--agency", "alamy", "--json")
    assert found.code in {0, 1}
    assert found.json["errors"] == []
    assert [set(one["verdict"]) for one in found.json["assets"]] == [{"alamy"}] * 2
    assert not any("/" in one["name"] for asset in found.json["assets"] for one in asset["findings"])
    assert found.err.count("warning: bad-package") == 1, found.err
    assert "hint:" in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "body", ["1 / 0", "return 'no plan'", "return RowPlan(1, ('a', 'b', 'c'), 0, 'bad', lambda row: 1 // 0)"]
)
def test_a_broken_layout_is_told_and_others_are_read(
    site: Path, run: Callable[..., Run], tmp_path: Path, body: str
) -> None:
    code = (
        "from stockctl.earnings.statements.layout import Provenance, RowPlan, layout\n"
        "@layout('b', agency='bad', title='b', provenance=Provenance.OFFICIAL, source='x')\n"
        f"def b(source):\n    if 'When' in source.header or {body!r} == '1 / 0': {body}\n"
    )
    install(site, "bad", {"bad.py": code}, {"statements": "bad"})
    (tmp_path / "march.csv").write_text(STATEMENT, encoding="utf-8")
    (tmp_path / "plain.csv").write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n2026-01-02,alamy,A1,a.jpg,image,RF,1.00,USD\n",
        encoding="utf-8",
    )
    found = run("earnings", tmp_path / "march.csv", tmp_path / "plain.csv", "--year", "2026", "--json")
    assert found.code in {1, 2}
    assert [one["agency"] for one in found.json["totals"]] == ["alamy"]
    assert found.err.count("warning: bad") == 1, found.err
    assert "Traceback" not in found.err


def test_looking_for_packages_costs_hardly_anything_and_loads_nothing(run: Callable[..., Run]) -> None:
    from stockctl import plugins

    begun = time.process_time()
    for _ in range(5):
        plugins._any_named()
    assert (time.process_time() - begun) / 5 < 0.03
    told = run("agencies", PYTHONPROFILEIMPORTTIME="1").err
    assert "stockctl.plugins" in told
    assert "importlib.metadata" not in told
