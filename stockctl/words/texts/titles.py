"""What a title or description should not be: a list of words, shouted, decorated, or too short to say anything."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stockctl.words.lemma import key, tokens
from stockctl.words.proper.placenames import is_place
from stockctl.words.tables import entries, packed
from stockctl.words.texts.addresses import addresses
from stockctl.words.texts.language import foreign, foreign_parts, shown_parts
from stockctl.words.texts.people import private_names
from stockctl.words.texts.trade import file_names, is_file_name, repeats, trade_words

# A list has so many parts, none longer than so many words.
_PARTS, _LONGEST_PART = 4, 3
# So many words in a row, all of them things (in `modifiers.txt.gz`), are a list without commas.
_IN_A_ROW, _THINGS = 6, ("n", "m")
# A title of fewer words says little.
LEAST_WORDS = 3
# So many capitals in a row, and such a share of words in capitals, are shouted.
_SHOUTED, _SHOUTED_SHARE = 2, 0.6
_MARKS = re.compile(r"[!?]{2,}|[!]\s*$|\.{4,}|\*{2,}|~{2,}|={2,}")
# What was copied along from a web page.
_MARKUP = re.compile(r"</?[a-z][a-z0-9]{0,9}\b[^<>]{0,80}>|&(?:[a-z]{2,8}|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a text: a name for scripts, a sentence's end, and what to do."""

    name: str
    message: str
    hint: str = ""


def faults(title: str, description: str, context: str = "", *, editorial: bool = False) -> list[Fault]:
    """Return what is wrong with the form of a title, a description and what was said of the series, each thing once."""
    found: list[Fault] = []
    if title:
        found += _of_title(title)
    for what, text in (("title", title), ("description", description)):
        found += _beside_the_picture(what, text)
    described = " ".join(dict.fromkeys(text for text in (description, context) if text))
    for what, text in (("title", title), ("description", described)):
        if not text:
            continue
        language = foreign(text)
        if language:
            found.append(
                Fault("language", f"the {what} is not in English ({language})", "agencies want English: translate it")
            )
        if parts := foreign_parts(text):
            found.append(
                Fault(
                    "language",
                    f"the {what} is partly not in English: {shown_parts(parts)}",
                    "agencies want English: translate it, or take it out",
                )
            )
        if signs := emoji(text):
            found.append(Fault("emoji", f"the {what} holds {signs!r}", "take emoji out: agencies refuse or lose them"))
        if copied := _MARKUP.search(text):
            found.append(
                Fault("markup", f"the {what} holds {copied[0]!r}", "it was copied from a web page: write it plainly")
            )
        if named := addresses(text):
            shown = ", ".join(map(repr, named))
            found.append(
                Fault(
                    "links-in-text",
                    f"the {what} holds {shown}",
                    "take it out: agencies refuse addresses, hashtags and credits",
                )
            )
        if not editorial:
            found += [
                Fault(
                    "private-name",
                    f"the {what} names {name!r}, who looks like a private person",
                    "agencies refuse private names in a commercial title: say who it is (a woman, a farmer)",
                )
                for name in private_names(text)
                if what == "title" or name not in title
            ]
    return list(dict.fromkeys(found))


def _of_title(title: str) -> list[Fault]:
    found = []
    if is_list(title):
        found.append(
            Fault("word-list", "the title is a list of words", "say it in a sentence: who or what, doing what, where")
        )
    elif len(tokens(title)) < LEAST_WORDS and not is_file_name(title):
        count = len(tokens(title))
        words = "one word" if count == 1 else f"{count} words"
        found.append(
            Fault(
                "short-title",
                f"the title is {words}",
                "say in five words or more what it shows: buyers search for that",
            )
        )
    if is_shouted(title):
        found.append(Fault("capitals", "the title is in capitals", "write it as a sentence"))
    if mark := _MARKS.search(title):
        found.append(Fault("shouting", f"the title holds {mark[0].strip()!r}", "write it as a plain sentence"))
    if re.search(r"\S {2,}\S", title):
        found.append(Fault("blanks", "the title holds more than single blanks", "write one blank between words"))
    if re.search(r"[\n\r\t]", title.strip()):
        found.append(Fault("line-break", "the title holds a line break or a tab", "write it in one line"))
    return found


