"""Signs of a model in the file itself, as the programs write them, and none in a caption about fireflies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import piexif
import pytest
from PIL.PngImagePlugin import PngInfo

from stockctl.check.run.inspect import inspect
from stockctl.metadata.origin.signs import name_of_a_generator
from stockctl.metadata.record import plain_source_type
from tests.metadata.samples import picture
from tests.pictures import put

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "a lake, dawn\nNegative prompt: people\nSteps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 42"
SECURE = "https://cv.iptc.org/newscodes/digitalsourcetype/"
ADDRESS = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def png(**texts: str) -> bytes:
    info, out = PngInfo(), io.BytesIO()
    for name, text in texts.items():
        info.add_text(name, text)
    picture().save(out, "PNG", pnginfo=info)
    return out.getvalue()


def jpeg(*, comment: bytes = b"", description: bytes = b"", inner: str = "", software: bytes = b"") -> bytes:
    out = io.BytesIO()
    main = {piexif.ImageIFD.ImageDescription: description, piexif.ImageIFD.Software: software}
    photo = {piexif.ExifIFD.UserComment: comment} if comment else {}
    block = piexif.dump({"0th": {tag: value for tag, value in main.items() if value}, "Exif": photo})
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    )
    extra = {"xmp": packet.encode()} if inner else {}
    picture().save(out, "JPEG", exif=block, **extra)
    return out.getvalue()


def tag(name: str, value: str) -> str:
    return f"<{name}>{value}</{name}>"


def said_by(name: str, value: str) -> str:
    """Return a property as an attribute of a description of its own."""
    return f'</rdf:Description><rdf:Description rdf:about="" {name}="{value}">'


GRAPH = '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'
SIGNS: dict[str, bytes] = {
    "automatic1111.png": png(parameters=SETTINGS),
    "comfyui.png": png(prompt='{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'),
    "workflow.png": png(workflow='{"nodes": [], "links": []}'),
    "comment.jpg": jpeg(comment=b"UNICODE\0" + SETTINGS.encode("utf-16-be")),
    "ascii.jpg": jpeg(comment=b"ASCII\0\0\0" + SETTINGS.encode()),
    "midjourney.jpg": jpeg(description=b"a lake --ar 3:2 --v 6.1 Job ID: 12345678-1234-1234-1234-123456789abc"),
    "firefly.jpg": jpeg(inner=tag("xmp:CreatorTool", "Adobe Firefly 3.0")),
    "google.jpg": jpeg(inner=tag("photoshop:Credit", "Made with Google AI")),
    "software.jpg": jpeg(software=b"Midjourney"),
    "slash.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"{ADDRESS}trainedAlgorithmicMedia/")),
    "https.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"{SECURE}trainedalgorithmicmedia")),
    "qcode.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", "digsrctype:compositeWithTrainedAlgorithmicMedia")),
    "old name.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceFileType", f"{ADDRESS}trainedAlgorithmicMedia")),
    "plain.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", "TrainedAlgorithmicMedia")),
    "system.jpg": jpeg(inner=tag("Iptc4xmpExt:AISystemUsed", "Some Model")),
    "version.jpg": jpeg(inner=tag("Iptc4xmpExt:AISystemVersionUsed", "3.1")),
    "prompt.jpg": jpeg(inner=tag("Iptc4xmpExt:AIPromptInformation", "a lake at dawn")),
    "graph.jpg": jpeg(comment=b"UNICODE\0" + GRAPH.encode("utf-16-le")),
    "graph ascii.jpg": jpeg(comment=b"ASCII\0\0\0workflow:" + GRAPH.encode()),
    "graph described.jpg": jpeg(description=b"Prompt:" + GRAPH.encode()),
    "little end.jpg": jpeg(comment=b"UNICODE\0" + SETTINGS.encode("utf-16-le")),
    "no charset.jpg": jpeg(comment=bytes(8) + SETTINGS.encode()),
    "invokeai.png": png(invokeai_metadata='{"generation_mode": "txt2img"}'),
    "dream.png": png(Dream='"a lake" -s50 -W512 -H512 -C7.5 -Ak_lms -S42'),
    "midjourney.png": png(Description="a lake --v 6 Job ID: 12345678-1234-1234-1234-123456789abc", Author="ann"),
    "attribute.jpg": jpeg(inner=said_by("Iptc4xmpExt:DigitalSourceType", f"{ADDRESS}trainedAlgorithmicMedia/")),
    "firefly attribute.jpg": jpeg(inner=said_by("xmp:CreatorTool", "Adobe Firefly")),
    "resource.jpg": jpeg(inner=f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{ADDRESS}compositeSynthetic"/>'),
    "capitals.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"{ADDRESS.upper()}TRAINEDALGORITHMICMEDIA")),
    "lines.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"\n  {ADDRESS}trainedAlgorithmicMedia\n")),
    "edited.jpg": jpeg(inner=tag("photoshop:Credit", "Edited with Google AI")),
    "flux.jpg": jpeg(software=b"FLUX.1 [dev]"),
    "swarm.png": png(parameters='{"sui_image_params": {"prompt": "a lake", "seed": 42}}'),
    "fooocus.png": png(parameters='{"Prompt": "a lake", "Steps": 30}'),
    "writer.jpg": jpeg(inner=tag("Iptc4xmpExt:AIPromptWriterName", "Ann Lee")),
}
INNOCENT: dict[str, bytes] = {
    "firefly insects.jpg": jpeg(description=b"A firefly in the grass. Steps: lead down to the lake"),
    "lightroom.jpg": jpeg(inner=tag("xmp:CreatorTool", "Adobe Lightroom Classic 13.2")),
    "camera.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"{ADDRESS}digitalCapture")),
    "fractal.jpg": jpeg(inner=tag("Iptc4xmpExt:DigitalSourceType", f"{ADDRESS}algorithmicMedia")),
    "inputs.jpg": jpeg(comment=b'ASCII\0\0\0{"inputs": 3, "camera": "X"}'),
    "exposure.png": png(parameters="exposure 1/200 s, f/8"),
    "f.lux.jpg": jpeg(software=b"screen dimmed by f.lux"),
    "gimp.png": png(Comment="Created with GIMP", Software="GIMP 2.10", Description="a prompt answer"),
}


def generated(path: Path) -> str:
    from stockctl.check.rules.texts.ai import generated as said
    from stockctl.check.run.inspect import to_asset

    found = inspect(path)
    assert found.facts is not None, found.problem
    return said(to_asset(path, found.facts, {}, {}))


@pytest.mark.parametrize("name", SIGNS)
def test_what_a_generator_leaves_in_a_file_is_seen(name: str, tmp_path: Path) -> None:
    assert generated(put(tmp_path / name, SIGNS[name]))


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_no_sign_is_none(name: str, tmp_path: Path) -> None:
    assert not generated(put(tmp_path / name, INNOCENT[name]))


@pytest.mark.parametrize(
    "name",
    [
        "ComfyUI_00012_.png",
        "ComfyUI_temp_abcde_00001_.png",
        "DALL-E a lake.png",
        "Firefly a lake at dawn 12345.jpg",
        "DALL·E 2024-01-02 10.11.12 - a lake.png",
        "ann_a_lake_at_dawn_12345678-1234-1234-1234-123456789abc.png",
        "Gemini_Generated_Image_abc.png",
        "ann_a_lake_at_dawn_12345678-1234-1234-1234-123456789abc_0.png",
        "Firefly_A lake at dawn_48213.jpg",
        "Firefly 20260102101112.png",
        "DALL-E 2026-01-02 10.11.12.png",
        "ChatGPT Image Mar 28, 2026, 10_11_12 AM.png",
        "00012-1234567890-a lake.png",
        "image_fx_a_lake.jpg",
        "freepik__a-lake-at-dawn__48213.png",
    ],
)
def test_names_that_generators_give_are_told(name: str, tmp_path: Path) -> None:
    assert name_of_a_generator(tmp_path / name)
    assert not name_of_a_generator(tmp_path / "DSC_0042.jpg")
    for other in (
        "firefly-in-the-grass.jpg",
        "firefly_2026_0001.jpg",
        "trip_lisbon_2026.jpg",
        "IMG_20260102_101112.jpg",
    ):
        assert not name_of_a_generator(tmp_path / other)


def test_a_source_type_is_told_in_every_spelling() -> None:
    for spelling in (
        f"{ADDRESS}trainedAlgorithmicMedia",
        "digsrctype:TRAINEDALGORITHMICMEDIA",
        "trainedAlgorithmicMedia/",
    ):
        assert plain_source_type(spelling) == "trainedAlgorithmicMedia"
