"""Rules of sound files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.check.rules.weigh import said, weight
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

_AUDIO = frozenset({"audio"})

# Clipped places a minute that a listener hears, and seconds of silence that an editor cuts off.
CLIPPED_PER_MINUTE = 3
SILENCE_S = 1.0


@rule(
    "AUD001",
    "audio-format",
    "A sound format that the agency does not take",
    Severity.ERROR,
    kinds=_AUDIO,
    per_agency=True,
    needs=("audio.min_hz", "audio.hz", "audio.min_bits", "audio.bits", "audio.max_s"),
)
def audio_format(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether sampling rate, bits and length are what the agency takes.

    Mend it by exporting it again from the project; a rate that is made higher
    afterwards gains nothing.
    """
    facts = asset.facts
    for name, unit, key in (("rate_hz", "Hz", "hz"), ("bits", "bits", "bits")):
        value = facts.get(name)
        least, listed = agency.limit(f"audio.min_{key}"), agency.limit(f"audio.{key}")
        if not value:
            continue
        if least is not None and value < least.value:
            message = f"{value} {unit}, needs {least.value} {unit}"
            yield Hit(message, "export it again from the project", value, least.value, severity=weight(least))
        if listed is not None and value not in listed.value:
            taken = ", ".join(f"{one:g}" for one in listed.value)
            yield Hit(f"{value} {unit}, taken are {taken}", "export it again", value, severity=weight(listed))
    seconds, most = facts.get("duration_s"), agency.limit("audio.max_s")
    if most is not None and seconds and seconds > most.value:
        message = f"{said(seconds)} s, at most {most.value:g} s"
        yield Hit(message, "cut it", seconds, most.value, severity=weight(most))


@rule(
    "AUD002",
    "audio-clipped",
    "The sound is clipped, silent at its ends, or not listened to",
    Severity.WARNING,
    kinds=_AUDIO,
)
def audio_clipped(asset: Asset) -> Iterator[Hit]:
    """Whether samples stand at full scale in runs, or an end is silent for long.

    Clipping crackles, and no volume control mends it: mix it again with
    headroom. Cut the silence off the ends. Of long files (64 MB of PCM, six
    minutes of compressed sound) the two ends are listened to. Clipping is told
    of lossless files only (WAV, AIFF, FLAC); AAC is not decoded here, and that
    is told. Voices in music are not listened for: speech and song are too alike
    to instruments for what is measured here, and you know whether somebody sings.
    """
    found = asset.measurements
    if "peak" not in found and not asset.facts.get("damaged"):
        message = f"not listened to: {asset.facts.get('codec') or asset.format} is not decoded here"
        yield Hit(message, "listen for clipping and for silence at its ends yourself", severity=Severity.INFO)
    elif "peak" in found and "clipped_runs" not in found:
        message = "whether it is clipped cannot be told of lossy sound"
        yield Hit(message, "check the lossless master", severity=Severity.INFO)
    runs = found.get("clipped_runs", 0)
    if runs > CLIPPED_PER_MINUTE:
        message = f"clipped {said(runs)} times a minute"
        yield Hit(message, "mix it again with headroom", runs, CLIPPED_PER_MINUTE)
    for end, name in (("beginning", "silence_start_s"), ("end", "silence_end_s")):
        silence = found.get(name, 0)
        if silence > SILENCE_S:
            yield Hit(f"{said(silence)} s of silence at its {end}", "cut it off", silence, SILENCE_S)


# Music is published at -16 to -8 LUFS, quiet ambiences at -30; below that a listener turns it up and hears noise.
QUIET_LUFS, LOUD_LUFS = -30.0, -7.0


@rule("AUD003", "audio-loudness", "The sound is very quiet, or pressed loud", Severity.WARNING, kinds=_AUDIO)
def audio_loudness(asset: Asset) -> Iterator[Hit]:
    """Whether the sound's loudness (EBU R 128, integrated, LUFS) is that of sound that is sold.

    Below -30 LUFS it warns: buyers take it for silence. Above -7 LUFS it is
    told: little is left between quiet and loud. Of long files the two ends are
    listened to. Mend it by mixing again, at about -16 to -12 LUFS for music.
    """
    loudness = asset.measurements.get("loudness")
    if loudness is None:
        return
    if loudness < QUIET_LUFS:
        message = f"it is very quiet: {loudness:.1f} LUFS"
        yield Hit(message, "raise it in the mix: music is sold at -16 to -8 LUFS", loudness, QUIET_LUFS)
    elif loudness > LOUD_LUFS:
        message = f"it is pressed loud: {loudness:.1f} LUFS"
        yield Hit(message, "leave it more room in the mix", loudness, LOUD_LUFS, severity=Severity.INFO)
