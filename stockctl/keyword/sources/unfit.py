"""Which names of folders are somebody's, or say of people what no buyer should read: nothing is taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain
from stockctl.words.proper.names import named
from stockctl.words.proper.persons import is_given, is_surname
from stockctl.words.proper.placenames import is_place
from stockctl.words.said.listed import is_phrase
from stockctl.words.said.marks import mark_of
from stockctl.words.tables import entries, packed
from stockctl.words.texts.people import is_called, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

# Given names that English has as words, too, but hardly ever in the name of a folder.
_NAMES = frozenset(
    "andy barry becky ben bennie benny bob bobby bonnie brad brent bryan cassie "  # noqa: SIM905 - a table
    "charlotte christie clarence colleen dalton darryl deb debbie denny derek dexter "
    "dick dirk donna drew duncan eddie eddy emmy fanny franklin fred freddy gabby gary "
    "gilbert gina hank harper harry hector jack jacky jake jeff jenny jerry jill jim "
    "jimmy joe joey johnny jonah josh katie kelly ken kenny kev kirk kris kurt larry "
    "lenny leonard liza logan lulu mandy marge matt maxwell meg merle mick mickey mike "
    "missy molly mona morgan morris moses nancy nat ned nelson nick nicky patsy peggy "
    "peter petter phoebe ramona randy rick ricky roger ronnie sammy shane shaun shawn "
    "sheila sid spencer steve stevie sue susie tammy ted teddy terry tim timmy toby tod "
    "tom tommy tyler veronica vic vicky victor vince wally walt wendy woody".split()
)
# Words of the list of given names that are rather words.
_WORDS = frozenset(
    "anon aud cal campo cari champak chaya cherish chia come conn dee del ease echo "  # noqa: SIM905 - a table
    "fancy flor gala gazel gorm grant greet gunda hang hanging holm hope hui hula kata "
    "katana kiddy koker lana latina lava lean levin lies lone love macarena mana marry "
    "meta mir mode mood neo om ora paco panini ping pooja raja rani regulo rich santo "
    "see sever side sila sola solar sole soon stone taco taj til toon tuan uni val veer "
    "vida vita yoga".split()
)
_HONORIFICS = frozenset(("mr", "mrs", "ms", "dr", "prof", "sir", "dame", "herr", "frau", "madame", "monsieur"))
# By themselves these say of people what they are not on offer for.
_UNFIT = frozenset(
    "arse bimbo blondes bombshell boobies breasts brunettes camgirl cleavage crotch "  # noqa: SIM905 - a table
    "deepfake dominatrix downblouse gangbang gigolo gstring hentai hooters horny hottie "
    "hotties hunk hunks jailbait lapdance lewd lusty nipple nipples onlyfans panties "
    "panty pervert perverts pinup playboy playmate poledance pussy raunchy redheads "
    "schoolgirl schoolgirls skank twerk twerking undressed undressing upskirt voyeur "
    "voyeurism wank".split()
)
# Before people these are a look at their bodies, or an insult; no folder of that kind tells a theme.
_LOOKS = frozenset(
    "attractive bad beach beautiful bikini bikinis bossy cheap curvy cute cutie cuties "  # noqa: SIM905 - a table
    "dead dirty dumb easy filthy fit flirty gorgeous hairy hot hotter hottest lazy "
    "lovely nasty naughty pretty seducing shirtless single skinny slim slutty smelly "
    "steamy sweaty swimsuit swimwear tanned teen teens thick tight topless trashy wet "
    "wild young younger blonde brunette ebony latina redhead".split()
)
_BODIES = frozenset(
    "babes bodies body boys chick chicks girl girls guy guys ladies legs model models "  # noqa: SIM905 - a table
    "schoolgirls teens".split()
)
# With a people's name before them these are no theme of a folder either.
_GIRLS = frozenset(("babes", "chick", "chicks", "girl", "girls", "teens"))
# Of grown people the plain words are said well, too: a beautiful woman.
_GROWN = frozenset(("dude", "dudes", "female", "females", "lady", "male", "males", "man", "men", "woman", "women"))
_PLAIN_LOOKS = frozenset(
    (
        "blonde",
        "brunette",
        "redhead",
        "beach",
        "beautiful",
        "cute",
        "lovely",
        "single",
        "young",
        "younger",
        "fit",
        "lazy",
        "slim",
        "wild",
    )
)


def is_unfit(words: Sequence[str]) -> bool:
    """Whether the words of a folder's name look at people's bodies, insult them, or show a dead one."""
    if not _UNFIT.isdisjoint(words):
        return True
    looks = _LOOKS.intersection(words)
    of_a_people = any(word in packed("nations") for word in words) and not _GIRLS.isdisjoint(words)
    if of_a_people or (looks and not _BODIES.isdisjoint(words)):
        return True
    return bool(looks - _PLAIN_LOOKS) and not _GROWN.isdisjoint(words)


def names_somebody(words: Sequence[str]) -> bool:
    """Whether a folder's name holds somebody's name though all its words are English: mick jagger, rose and jack."""
    if any(is_name(word) and not is_within_thing(words, at) for at, word in enumerate(words)):
        return True
    if any(word in _HONORIFICS and at + 1 < len(words) for at, word in enumerate(words)):
        return True
    return any(
        between == "and"
        and _may_be_called(one)
        and _may_be_called(other)
        # Rose and lily are flowers, rosemary and basil herbs.
        and not ("+" in mark_of(one) and "+" in mark_of(other))
        for one, between, other in zip(words, words[1:], words[2:], strict=False)
    )


def somebody_in(words: Sequence[str]) -> set[str]:
    """Return the words of a file's name that are somebody's name, given name and surname: mick jagger."""
    found: set[str] = set()
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if is_name(word) and not is_within_thing(words, at):
            found.add(word)
            if after and after not in entries("stop") and _may_be_surname(after):
                found.add(after)
        elif after and _are_called(word, after):
            found |= {word, after}
    return found


def _are_called(one: str, other: str) -> bool:
    """Whether two words are somebody's name: john smith, and who is known (taylor swift)."""
    both = f"{one} {other}"
    known = is_given(plain(one)) and named(both)
    return known or persons(both) == [both] or (is_called(one, other) and not is_phrase(both))


