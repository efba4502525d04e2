"""What a plan decides: quotas, batches, companions, names that collide."""

from __future__ import annotations

import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.agencies import load
from stockctl.catalogue.sent.ledger import Sending
from stockctl.submit.quota import quotas, within
from stockctl.submit.sending.resume import Begun, Step, next_step
from tests.servers.moody import Moody
from tests.submit import batch
from tests.submit.outside import configure, rows, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.agencies import Agency
    from stockctl.submit.preflight import Candidate
    from tests.conftest import Run


SHUTTERSTOCK = load()["shutterstock"]


@pytest.fixture(autouse=True)
def check(monkeypatch: pytest.MonkeyPatch) -> batch.Check:
    return batch.install(monkeypatch)


@pytest.fixture
def prepare(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Prepare the folder `in` in the outbox `box`."""

    def run(agency: str, *options: str) -> Run:
        return stockctl("submit", tmp_path / "in", "--agency", agency, "--outbox", tmp_path / "box", "--json", *options)

    return run


def small_quota(home: Path, images: int) -> None:
    (home / "agencies").mkdir()
    (home / "agencies/shutterstock.toml").write_text(f'name = "shutterstock"\n[quota]\nimages = {images}\n')


def test_what_exceeds_the_quota_waits_until_a_place_comes_free(
    prepare: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    small_quota(home, 3)
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(5)))
    run = prepare("shutterstock")
    assert run.code == 1
    assert list(states(run).values()) == ["prepared"] * 3 + ["held"] * 2
    free = datetime.now(UTC) + timedelta(days=7)
    assert run.json["files"][3]["why"][0].startswith(f"quota: 3 in 7 days are used up; it waits until {free:%Y-%m-%d}")
    status = stockctl("submit", "--status", "--agency", "shutterstock", "--json").json["status"][0]
    assert (status["prepared"], status["waiting"], status["failed"]) == (3, 2, 0)
    assert set(states(prepare("shutterstock", "--retry-failed")).values()) == {"skipped"}
    assert run.json["quota"]["used"] == run.json["quota"]["limit"] == 3
    second = prepare("shutterstock")
    assert f"{free:%Y-%m-%d}" in second.json["files"][3]["why"][0]
    status = stockctl("submit", "--status", "--agency", "shutterstock", "--json").json["status"][0]
    assert status["quota"]["free_at"].startswith(f"{free:%Y-%m-%d}")
    # A week later the places are free again.
    with closing(sqlite3.connect(home / "catalogue.db")) as connection, connection:
        connection.execute("UPDATE sendings SET at = '2020-01-01T00:00:00+00:00'")
    assert list(states(prepare("shutterstock")).values()) == ["skipped"] * 3 + ["prepared"] * 2


def test_a_quota_that_the_agency_does_not_tell_itself_only_warns(
    prepare: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    (home / "agencies").mkdir(exist_ok=True)
    fact = '{ value = 3, source = "a forum", confidence = "third-party", checked = 2026-11-28 }'
    (home / "agencies" / "shutterstock.toml").write_text(f"[quota]\nimages = {fact}\n")
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(5)))
    planned = prepare("shutterstock", "--dry-run")
    assert set(states(planned).values()) == {"planned"}
    assert [bool(file["why"]) for file in planned.json["files"]] == [False] * 3 + [True] * 2
    assert "3 in 7 days are used up, by what is said of it" in planned.json["files"][3]["why"][0]
    assert "held" not in states(prepare("shutterstock")).values()


def test_every_text_that_goes_otherwise_than_in_the_file_is_listed(
    prepare: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    words = tuple(f"word{number}" for number in range(52))
    check.said["a.jpg"] = batch.with_record(
        title="Old bridge, river and mist at sunrise near the old town, " * 2, keywords=(*words, "a, b")
    )
    batch.files(tmp_path / "in", "a.jpg")
    told = prepare("adobe_stock", "--dry-run").json["files"][0]["changes"]
    assert told[0].startswith("title: “Old bridge river and mist")
    assert "in the file “Old bridge, river and mist" in told[0]
    assert told[1].startswith("keywords without 4 of the file's: word49, word50, word51, a, b")
    check.said["a.jpg"] = batch.with_record(title="")
    told = prepare("pond5", "--dry-run").json["files"][0]["changes"]
    assert told[0].startswith("title: “A long wave breaks")
    assert told[0].endswith("which the file leaves empty")


def test_a_title_too_short_is_held_and_not_replaced(
    prepare: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    check.said["a.jpg"] = batch.with_record(title="Wave at dusk, Bali")
    batch.files(tmp_path / "in", "a.jpg")
    run = prepare("pond5")
    assert states(run) == {"a.jpg": "held"}
    assert run.json["files"][0]["why"] == ["text-too-short: title of 18 characters, needs 40"]


def test_what_waits_goes_place_by_place(home: Path) -> None:
    small_quota(home, 3)
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    (quota,) = (one for one in quotas(load(home)["shutterstock"], _sent(now, 6, 5)) if "photo" in one.kinds)
    waits = within([quota], ["photo"] * 6, now)
    # One place is left; the others come free a day, two days and seven days from now, and a week later again.
    assert waits[0] is None
    days = [(wait.until - now).days for wait in waits[1:] if wait is not None and wait.until is not None]
    assert days == [1, 2, 7, 8, 9]


def _sent(now: datetime, *days_ago: int) -> list[Sending]:
    return [Sending(str(days), "photo", now - timedelta(days=days)) for days in days_ago]


def test_what_went_by_hand_needs_no_place_and_no_next_step(
    prepare: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    small_quota(home, 1)
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    shown, marked = prepare("shutterstock", "--mark-sent", "--dry-run"), prepare("shutterstock", "--mark-sent")
    assert set(states(shown).values()) == {"planned"}
    assert set(states(marked).values()) == {"sent"}
    for run in (shown, marked):
        assert run.json["sheet"]["rows"] == 0
        assert run.json["sheet"]["next"] == ""


def test_a_clock_set_back_opens_no_quota(prepare: Callable[..., Run], tmp_path: Path, home: Path) -> None:
    small_quota(home, 1)
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    assert list(states(prepare("shutterstock")).values()) == ["prepared", "held"]
    with closing(sqlite3.connect(home / "catalogue.db")) as connection, connection:
        ahead = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
        connection.execute("UPDATE sendings SET at = ?", [ahead])
        connection.execute("UPDATE uploads SET changed_at = ?", [ahead])
    run = prepare("shutterstock")
    assert list(states(run).values()) == ["skipped", "held"]


@given(st.lists(st.sampled_from(["photo", "video", "audio"]), max_size=30), st.integers(0, 12), st.integers(0, 5))
def test_no_plan_exceeds_a_quota(kinds: list[str], sent: int, clips: int) -> None:
    agency = SHUTTERSTOCK
    now = datetime.now(UTC)
    before = [Sending(f"p{n}", "photo", now) for n in range(500 - 6 + min(sent, 6))]
    before += [Sending(f"v{n}", "video", now) for n in range(100 - clips)]
    limits = quotas(agency, before)
    going = Counter(kind for kind, full in zip(kinds, within(limits, kinds, now), strict=True) if full is None)
    assert going["photo"] == min(kinds.count("photo"), 6 - min(sent, 6))
    assert going["video"] == min(kinds.count("video"), clips)
    assert going["audio"] == kinds.count("audio")


def test_names_that_collide_are_told_apart_and_remembered(prepare: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a/wave.jpg", "b/Wave.jpg", "c/wave!.jpg")
    first = prepare("shutterstock")
    assert [file["remote"] for file in first.json["files"]] == ["wave.jpg", "Wave_2.jpg", "wave_3.jpg"]
    batch.files(tmp_path / "in", "d/wave.jpg")
    second = prepare("shutterstock")
    assert second.json["files"][-1]["remote"] == "wave_4.jpg"
    again = prepare("shutterstock", "--again")
    assert [file["remote"] for file in again.json["files"]] == ["wave.jpg", "Wave_2.jpg", "wave_3.jpg", "wave_4.jpg"]


def test_the_same_picture_twice_in_a_batch_goes_once(prepare: Callable[..., Run], tmp_path: Path) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg")
    (tmp_path / "in/copy.jpg").write_bytes(path.read_bytes())
    assert states(prepare("pond5")) == {"a.jpg": "prepared", "copy.jpg": "skipped"}


def test_a_vector_goes_with_its_preview_back_to_back(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.files(tmp_path / "in", "logo.eps", "logo.jpg", "wave.jpg")
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "pond5", monkeypatch)
        run = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--json")
    assert states(run) == {"logo.eps": "sent", "logo.jpg": "skipped", "wave.jpg": "sent"}
    assert run.json["files"][0]["companions"] == ["logo.jpg"]
    assert {path.name for path in moody.folder.iterdir()} == {"logo.eps", "logo.jpg", "wave.jpg"}
    assert [row["originalfilename"] for row in rows(run.json["sheet"]["path"])] == ["logo.eps", "wave.jpg"]


def test_a_vector_without_its_preview_is_held(prepare: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "logo.eps")
    run = prepare("freepik")
    assert run.code == 1
    assert states(run) == {"logo.eps": "held"}
    assert run.json["files"][0]["why"][0].startswith("missing-companion")


def test_a_zip_where_the_agency_wants_one(prepare: Callable[..., Run], tmp_path: Path) -> None:
    eps, jpg = batch.files(tmp_path / "in", "logo (1).eps", "logo (1).jpg")
    run = prepare("depositphotos")
    assert states(run) == {"logo (1).eps": "prepared", "logo (1).jpg": "skipped"}
    assert run.json["files"][0]["remote"] == "logo_1.zip"
    with zipfile.ZipFile(tmp_path / "box/depositphotos/logo_1.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "logo_1.eps": eps.read_bytes(),
            "logo_1.jpg": jpg.read_bytes(),
        }
    assert [row["Filename"] for row in rows(run.json["sheet"]["path"])] == ["logo_1.zip"]
    assert states(prepare("depositphotos"))["logo (1).eps"] == "skipped"


def test_a_zip_is_of_what_was_checked_and_leaves_nothing_behind(
    prepare: Callable[..., Run], check: batch.Check, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eps, jpg = batch.files(tmp_path / "in", "logo.eps", "logo.jpg")
    batch.files(tmp_path / "in", "wave.jpg")
    (home / "catalogue.db.zip-1f-of-a-dead-run").write_bytes(b"left behind")
    candidate = check.candidate

    def spoil(path: Path, agency: Agency) -> Candidate:
        found = candidate(path, agency)
        if path == jpg:
            eps.write_bytes(b"another drawing") if mood == "changed" else eps.unlink()
        return found

    monkeypatch.setattr(check, "candidate", spoil)
    for mood in ("changed", "gone"):
        run = prepare("depositphotos")
        assert states(run)["logo.eps"] == "failed", run.json
        assert ("it changed since" if mood == "changed" else "no such file") in run.json["files"][0]["why"][0]
    assert states(run)["wave.jpg"] == "skipped"
    assert [path.name for path in home.iterdir() if ".zip" in path.name] == []


def test_a_zip_that_was_cut_off_is_gone_on_with(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stockctl.submit.sending.worker.SETTLE_SECONDS", 0.05)
    batch.files(tmp_path / "in", "logo.eps", "logo.jpg")
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "depositphotos", monkeypatch)
        assert stockctl("submit", tmp_path / "in", "--agency", "depositphotos").code == 0
        there = moody.folder / "logo.zip"
        whole = there.read_bytes()
        there.write_bytes(whole[:15_000])
        with closing(sqlite3.connect(home / "catalogue.db")) as connection, connection:
            connection.execute("UPDATE uploads SET state = 'sending', sheet = NULL")
        run = stockctl("submit", tmp_path / "in", "--agency", "depositphotos", "--json")
    assert run.json["files"][0]["resumed_at"] == 15_000, run.json
    assert there.read_bytes() == whole


def test_a_vector_beside_its_jpeg_in_another_folder(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.files(tmp_path / "in", "logo.eps", "logo.jpg")
    (tmp_path / "drop/additional").mkdir(parents=True)
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "dreamstime", monkeypatch)
        run = stockctl("submit", tmp_path / "in", "--agency", "dreamstime", "--json")
    assert states(run) == {"logo.eps": "sent", "logo.jpg": "skipped"}, run.json
    assert (tmp_path / "drop/additional/logo.eps").exists()
    assert (tmp_path / "drop/logo.jpg").exists()
    assert run.json["files"][0]["folder"] == "additional"
    assert [row["Filename"] for row in rows(run.json["sheet"]["path"])] == ["logo.jpg"]


def test_batches_of_one_type_and_at_most_a_hundred(
    prepare: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", *(f"w{number:03}.jpg" for number in range(103)), "clip.mp4", size=50)
    check.choices["w000.jpg"] = {"editorial": "yes"}
    run = prepare("istock_getty")
    assert run.code == 0, run.json["files"][0]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    folders = Counter(Path(file["folder"]).name for file in run.json["files"])
    assert folders == {
        f"{today}-creative-image-1": 100,
        f"{today}-creative-image-2": 2,
        f"{today}-creative-video-1": 1,
        f"{today}-editorial-image-1": 1,
    }
    assert len(run.json["sheet"]["paths"]) == 4
    assert sorted(len(rows(path)) for path in run.json["sheet"]["paths"]) == [1, 1, 2, 100]
    assert "esp.gettyimages.com" in run.json["sheet"]["next"]


@pytest.mark.parametrize("agency", [one for one in load().values() if not one.closed], ids=lambda one: one.name)
def test_every_agency_gets_a_prepared_folder(agency: object, prepare: Callable[..., Run], tmp_path: Path) -> None:
    name = str(getattr(agency, "name", ""))
    batch.files(tmp_path / "in", "wave.jpg", "surf.mp4")
    run = prepare(name)
    taken = {file: state for file, state in states(run).items() if state == "prepared"}
    assert set(states(run).values()) <= {"prepared", "skipped"}, run.json
    there = {path.name for path in (tmp_path / "box").rglob("*") if path.suffix in {".jpg", ".mp4"}}
    assert there == set(taken)
    assert bool(run.json["sheet"]["next"]) is bool(taken)


@given(
    size=st.integers(1, 10**9),
    there=st.none() | st.integers(-1, 2 * 10**9),
    handed_over=st.booleans(),
    resumes=st.booleans(),
    acknowledged=st.booleans(),
)
def test_nothing_truncated_ever_counts_as_sent(
    size: int, there: int | None, *, handed_over: bool, resumes: bool, acknowledged: bool
) -> None:
    step = next_step(Begun(size, there, handed_over), resumes=resumes, acknowledged=acknowledged)
    if step is Step.VERIFIED:
        assert there == size
    if step is Step.TAKEN_IN:
        assert there is None
        assert handed_over
        assert acknowledged
    if step is Step.RESUME:
        assert resumes
        assert there is not None
        assert 0 < there < size
    if there is not None and there > size:
        assert step is Step.REPLACE
