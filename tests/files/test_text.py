"""Tables in character sets that nothing names: recognised where it is plain, else refused; never read as rubbish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.errors import UsageError
from stockctl.files.text import CANDIDATES, decoded, read_table

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = {
    "French": "Café à Paris, l’été: une mère et son fils mangent des crêpes à Noël",
    "German": "Straße in München, Über den Wolken: Größe",
    "one word": "Café in Paris",
    "Italian": "La città è più bella",
    "Spanish": "¿Dónde está el niño? ¡Mañana! Llegó, adiós",
    "Portuguese": "São Paulo, coração",
    "Danish": "smørrebrød på fad, Ål på Öland, sjö, å",
    "English": "A dog’s life – don’t",
    "one apostrophe": "don’t go",
    "quotes": "a “quoted” word",
    "a notice": "© 2026 Ana",
    "degrees": "20° in Rome",
    "Russian": "Собака под дождём, улица",
    "Ukrainian": "Київ і Дніпро — їжак",
    "capitals": "СОБАКА",
    "long": "Старый дом у реки. " * 30,
}
OTHERS = {
    "cp1250": "Łódź i żółw są",
    "koi8_r": "Собака под дождём",
    "gbk": "狗在雨中等待",
    "shift_jis": "雨の中の犬",
    "cp1253": "Σκύλος στη βροχή",
    "mac_cyrillic": "Собака под дождём и снегом, улица",
    "iso8859_5": "Собака под дождём",
    "cp866": "Собака под дождём",
    "cp437": "Café München",
    "cp1254": "İzmir şehir ışık",
    "cp1256": "منارة",
    "euc_kr": "비 오는 거리",
}


def table(text: str) -> str:
    return f'file,title\na.jpg,"{text}"\n'


def holds(codec: str, text: str) -> bool:
    return text.encode(codec, "ignore").decode(codec) == text


@pytest.mark.parametrize(
    ("name", "codec"), [(name, codec) for name, text in PLAIN.items() for codec in CANDIDATES if holds(codec, text)]
)
def test_a_table_is_read_rightly_or_not_at_all(name: str, codec: str) -> None:
    text = table(PLAIN[name])
    found = decoded(text.encode(codec))
    if (name, codec) == ("degrees", "mac_roman"):
        assert found is None, "the sign alone could be another one of Windows"
    else:
        assert found == text


@pytest.mark.parametrize("codec", OTHERS)
def test_other_character_sets_are_refused_with_the_line(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(OTHERS[codec]).encode(codec))
    with pytest.raises(UsageError, match="which character set") as caught:
        read_table(path)
    assert caught.value.where == f"{path}:2"
    assert "UTF-8" in caught.value.hint


def test_a_reading_that_finds_the_files_is_refused_where_the_rest_of_it_is_rubbish() -> None:
    data = 'file,title\nморе.jpg,"Закат, Лодки и Рыбаки"\n'.encode("mac_cyrillic")
    assert decoded(data, lambda text: text.count("море.jpg")) is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_says_what_it_is_needs_no_guess(codec: str) -> None:
    for text in (*PLAIN.values(), *OTHERS.values()):
        assert decoded(table(text).encode(codec)) == table(text)


def test_the_files_that_a_table_names_tell_what_its_words_do_not() -> None:
    # Each of these is a word in the other's reading.
    data = table("École").encode("mac_roman")
    assert decoded(data) is None
    assert decoded(data, lambda text: int("École" in text)) == table("École")
    assert decoded(data, lambda _: 1) is None