def _may_be_surname(word: str) -> bool:
    """Whether a word behind a given name is rather who than what they do: jagger, not singing."""
    known = (mark_of(word) or mark_of(key(word)))[:1]
    return not word.endswith("ing") and (is_surname(word) or known in {"", "p"}) and not is_place(word)


def is_family(word: str) -> bool:
    """Whether a word is likely a surname beside an occasion: miller wedding; not church, garden, cake."""
    known = (mark_of(word) or mark_of(key(word)))[:1]
    return is_surname(word) and known in {"", "p"} and not is_place(word) and word not in entries("kin")


def is_within_thing(words: Sequence[str], at: int) -> bool:
    """Whether a word is part of a thing of two words or three that a list has: teddy bear, bob cut."""
    return any(
        is_phrase(" ".join(words[first : first + length]))
        for length in (2, 3)
        for first in range(max(0, at - length + 1), at + 1)
        if first + length <= len(words)
    )


def is_name(word: str) -> bool:
    """Whether a word of English is rather a given name: mick, tommy."""
    bare = plain(word)
    if bare in _NAMES:
        return True
    # A given name that is nothing else: no thing, no quality, no feast.
    return (
        bare in packed("given")
        and bare in packed("english")
        and bare not in _WORDS | entries("stop") | entries("calendar") | entries("colours") | entries("loanwords")
        and not mark_of(bare)
        and not mark_of(key(bare))
        and not packed("verbs").get(bare)
        and not is_place(word)
    )


def _may_be_called(word: str) -> bool:
    return is_given(plain(word)) and word not in _WORDS | entries("calendar") | entries("colours")