def _beside_the_picture(what: str, text: str) -> list[Fault]:
    """Return what a text says of itself or of its file, and where it says the same twice."""
    found = []
    if names := file_names(text):
        holds = "is" if is_file_name(text) else "holds"
        found.append(
            Fault("file-name", f"the {what} {holds} the file's name {names[0]!r}", "say what the picture shows")
        )
    if trade := trade_words(text):
        found.append(
            Fault(
                "stock-words",
                f"the {what} says {', '.join(map(repr, trade))}",
                "say only what it shows: agencies ignore or refuse such words, and no buyer needs them",
            )
        )
    if twice := repeats(text):
        shown = twice if len(twice) <= _SHOWN else f"{twice[:_SHOWN]}…"
        found.append(Fault("repeats", f"the {what} says twice {shown!r}", "say it once: agencies call that spam"))
    return found


# So many characters of a sentence are shown.
_SHOWN = 60


def is_list(text: str) -> bool:
    """Whether a text is a list of keywords: many short parts, or words by the dozen, and nothing that joins them."""
    parts = [part.strip() for part in re.split(r"[,;|\n\t，、；]+", text.rstrip(". ")) if part.strip()]
    if len(parts) >= _PARTS:
        lengths = [len(part.split()) for part in parts]
        # One longer part makes it a sentence with a list in it, but for an "and" before the last.
        joined = any(set(tokens(part)) & entries("stop") - {"and", "or", "no"} for part in parts)
        return max(lengths) <= _LONGEST_PART and not joined and not all(is_place(part) for part in parts)
    return len(parts) == 1 and _is_bare_list(parts[0])


def _is_bare_list(text: str) -> bool:
    """Whether a text is things in a row, without a comma and without a word of another kind: beach sunset wave sea."""
    words = tokens(text)
    capitals = any(word[:1].isupper() for word in text.split()[1:])
    return (
        len(words) >= _IN_A_ROW
        and not capitals
        and not re.search(r"[.:!?()-]", text)
        and all(packed("modifiers").get(key(word), "")[:1] in _THINGS for word in words)
    )


def is_shouted(text: str) -> bool:
    """Whether most words of a text are in capitals."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2]
    loud = [word for word in words if word.isupper()]
    return len(loud) >= _SHOUTED and len(loud) >= _SHOUTED_SHARE * len(words)


def emoji(text: str) -> str:
    """Return the emoji and other pictures of signs in a text, each once."""
    if text.isascii():
        return ""
    return "".join(dict.fromkeys(sign for sign in text if _is_picture(sign)))


def _is_picture(sign: str) -> bool:
    code = ord(sign)
    return (
        0x1F000 <= code <= 0x1FAFF
        or 0x2600 <= code <= 0x27BF
        or code in {0xFE0F, 0x200D, 0x2B50, 0x2B55, 0x20E3}
        or (unicodedata.category(sign) == "So" and code > 0xFFFF)
    )


def untidy(text: str) -> str:
    """Return what is untidy in a keyword, as a sentence's end: curly quotes, runs of blanks; or nothing."""
    if re.search(r"[“”„«»‘‚‹›]|^[\"'’]|[\"]$", text):
        return "holds quotation marks"
    if re.search(r"\s{2,}|[\u00a0\u2000-\u200b\u3000]", text):
        return "holds more than single blanks"
    if signs := emoji(text):
        return f"holds {signs!r}"
    return ""


def tidied(text: str) -> str:
    """Return a suggestion without quotation marks, runs of blanks and emoji."""
    plain = "".join(sign for sign in text if not _is_picture(sign))
    return " ".join(re.sub(r"[“”„«»‚‹›\"]|^['’‘]|['’‘]$", "", plain).replace("’", "'").split())
