"""Verbs of whole sentences: their forms are those of nouns, and what is seen is the act."""

from __future__ import annotations

import pytest

from stockctl.words.said.doings.gerunds import gerund
from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # An article or an owner behind the form.
        ("The chef plates the dish", ["chef", "plating", "dish"], ["chef plates", "plates"]),
        ("The chef seasons a steak", ["chef", "seasoning"], ["chef seasons", "seasons"]),
        ("Girl waters the plants", ["girl", "watering", "plants"], ["girl waters", "waters"]),
        ("Model wears a denim jacket", ["model", "denim jacket"], ["model wears", "wears"]),
        ("A woman hands her resume to the recruiter", ["woman", "resume"], ["woman hands", "hands", "handing"]),
        ("Farmer plants a tree in the orchard", ["farmer", "planting"], ["farmer plants", "plants"]),
        ("Jewish family lights the menorah", ["jewish family", "menorah"], ["lights"]),
        ("Company signs a deal", ["company", "signing", "deal"], ["company signs", "signs"]),
        ("A bird feeds its chicks", ["bird", "feeding", "chicks"], ["bird feeds", "feeds"]),
        # An article before one thing.
        ("A man fishes from a pier", ["man", "fishing", "pier"], ["man fishes", "fishes"]),
        ("A plane lands at the airport", ["plane", "landing"], ["plane lands", "lands"]),
        ("A nurse smiles", ["nurse", "smiling"], ["smiles"]),
        ("The team works on a project", ["team", "working"], ["team works"]),
        # A place behind it.
        ("Woman shops for dresses in a boutique", ["woman", "shopping"], ["woman shops", "shops"]),
        ("Honey drips from the spoon", ["honey", "dripping"], ["honey drips", "drips"]),
        ("Butter melts in a pan", ["butter", "melting"], ["melts"]),
        # A thing behind it.
        ("Waiter orders wine", ["waiter", "ordering", "wine"], ["orders"]),
        ("A mason cuts stone", ["mason", "cutting", "stone"], ["cuts stone", "cuts"]),
        ("Gardener waters roses", ["gardener", "watering", "roses"], ["waters"]),
        # What one does besides.
        ("Senior man drinks tea and watches television", ["drinking", "tea"], ["watches", "drinks"]),
        ("A chef slices salmon and drizzles it with oil", ["slicing", "drizzling"], ["slices", "drizzles"]),
        ("Woman walks in a red coat and poses on the street", ["walking", "posing"], ["poses"]),
        ("Woman in a gray suit walks down the street and talks on the phone", ["walking"], ["talks"]),
        ("Man cooks dinner while his wife reads a book", ["cooking", "reading"], []),
        # Several who do it.
        ("People eat at long tables", ["people", "eating"], ["eat"]),
        ("Cats fight in the yard", ["cats", "fighting"], ["fight"]),
        ("Workers load crates onto a ship", ["workers", "loading", "crates"], ["load crates", "load"]),
        ("Elephants drink from a river", ["elephants", "drinking"], ["drink"]),
        ("Tourists ride camels in the desert", ["tourists", "riding", "camels"], ["ride", "ride camels"]),
        ("Bees collect honey", ["bees", "collecting", "honey"], ["collect"]),
        ("Father and son build a sandcastle", ["father", "son", "sandcastle"], ["build", "building"]),
        ("Mother and daughter bake cookies", ["daughter", "baking", "cookies"], ["bake"]),
        ("Man and dog run on a beach", ["man", "dog", "running"], ["dog run", "run"]),
        ("Friends laugh and talk in a park", ["friends", "laughing", "talking"], ["laugh", "talk"]),
        # What things do, though a list has both as one.
        ("Sun rises over the sea", ["sun", "rising", "sea"], ["sun rises"]),
        ("Snow falls on the city", ["snow", "city"], ["snow falls"]),
        ("Road winds through hills", ["road", "winding", "hills"], ["road winds", "winds"]),
        ("Waves crash against rocks", ["waves", "crashing", "rocks"], ["crash"]),
        ("Lightning strikes a tree", ["lightning", "striking", "tree"], ["lightning strikes"]),
        # Nouns.
        ("Mother and baby care", ["baby care"], ["caring"]),
        ("Dog and cat food", ["cat food"], []),
        ("Women work boots", ["work boots"], ["working"]),
        ("Students exchange program", ["students"], ["exchanging"]),
        ("Snow falls", ["snow falls"], []),
        ("Dinner drinks on the bar", ["dinner drinks"], ["drinking"]),
        ("Dog paws on the table", ["dog paws"], []),
        ("Dog treats in a bowl", ["dog treats"], ["treating"]),
        ("Autumn leaves fall", ["autumn leaves"], ["leaving"]),
        ("House plants by the window", ["house plants"], ["planting"]),
        ("Pantry shelves with jars", ["shelves"], ["shelving"]),
        ("Empty supermarket shelves after a hurricane", ["supermarket shelves"], ["shelving"]),
        ("Woman hands on a keyboard", ["hands"], ["handing"]),
        ("A man hands on a keyboard", ["hands"], ["handing"]),
        ("Woman sports shoes on a track", ["sports shoes"], ["sporting"]),
        ("Horse rides on the beach", ["horse rides"], ["riding"]),
        ("Cheese slices on a plate", ["cheese slices"], ["slicing"]),
        ("Ice cracks on a lake", ["ice cracks"], ["cracking"]),
        ("Kids playing blind man's buff", ["blind man's buff"], ["buffing"]),
        ("Kids play area in a park", ["play area"], ["playing"]),
        ("Workers strike in Paris", ["strike"], ["striking"]),
        ("Girl eats fish and chips in a cafe", ["eating"], ["chipping"]),
    ],
)
def test_a_sentence_tells_what_is_done(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Father helping his son ride a bicycle", ["riding", "son", "bicycle"], ["son ride", "ride"]),
        ("Mom watching her baby sleep", ["baby", "sleeping"], ["baby sleep", "sleep"]),
        ("Dog watching owner cook in kitchen", ["owner", "cooking"], ["owner cook", "cook"]),
        ("Guide dog helping blind man cross the street", ["blind man", "crossing", "street"], ["cross"]),
        ("Dad letting toddler stir cake batter", ["toddler", "stirring"], ["stir", "letting"]),
        ("Mother helps child tie shoes", ["child", "tying", "shoes"], ["tie"]),
        ("Family watching dog show", ["dog show"], ["showing"]),
        ("Nanny watching kids movie", ["kids movie"], []),
        # What is being done.
        ("Cat being brushed", ["cat", "brushing"], ["brushed"]),
        ("Wine being poured into a glass", ["wine", "pouring"], ["poured"]),
        ("Cake being cut by the bride", ["cake", "cutting"], ["cut"]),
        ("Wine is being served", ["wine", "serving"], []),
        ("House being built", ["house"], ["building"]),
    ],
)
def test_a_verb_without_its_ending_is_told_as_an_act(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # Hands do what somebody does, and so do machines.
        ("Close-up of female hands typing on a laptop", ["female hands", "typing"], ["hands typing"]),
        ("Hands kneading dough", ["hands", "kneading", "dough"], ["hands kneading"]),
        ("Drone spraying pesticide over crops", ["drone", "spraying", "pesticide"], ["drone spraying"]),
        ("Tractor plowing field at sunset", ["tractor", "plowing", "field"], ["tractor plowing"]),
        ("Train crossing bridge", ["train", "crossing", "bridge"], ["train crossing"]),
        ("Team building a house", ["team", "house"], ["team building", "building"]),
        ("Company building a factory", ["company", "factory"], ["company building", "building"]),
        ("Woman blow drying her hair", ["woman", "blow drying", "hair"], ["blow", "drying", "woman blow"]),
        # Names of acts.
        ("Team building in an office", ["team building"], []),
        ("Wine tasting in a cellar", ["wine tasting"], []),
        ("Robot vacuum cleaner", ["robot vacuum cleaner"], []),
        ("Train crossing in the countryside", ["train crossing"], []),
    ],
)
def test_what_hands_and_machines_do_stays_apart_from_them(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("base", "act"),
    [("plan", "planning"), ("ride", "riding"), ("tie", "tying"), ("open", "opening"), ("cut", "cutting"),
     ("brush", "brushing"), ("quit", "quitting"), ("see", "seeing"), ("zzzq", "")],
)  # fmt: skip
def test_the_name_of_an_act(base: str, act: str) -> None:
    assert gerund(base) == act
