"""Settings: read, checked by name and type, and plain about the line that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.config import DEFAULTS, KEYS, SAMPLE, load_settings
from stockctl.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[defaults]\ncreator = [\n", ":2", "not valid TOML"),
        ("[defaults]\n\ncreater = ['Sari']\n", ":3", "'creater'"),
        ("[default]\ncreator = ['Sari']\n", ":1", "'default'"),
        ("[agencies.alamy]\nhost = 'x'\nport = 'ftp'\n", ":3", "port must be a whole number"),
        ("[agencies.alamy]\npasswort = 'x'\n", ":2", "'passwort'"),
        ("[agencies]\nalamy = 1\n", ":2", "section of its own"),
        ("check = 1\n", ":1", "must be a section"),
        ("[check]\nworkers = true\n", ":2", "whole number"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, line: str, words: str) -> None:
    path = tmp_path / "stockctl.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert words in caught.value.message
    assert f"{path}{line}" in caught.value.where
    assert caught.value.hint


def test_the_sample_is_valid_and_sets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "stockctl.toml"
    path.write_text(SAMPLE)
    assert all(not table for table in load_settings(path).values.values())


def test_every_default_is_a_key() -> None:
    for name in DEFAULTS:
        section, _, key = name.rpartition(".")
        assert key in KEYS[section]


def test_a_broken_settings_file_ends_a_command_with_2(stockctl: Callable[..., Run], home: Path) -> None:
    (home / "stockctl.toml").write_text("[check]\nagencys = ['alamy']\n")
    run = stockctl("check", home)
    assert run.code == 2
    assert "stockctl.toml:2" in run.err
    assert "did you mean agencies?" in run.err
    assert run.out == ""


def test_init_writes_once_and_show_tells_where_from(stockctl: Callable[..., Run], home: Path) -> None:
    assert stockctl("config", "init").code == 0
    assert stockctl("config", "init").code == 2
    (home / "stockctl.toml").write_text('[defaults]\ncopyright = "© Sari"\n')
    shown = {entry["key"]: entry for entry in stockctl("config", "show", "--json").json["settings"]}
    assert shown["defaults.copyright"] == {
        "key": "defaults.copyright",
        "value": "© Sari",
        "from": str(home / "stockctl.toml"),
    }
    assert shown["keyword.limit"]["from"] == "default"
