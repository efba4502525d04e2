"""Every rule of facts and words: one bad case that fires it alone, good cases that fire nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.agencies import Confidence, load
from stockctl.check.rules import elsewhere, releases, seen, unknown, written
from stockctl.check.rules.formats import audio, clips, files, vectors, video
from stockctl.check.rules.registry import rules
from stockctl.check.rules.texts import ai, editorial, words
from stockctl.check.rules.texts import fields as texts
from stockctl.media.capture import Capture
from stockctl.report.finding import Finding, Severity
from tests.check_rules.good import AUDIO, EVERY_KIND, PHOTO, VECTOR, VIDEO, chosen, found, release, said

if TYPE_CHECKING:
    from stockctl.check.asset import Asset

MODULES = {
    module.__name__
    for module in (
        ai,
        audio,
        clips,
        editorial,
        elsewhere,
        files,
        releases,
        seen,
        texts,
        unknown,
        vectors,
        video,
        words,
        written,
    )
}
# Rules of other modules that go by facts; what goes by pixels has its cases in tests/check_pixels.
BESIDE = {"wrong-colour-space", "damaged-file", "similar-content", "refused-before"}
OURS = {name: rule for name, rule in rules().items() if rule.function.__module__ in MODULES or name in BESIDE}
AGENCIES = load()

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LONG = ("An old stone bridge crosses a calm river while the first sun of a spring day lights towers " * 9).strip()

TWIN = {"name": "b.jpg", "identical": False, "burst": False, "distance": 3, "limit": 10, "submitted": ["alamy"]}
LESSON = {
    "rule": "noise",
    "agency": "alamy",
    "measurement": "noise",
    "learned": 0.6,
    "above": True,
    "applied": False,
    "evidence": "8 of 9 refused above 0.6",
}
MADE_BY_A_MODEL = {
    "makers": ["Imaginator 7"],
    "actions": ["c2pa.created"],
    "source_types": ["trainedAlgorithmicMedia"],
    "fault": "",
}

SEEN = {"model": "seer", "brands": [], "text": [], "people": 0, "property": [], "generated": ""}

# Rule, agency (or empty for a rule of the file itself), the asset that breaks it, how much that weighs there.
BAD: list[tuple[str, str, Asset, Severity]] = [
    ("unknown-rules", "wirestock", PHOTO, INFO),
    ("unaccepted-format", "shutterstock", replace(PHOTO, format="webp", path=Path("a.webp")), ERROR),
    ("unaccepted-format", "pond5", replace(PHOTO, format="webp", path=Path("a.webp")), ERROR),
    ("unaccepted-format", "adobe_stock", replace(PHOTO, format="png", path=Path("a.png")), ERROR),
    ("unaccepted-format", "shutterstock", found(replace(PHOTO, format="tiff", path=Path("a.tif")), layers=3), WARNING),
    ("too-few-pixels", "shutterstock", replace(PHOTO, width=2000, height=1999), ERROR),
    ("too-few-pixels", "pond5", replace(PHOTO, width=1500, height=1000), ERROR),
    ("too-few-pixels", "pond5", replace(PHOTO, width=1150, height=2000), ERROR),
    ("too-many-pixels", "shutterstock", replace(VECTOR, width=6000, height=5000), ERROR),
    ("too-few-keywords", "alamy", said(keywords=("bridge", "stone", "river", "old")), ERROR),
    ("too-few-pixels", "adobe_stock", replace(VECTOR, width=1000, height=1000), WARNING),
    ("too-few-pixels", "istock_getty", replace(PHOTO, width=1600, height=1100), WARNING),
    ("too-few-pixels", "freepik", replace(PHOTO, width=1900, height=1900), WARNING),
    ("too-many-pixels", "adobe_stock", replace(PHOTO, width=12_000, height=9_000), ERROR),
    ("too-many-pixels", "vecteezy", replace(VECTOR, width=6000, height=6000), ERROR),
    ("too-many-pixels", "freepik", replace(PHOTO, width=10_001, height=4000), WARNING),
    ("file-too-large", "adobe_stock", replace(PHOTO, bytes=60_000_000), ERROR),
    ("file-too-large", "adobe_stock", replace(PHOTO, bytes=46_000_000), WARNING),
    ("file-too-large", "vecteezy", replace(VECTOR, bytes=80_000_000), ERROR),
    ("file-too-small", "freepik", replace(PHOTO, bytes=900_000), WARNING),
    ("jpeg-quality", "123rf", found(quality=71), WARNING),
    ("jpeg-quality", "alamy", found(progressive=True), WARNING),
    ("not-what-its-name-says", "", replace(PHOTO, path=Path("bridge.png")), ERROR),
    ("not-what-its-name-says", "", replace(VIDEO, path=Path("bridge.mp4")), WARNING),
    ("not-what-its-name-says", "", replace(PHOTO, path=Path("bridge")), WARNING),
    ("wrong-colour-space", "istock_getty", found(mode="CMYK"), ERROR),
    ("wrong-colour-space", "adobe_stock", found(space="Adobe RGB"), WARNING),
    ("wrong-colour-space", "freepik", found(VECTOR, mode="cmyk"), ERROR),
    ("damaged-file", "", found(damaged="it ends too early"), ERROR),
    ("similar-content", "", found(twin=TWIN), WARNING),
    ("refused-before", "alamy", replace(found(lessons=[LESSON]), measurements={"noise": 0.9}), INFO),
    (
        "refused-before",
        "alamy",
        replace(found(lessons=[LESSON | {"applied": True}]), measurements={"noise": 0.9}),
        ERROR,
    ),
    ("visible-brand", "", found(seen=SEEN | {"brands": ["a swoosh"]}), WARNING),
    ("readable-text", "", found(seen=SEEN | {"text": ["EXIT"]}), WARNING),
    ("recognisable-person", "", found(seen=SEEN | {"people": 2}), WARNING),
    ("recognisable-person", "", found(said(editorial=True), seen=SEEN | {"people": 1}), INFO),
    ("recognisable-property", "", found(seen=SEEN | {"property": ["a mural"]}), WARNING),
    ("hidden-picture", "", found(VECTOR, hidden_pictures=[["clipped away", 1, 2, 3, 4]]), WARNING),
    ("text-in-picture", "", found(texts=[["EXIT", 0.9, [5, 5, 90, 30]]]), INFO),
    ("number-plate", "", found(texts=[["M-AB 1234", 0.9, [5, 5, 90, 30]]]), WARNING),
    ("video-sound", "", found(VIDEO, heard=True), INFO),
    (
        "video-sound",
        "",
        replace(found(VIDEO, heard=True), measurements={**VIDEO.measurements, "loudness": -41.0}),
        INFO,
    ),
    ("unusual-coding", "", found(coding="arithmetic"), WARNING),
    ("generators-name", "", replace(PHOTO, path=Path("ComfyUI_00012_.jpg")), INFO),
    ("ai-disclosure", "shutterstock", found(sign_of_a_model="it holds a prompt of ComfyUI"), ERROR),
    ("not-decoded", "", found(undecoded="too large to decode in memory"), WARNING),
    ("several-pictures", "", replace(found(pictures=100), format="tiff", path=Path("a.tif")), WARNING),
    ("bad-file-name", "shutterstock", replace(PHOTO, path=Path("bridge-0042.jpg")), INFO),
    ("bad-file-name", "adobe_stock", replace(PHOTO, path=Path("a_very_long_name_of_a_bridge_in_prague.jpg")), INFO),
    ("bad-file-name", "pond5", replace(PHOTO, path=Path("мост.jpg")), INFO),
    ("no-title", "shutterstock", said(title="", description=""), ERROR),
    ("no-title", "pond5", said(title=""), WARNING),
    ("no-title", "storyblocks", said(replace(VIDEO, path=Path(f"{VIDEO.record.title}.mov"))), ERROR),
    ("no-title", "storyblocks", found(VIDEO, same_title=True), ERROR),
    ("bad-file-name", "alamy", found(same_name=["bridge 0042.jpg"]), INFO),
    ("too-few-keywords", "shutterstock", said(keywords=("bridge", "river", "dawn")), ERROR),
    ("too-few-keywords", "freepik", said(keywords=("bridge",)), WARNING),
    ("too-many-keywords", "shutterstock", said(keywords=tuple(f"word{number}" for number in range(51))), ERROR),
    ("too-many-keywords", "adobe_stock", said(keywords=tuple(f"word{number}" for number in range(50))), WARNING),
    ("text-too-long", "shutterstock", said(description=LONG[:230]), WARNING),
    (
        "text-too-long",
        "adobe_stock",
        said(title="Old stone bridge over a calm river at dawn in spring with boats and towers"),
        WARNING,
    ),
    ("text-too-short", "pond5", said(title="An old bridge", description="", city=""), ERROR),
    ("text-too-short", "pond5", said(title="Old stone bridge"), ERROR),
    ("text-too-short", "shutterstock", said(description="Old stone bridge"), WARNING),
    ("text-form", "adobe_stock", said(title="Old stone bridge, calm river and a red boat at dawn"), WARNING),
    (
        "text-form",
        "shutterstock",
        said(description="An old stone bridge crosses the Vltava in Kroměříž at dawn."),
        WARNING,
    ),
    ("text-form", "freepik", said(title="Old stone bridge #1 over a calm river at dawn in spring"), WARNING),
    ("text-form", "dreamstime", said(title="OLD STONE BRIDGE OVER A CALM RIVER AT DAWN IN SPRING"), WARNING),
    ("links-in-text", "", said(description="An old stone bridge at dawn, more at https://example.com/bridge"), WARNING),
    ("links-in-text", "", said(description="An old stone bridge at dawn by @bridgeman, write to him"), WARNING),
    (
        "language",
        "123rf",
        said(title="Мост через реку", description="Старый каменный мост через спокойную реку на рассвете весной"),
        ERROR,
    ),
    ("keyword-spam", "", said(keywords=(*PHOTO.record.keywords, "bridges", "river")), WARNING),
    ("trademark", "", said(keywords=(*PHOTO.record.keywords, "lego")), WARNING),
    ("trademark", "", found(said(), banned_words=["tourism"]), WARNING),
    ("hidden-characters", "", found(said(), hidden={"title": 2}), WARNING),
    ("unknown-charset", "", found(said(), unsure=["keywords", "title"]), WARNING),
    ("words-behind", "", found(said(), behind=["the AFCP trailer says something else: title; take it out"]), INFO),
    ("title-form", "", said(title="Old bridge"), WARNING),
    ("title-form", "", said(title="OLD STONE BRIDGE at dawn!!!"), WARNING),
    ("spelling", "", said(keywords=(*PHOTO.record.keywords, "architecure")), WARNING),
    ("ai-disclosure", "shutterstock", said(digital_source_type="trainedAlgorithmicMedia"), ERROR),
    ("ai-disclosure", "pond5", replace(PHOTO, capture=Capture(software="Midjourney 6")), ERROR),
    ("ai-disclosure", "adobe_stock", said(digital_source_type="trainedAlgorithmicMedia"), WARNING),
    ("ai-disclosure", "canva", said(ai_system="Stable Diffusion XL"), WARNING),
    ("ai-disclosure", "shutterstock", found(c2pa=True, credentials=MADE_BY_A_MODEL), ERROR),
    ("content-credentials", "", found(c2pa=True), INFO),
    ("content-credentials", "", found(c2pa=True, credentials=MADE_BY_A_MODEL | {"source_types": []}), INFO),
    ("content-credentials", "", found(c2pa=True, credentials=MADE_BY_A_MODEL | {"fault": "cut off"}), WARNING),
    ("editorial-caption", "shutterstock", chosen(said(city=""), editorial="yes"), ERROR),
    ("editorial-caption", "freepik", chosen(editorial="yes"), WARNING),
    ("editorial-caption", "istock_getty", chosen(VIDEO, editorial="yes"), WARNING),
    ("editorial-caption", "adobe_stock", chosen(VIDEO, editorial="yes"), ERROR),
    (
        "editorial-caption",
        "adobe_stock",
        said(title="Prague Czech Republic - 21 May 2026: People cross a bridge"),
        ERROR,
    ),
    ("already-submitted", "alamy", found(submitted=["alamy"]), INFO),
    ("already-submitted", "alamy", found(submitted=["wirestock"]), WARNING),
    ("exclusive-elsewhere", "alamy", chosen(exclusive="pond5"), ERROR),
    ("campaign-rights", "", found(campaign_rights="Whop: a clip may become theirs"), WARNING),
    ("location-in-exif", "", replace(PHOTO, capture=Capture(latitude=50.0865, longitude=14.4114)), INFO),
    ("missing-companion", "istock_getty", found(VECTOR, companion=False), WARNING),
    ("missing-companion", "freepik", found(VECTOR, companion=False), ERROR),
    ("missing-companion", "freepik", found(replace(PHOTO, format="psd", path=Path("a.psd")), companion=False), ERROR),
    ("missing-companion", "pond5", found(VECTOR, companion_size=[500, 400]), WARNING),
    ("missing-companion", "123rf", found(VECTOR, companion_size=[1500, 1200]), ERROR),
    ("missing-companion", "freepik", found(VECTOR, companion_size=[4000, 4000]), WARNING),
    ("missing-companion", "freepik", found(VECTOR, companion_size=[0, 0]), ERROR),
    ("vector-content", "", found(VECTOR, live_text=True), WARNING),
    ("vector-content", "", found(VECTOR, scripts=True), ERROR),
    ("vector-version", "vecteezy", found(VECTOR, creator="Adobe Illustrator(R) 24.0"), WARNING),
    ("missing-release", "", said(keywords=(*PHOTO.record.keywords, "woman")), WARNING),
    ("missing-release", "", said(people=("Ana Nováková",)), WARNING),
    ("missing-release", "", said(property_release="PR-LPR"), WARNING),
    ("face-without-release", "", found(faces=[[10, 20, 300, 300], [900, 40, 80, 80]]), WARNING),
    ("release-invalid", "", found(releases=[release(expired=True, expires="2024-01-01")]), ERROR),
    ("release-invalid", "", found(releases=[release(minor=True)]), ERROR),
    ("release-form", "shutterstock", found(releases=[release(format="pdf")]), ERROR),
    ("release-form", "shutterstock", found(releases=[release(bytes=30_000_000)]), ERROR),
    ("release-form", "dreamstime", found(releases=[release(file="/ana-2.jpg")]), WARNING),
    ("video-length", "adobe_stock", found(VIDEO, duration_s=4.0), ERROR),
    ("video-length", "shutterstock", found(VIDEO, duration_s=75.0), WARNING),
    ("video-resolution", "adobe_stock", replace(VIDEO, width=1080, height=1920), WARNING),
    ("video-resolution", "adobe_stock", replace(VIDEO, width=1280, height=720), ERROR),
    ("video-resolution", "adobe_stock", replace(VIDEO, width=7680, height=4320), ERROR),
    ("video-resolution", "depositphotos", replace(VIDEO, width=300, height=250), WARNING),
    ("video-resolution", "storyblocks", replace(VIDEO, width=640, height=360), ERROR),
    ("video-frame-rate", "adobe_stock", found(VIDEO, fps=18.0), ERROR),
    ("video-codec", "adobe_stock", found(VIDEO, codec="vp9"), ERROR),
    ("video-codec", "adobe_stock", found(VIDEO, scan="interlaced"), ERROR),
    (
        "video-codec",
        "adobe_stock",
        found(VIDEO, audio={"codec": "aac", "rate_hz": 48_000, "bits": 0, "channels": 2}),
        WARNING,
    ),
    ("video-picture", "", replace(VIDEO, measurements={**VIDEO.measurements, "black_frames": 1.0}), WARNING),
    ("video-picture", "", replace(VIDEO, measurements={"frames": 0.0}), WARNING),
    ("video-form", "", found(VIDEO, codec="h264", bits=10), WARNING),
    ("video-form", "", found(VIDEO, transfer="PQ"), WARNING),
    ("video-motion", "", replace(VIDEO, measurements={**VIDEO.measurements, "shake": 4.0}), WARNING),
    ("video-motion", "", replace(VIDEO, measurements={**VIDEO.measurements, "repeated": 0.2}), WARNING),
    ("video-motion", "", replace(VIDEO, measurements={**VIDEO.measurements, "flicker": 2.0}), INFO),
    (
        "video-motion",
        "",
        replace(VIDEO, measurements={**VIDEO.measurements, "frozen": 0.5, "moving": 0.5, "frozen_like": 0.9}),
        WARNING,
    ),
    ("video-motion", "", replace(VIDEO, measurements={**VIDEO.measurements, "frozen": 0.4, "moving": 0.6}), INFO),
    ("video-bars", "", replace(VIDEO, measurements={**VIDEO.measurements, "bars": 0.25}), WARNING),
    ("video-variable-rate", "", found(VIDEO, variable_rate=True), WARNING),
    ("audio-format", "dreamstime", found(AUDIO, rate_hz=22_050), ERROR),
    ("audio-format", "pond5", found(AUDIO, bits=8), WARNING),
    ("audio-format", "dreamstime", found(AUDIO, duration_s=700.0), ERROR),
    ("audio-clipped", "", replace(AUDIO, measurements={**AUDIO.measurements, "clipped_runs": 40.0}), WARNING),
    ("audio-clipped", "", replace(AUDIO, measurements={**AUDIO.measurements, "silence_end_s": 4.0}), WARNING),
    ("audio-clipped", "", replace(AUDIO, measurements={}), INFO),
    ("vector-paths", "", found(VECTOR, paths=9, open_filled=2), INFO),
    ("vector-paths", "", found(VECTOR, paths=9, stray_points=1), INFO),
    ("vector-paths", "", found(VECTOR, paths=900, nodes=200_000), INFO),
    ("vector-paths", "", found(VECTOR, paths=900, crumbs=700), INFO),
    ("audio-loudness", "", replace(AUDIO, measurements={**AUDIO.measurements, "loudness": -41.0}), WARNING),
    ("audio-loudness", "", replace(AUDIO, measurements={**AUDIO.measurements, "loudness": -5.0}), INFO),
]


def judged(asset: Asset, agency: str) -> list[Finding]:
    """Return what our rules find: those of the file itself, and those of one agency where it is named."""
    findings: list[Finding] = []
    for rule in OURS.values():
        if asset.kind in rule.kinds and not rule.per_agency:
            findings += rule.judge(asset)
        elif asset.kind in rule.kinds and agency:
            findings += rule.judge(asset, AGENCIES[agency])
    return findings


@pytest.mark.parametrize(("name", "agency", "asset", "severity"), BAD, ids=[f"{bad[0]}-{bad[1]}" for bad in BAD])
def test_a_fault_fires_its_rule_alone(name: str, agency: str, asset: Asset, severity: Severity) -> None:
    findings = judged(asset, agency)
    assert {finding.name for finding in findings} == {name}
    assert {finding.severity for finding in findings} == {severity}
    for finding in findings:
        assert finding.message
        assert not finding.message.startswith(tuple(f"{word}: " for word in name.split("-"))), (
            "its name stands before it"
        )
        assert finding.hint
        assert finding.agency == (agency or None)


@pytest.mark.parametrize("asset", EVERY_KIND, ids=lambda asset: asset.kind)
@pytest.mark.parametrize("agency", [agency.name for agency in AGENCIES.values() if not agency.closed])
def test_a_good_file_fires_nothing_wherever_its_format_is_taken(asset: Asset, agency: str) -> None:
    profile = AGENCIES[agency]
    if asset.kind in profile.accepts and asset.format in (profile.formats(asset.kind) or {asset.format}):
        # Of what is not known, that alone is told.
        told = set() if profile.knows(asset.kind) else {"unknown-rules"}
        assert {finding.name for finding in judged(asset, agency)} == told


def test_every_rule_has_a_bad_case_and_is_explained() -> None:
    assert {bad[0] for bad in BAD} == set(OURS)
    assert all(
        rule.id.startswith("IMG0") and not rule.per_agency for rule in rules().values() if rule not in OURS.values()
    )
    assert len({rule.id for rule in OURS.values()}) == len(OURS)
    for rule in OURS.values():
        assert len(rule.explanation.splitlines()) >= 3, rule.name
        assert rule.title
        assert not rule.title.endswith(".")


def test_no_rule_blocks_on_what_is_not_official() -> None:
    """But for generated pictures, over which accounts are closed, and for a person's own word: exclusivity, lessons."""
    for name, agency, asset, _ in BAD:
        if not agency or name in {"ai-disclosure", "exclusive-elsewhere", "refused-before"}:
            continue
        limits = AGENCIES[agency].limits.items()
        doubtful = {key: replace(limit, confidence=Confidence.THIRD_PARTY) for key, limit in limits}
        profile = replace(AGENCIES[agency], limits=doubtful)
        findings = list(OURS[name].judge(asset, profile))
        assert findings
        assert ERROR not in {finding.severity for finding in findings}, name


# What goes by the person's own word and ledger, or by what any server spoils, rather than by the agency's data.
_BY_ONES_OWN = {
    "unknown-rules",
    "ai-disclosure",
    "exclusive-elsewhere",
    "already-submitted",
    "bad-file-name",
    "refused-before",
}


def test_what_is_unknown_gives_no_finding() -> None:
    for name, agency, asset, _ in BAD:
        if agency and name not in {*_BY_ONES_OWN, "unknown-rules"}:
            assert list(OURS[name].judge(asset, replace(AGENCIES[agency], limits={}))) == [], name


@pytest.mark.parametrize(("width", "height"), [(1920, 804), (1920, 1080), (2048, 858), (4096, 2304), (3840, 1608)])
def test_a_film_of_any_wide_ratio_is_taken_where_the_agency_names_widths(width: int, height: int) -> None:
    assert not [
        one for one in judged(replace(VIDEO, width=width, height=height), "adobe_stock") if one.rule == "VID002"
    ]


def test_a_list_of_examples_informs_and_does_not_warn() -> None:
    findings = judged(replace(VIDEO, facts={**VIDEO.facts, "codec": "dnxhd"}), "pond5")
    assert {(one.name, one.severity) for one in findings} == {("video-codec", INFO)}
