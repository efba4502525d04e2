"""What somebody does, told apart from who does it and from what it is done to."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Kids building a snowman in a village", ["kids", "snowman"], ["building", "kids building"]),
        ("Bird building a nest", ["bird", "nest"], ["building", "bird building"]),
        ("Beaver building a dam", ["beaver", "dam"], ["building", "beaver building"]),
        ("Retired man building model ships", ["retired man", "model ships"], ["building", "building model"]),
        ("Volunteers building houses for poor families", ["volunteers", "houses"], ["building", "building houses"]),
        ("Woman lighting a campfire in the woods", ["woman", "campfire"], ["woman lighting", "lighting"]),
        ("Family lighting diyas for Diwali", ["family", "lighting diyas", "diyas"], ["lighting"]),
        ("Skier carving fresh powder", ["skier", "carving", "fresh powder"], ["skier carving"]),
        ("Skier in orange jacket carving fresh powder", ["orange jacket", "carving"], ["jacket carving"]),
        ("Woman snorkeling with sharks", ["woman", "snorkeling", "sharks"], ["woman snorkeling"]),
        ("Green iguana basking on a rock", ["green iguana", "basking", "rock"], ["iguana basking"]),
        ("Hiker drinking water from a bottle", ["hiker", "drinking", "water"], ["drinking water"]),
        ("Children playing cards at home", ["children", "playing", "cards"], ["playing cards"]),
        ("Nuns lighting candles in church", ["nuns", "lighting candles", "candles"], ["lighting", "nuns lighting"]),
        ("Family lighting menorah candles", ["family", "menorah candles"], ["lighting"]),
        # No act, or one that has a name with its object.
        ("Office building in London", ["office building"], []),
        ("Students in front of a building", ["students", "building"], []),
        ("Glass of drinking water", ["drinking water"], []),
        ("Playing cards on a table", ["playing cards"], []),
        ("Two kids holding hands", ["holding hands"], []),
        ("Bird watching in a forest", ["bird watching"], []),
        ("Team building in an office", ["team building"], []),
        ("Horse riding on the beach", ["horse riding"], []),
        ("Baby on a changing mat", ["changing mat"], []),
        ("Stage lighting at a concert", ["stage lighting"], []),
    ],
)
def test_an_act_stays_apart_from_who_does_it(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # A verb with its small word is one keyword, or none.
        ("Girl trying on sunglasses at optician", ["trying on", "sunglasses"], ["trying"]),
        ("Senior man working out with dumbbells", ["working out", "dumbbells"], ["working"]),
        ("Athlete warming up before a race", ["warming up", "race"], ["warming"]),
        ("Plane taking off at sunset", ["taking off", "sunset"], ["taking"]),
        ("Volunteers handing out food at a bank", ["volunteers", "food"], ["handing", "handing out"]),
        ("Kitten curled up on a blanket", ["curled up", "kitten"], ["curled"]),
        ("Friends hanging out at a cafe", ["friends", "hanging out"], ["hanging"]),
        ("Plane and pilot, woman works out in a gym", ["working out", "gym"], ["working", "works out"]),
        ("Man tries on a jacket", ["trying on", "jacket"], ["trying"]),
        ("Athletes warm up before a match", ["warming up", "athletes"], ["warm up"]),
        ("Laundry hanging out to dry", ["laundry", "hanging"], ["hanging out"]),
        ("Woman working on a laptop", ["working", "laptop"], ["working on"]),
        ("Woman standing by a window", ["standing", "window"], []),
        ("Hiker climbing up a mountain", ["climbing", "mountain"], []),
        # What is learned, tried or begun.
        ("Kid learning to swim with instructor", ["kid", "learning", "swimming"], ["swim"]),
        ("Grandpa teaching grandson to fish from a pier", ["fishing", "pier"], ["fish"]),
        ("Mother showing son how to iron a shirt", ["ironing", "shirt"], ["iron"]),
        ("Athlete about to jump into the pool", ["jumping", "pool"], []),
        ("Salad ready to eat", ["salad"], ["eating", "eat"]),
        ("Sailors learning to tie knots", ["sailors", "tie knots"], []),
        ("Kid learning to tie shoes", ["tying", "shoes"], ["tie"]),
        ("How to save money", ["save money"], []),
        ("Referee shows a card to football player", ["football player"], []),
        # Who is seen waiting, and where; behind all others.
        ("Passengers waiting at the gate", ["passengers", "waiting", "gate"], []),
        ("Girl with backpack waiting at the bus stop", ["waiting"], []),
        ("Street musician performing outside a cafe", ["performing"], []),
        ("Waiting room in a hospital", ["waiting room"], ["waiting"]),
        ("Surgeon performing cataract surgery", ["surgeon"], ["performing"]),
        ("Man looking out of a window", ["man", "window"], ["looking"]),
        ("Dog waiting outside a bakery", ["dog", "waiting", "bakery"], []),
        ("Rental scooters lying on a pavement", ["lying", "pavement"], []),
        # Verbs that show nothing.
        ("Trees framing a view of the castle", ["trees", "castle"], ["framing"]),
        ("Tulip fields forming stripes", ["tulip fields", "stripes"], ["forming"]),
        ("Bluebells carpeting the floor of a wood", ["bluebells"], ["carpeting"]),
        ("Carpenter framing a house", ["framing"], []),
        ("Caterpillar turning into a butterfly", ["caterpillar", "butterfly"], ["turning"]),
        ("Girl missing front teeth", ["girl", "front teeth"], ["missing"]),
        ("Puzzle with missing piece", ["missing piece"], []),
        ("Baby refusing to eat broccoli", ["baby", "broccoli"], ["refusing", "eat", "eating"]),
        # What only liquids do, and figures of speech.
        ("Tears running down her face", ["tears"], ["running"]),
        ("Woman crying, makeup running", ["crying", "makeup"], ["running"]),
        ("Road running through a forest", ["road", "forest"], ["running"]),
        ("Girl on a path running", ["girl", "path", "running"], []),
        ("Woman running on a beach", ["running", "beach"], []),
        ("Man running a marathon", ["running", "marathon"], []),
        ("Woman running a bath", ["bath"], ["running"]),
        ("Student pulling an all nighter", ["student"], ["pulling"]),
        ("Couple tying the knot", ["tying the knot"], []),
        ("Driver weaving through traffic jam", ["traffic jam"], ["weaving"]),
        ("Woman weaving a basket", ["weaving", "basket"], []),
        ("Neurons with synapses firing", ["synapses"], ["firing"]),
        ("Sparks flying in a shipyard", ["sparks"], ["flying"]),
        ("Birds flying over a lake", ["birds", "flying"], []),
        ("Gulls following a plough", ["gulls", "plough"], ["following"]),
        ("Couple getting ready for a wedding", ["getting ready", "wedding"], []),
        # Who sits somewhere.
        ("Cat sit in the window", ["cat", "sitting", "window"], ["sit in", "cat sit in"]),
        ("Kids stand up in the boat", ["kids", "standing", "boat"], ["stand up"]),
        ("Activists holding banner sit in front of the parliament", ["sitting"], ["sit in"]),
        ("Girl with lemonade stand in front yard", ["lemonade stand"], []),
        ("Stand up comedian at microphone", ["stand up comedian"], ["standing"]),
    ],
)
def test_a_verb_is_told_by_the_words_about_it(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


def test_who_waits_is_told_behind_all_others() -> None:
    assert read("Passengers waiting at the gate").spare == ("waiting",)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # What a verb says before a noun.
        ("All you can eat buffet", ["all-you-can-eat", "buffet"], ["eat"]),
        ("Bring your own cup", ["cup"], ["bring"]),
        ("Sit down dinner", ["dinner"], ["sit"]),
        ("Drive through restaurant", ["drive-through", "restaurant"], ["drive"]),
        ("Cars drive through a flooded street", ["cars"], ["drive-through"]),
        ("Queue before opening hours", ["queue"], ["opening"]),
        # A list of things.
        ("House keys, floor plan and moving van", ["floor plan", "moving van"], []),
        ("Two men lifting and moving boxes", ["men", "boxes"], ["moving boxes"]),
        # What an animal does, and what a thing is shaped like.
        ("Hills with grazing sheep", ["grazing", "sheep", "grazing sheep"], []),
        ("Silhouettes of flying birds", ["flying", "birds", "flying birds"], []),
        ("Flying fish above the sea", ["flying fish"], ["flying"]),
        ("Hunting dog in a field", ["hunting dog", "dog"], ["hunting"]),
        ("Landscape with rolling hills", ["rolling hills", "hills"], ["rolling"]),
        ("Green rolling hills of the Palouse", ["rolling hills", "hills"], ["rolling"]),
        ("Winding mountain road at dusk", ["winding mountain road", "mountain road"], ["winding"]),
        ("Towering Cliffs of Moher", ["cliffs of moher"], []),
        ("Ball rolling down a hill", ["ball", "hill"], ["rolling hill"]),
        ("View of a winding wooden boardwalk", ["boardwalk"], ["winding"]),
        ("Aerial of winding road in Vermont", ["winding road", "road"], ["winding"]),
        ("Breaking news intro with a globe", ["breaking news", "news"], ["breaking"]),
        # What is done to a thing has its own keyword where somebody does it.
        ("Miner carrying baskets", ["miner", "carrying", "carrying baskets", "baskets"], []),
        ("Woman in her forties drinking wine", ["drinking", "wine"], []),
        ("Businesswoman signing contract", ["signing", "contract"], []),
        ("Digital tablet on a table", ["digital tablet", "digital", "tablet"], []),
        ("Cabin with smoking chimney", ["smoking", "chimney", "smoking chimney"], []),
        ("Bench in a smoking area", ["smoking area"], []),
        ("Pollen season in blooming meadow", ["blooming", "blooming meadow", "meadow"], []),
        ("Cute sloth hanging upside down", ["cute sloth", "hanging"], []),
        # A verb whose word may be a thing's.
        ("Woman sneezes into her elbow", ["woman", "sneezing", "elbow"], ["woman sneezes", "sneezes"]),
        ("Girl waves from a train", ["girl", "waving", "train"], ["waves", "girl waves"]),
        ("Teacher points at a map", ["teacher", "pointing", "map"], ["teacher points"]),
        ("Couple watches a sunset", ["couple", "watching", "sunset"], ["couple watches"]),
        ("Couple watches on display", ["couple watches"], ["watching"]),
        ("Waves on a beach", ["waves"], ["waving"]),
        ("Artist works in a gallery", ["gallery"], ["working"]),
        # A verb without its ending.
        ("Farmer milk cow in the barn", ["farmer", "cow", "barn"], ["milk cow", "milk"]),
        ("Mother dress baby in bedroom", ["mother", "baby"], ["dress"]),
        ("Milk cow on a meadow", ["milk cow"], []),
        ("Worker dress code", ["dress code"], []),
    ],
)
def test_a_verb_before_a_noun_is_told_by_it(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)
