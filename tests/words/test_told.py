"""What a line says by how its words stand together: what is gone, who does it, species, peoples, and what it is of."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read
from stockctl.words.spelling import spelling
from stockctl.words.texts.people import private_names


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        # What stands at the end of a clause says that the thing is not there.
        ("Fuel cell cutaway, labels removed, blue background", ["fuel cell", "blue background"], ["labels", "removed"]),
        ("Andromeda Galaxy with satellite trails removed", ["andromeda galaxy"], ["satellite", "trails", "removed"]),
        ("Electric car, Tesla logo removed, Oslo", ["electric car", "oslo"], ["tesla", "logo"]),
        ("Salt pans from a plane, wing not visible", ["salt pans", "plane"], ["wing", "visible"]),
        ("Brand logo not visible on red car", ["red car"], ["logo", "brand"]),
        ("Hacker cliche avoided: calm analyst", ["analyst"], ["hacker", "cliche", "avoided"]),
        # What was done to a thing, by whom or into what.
        ("Lamb led by a boy", ["lamb", "boy"], ["led", "lamb led"]),
        ("Pizza cut into slices", ["pizza", "slices"], ["cut"]),
        ("Hail storm lit by setting sun", ["hail storm", "setting sun"], ["lit", "hail storm lit"]),
        ("Fabric cut, hair cut in a salon", ["hair cut"], []),
        # A thing's name ends in a noun, whose verb people do.
        ("Heart rate monitors on a table", ["heart rate monitors"], ["monitoring"]),
        ("Row of shot glasses", ["shot glasses", "glasses"], ["shot"]),
        ("Child finger painting with poster paint", ["child", "finger painting"], ["finger", "child finger"]),
        ("Man foam rolling his calf muscle", ["man", "foam rolling"], ["foam", "man foam"]),
        # What a small word leads to is a thing, where nobody does anything.
        ("Shop window full of fob watches", ["fob watches"], []),
        ("Chest of drawers with drop handles", ["drop handles"], ["handling"]),
        ("Cardboard loom, reed bed and mown ride", ["ride"], ["riding"]),
        ("Machine feeding tape reels", ["machine", "tape reels"], ["feeding tape reels"]),
        ("Worker with a machine", ["worker", "machine"], []),
        ("Photographer with a camera, portrait by photographer", ["photographer", "camera"], []),
        ("Spraying tunnel lining", ["tunnel"], []),
        ("Folly and temple in a garden", ["folly", "temple"], []),
        ("Freshly baked bread, gently lit hall", ["hall"], ["freshly", "gently"]),
        ("Baker before loading deck oven", ["deck oven"], ["loading deck"]),
        ("Dress of dusty pink satin", ["dusty pink", "pink", "satin"], ["dusty"]),
        ("Palm crosses, hot cross buns", ["palm crosses", "hot cross buns"], []),
        ("Sun sets over the sea", ["sun", "sea"], ["sets", "sun sets"]),
        ("Model railway with N gauge engine", ["n gauge", "model railway"], []),
        ("Guide bars close up", ["bars", "close up"], ["bars close up"]),
        ("Chinstrap penguins, king creche", ["chinstrap penguins"], ["king"]),
        # What covers a thing is there; what it is like is not.
        ("Moss covered gravestone in a yard", ["moss covered gravestone", "moss", "gravestone"], ["covered"]),
        ("Crab stuffed ravioli on a plate", ["crab", "ravioli", "crab stuffed ravioli"], ["stuffed ravioli"]),
        ("Tiger striped kayak on a lake", ["kayak", "tiger striped kayak"], ["tiger", "striped kayak"]),
        ("Bell shaped tent in the desert", ["bell shaped tent", "tent"], ["bell", "shaped"]),
        ("Sun dried tomatoes, hand painted plate", ["tomatoes", "plate"], ["hand"]),
        # Words that lead to a place.
        ("Puffin carrying sand eels past thrift", ["puffin", "sand eels", "thrift"], ["past", "past thrift"]),
        ("Tape round arm of a child", ["tape", "arm"], ["round", "round arm"]),
        ("Oak round table", ["round table"], []),
        ("Drone shot straight down on a lake", ["drone shot", "lake"], ["straight", "down"]),
        # Who does it is told by the verb.
        ("Editorial, nurses block avenue with tyres", ["nurses", "avenue"], ["block"]),
        ("Waves hitting sea wall", ["waves", "sea wall"], ["hitting sea wall"]),
        ("Blade of a wind turbine on a truck", ["blade", "wind turbine"], []),
        ("Pachypodium spines in the desert", ["spines"], ["spinning"]),
        ("Shepherdess and wool winders in a barn", ["winders"], []),
        ("Palm wine tapper on a trunk", ["tapper"], []),
        # A concept is one of its subject.
        ("Broken piggy bank, inflation concept", ["inflation concept", "inflation"], []),
        # Who wears something does something.
        ("Welder in mask repairs hull of a ship", ["welder", "mask", "hull"], ["mask repairs", "repairs"]),
        ("Monks stand in robes", ["monks", "robes"], []),
        # An island in small letters is called by its name alone.
        ("Loom, Sumba island Indonesia", ["sumba", "sumba island"], []),
        # An old one is no part of a place's name, where the place is a village.
        ("Old Lada in the mud", ["lada"], ["old lada"]),
        ("Old Havana street", ["old havana"], []),
        # Places of several words.
        ("Desert camp, Ras Al Khaimah", ["ras al khaimah"], ["ras", "al khaimah"]),
        ("Boat on the Kerala backwaters", ["kerala backwaters"], []),
        # Verbs that say nothing.
        ("A dust storm is coming over the desert", ["dust storm"], ["coming"]),
        ("Man puts an engine on the track", ["engine", "track"], ["puts"]),
        ("Vet using a towel", ["vet", "towel"], ["using"]),
        # Parts of phrases that mean another thing there.
        ("Call center agents working the graveyard shift", ["graveyard shift"], ["graveyard"]),
        ("Old coffee house in Vienna", ["coffee house", "coffee"], ["house"]),
        ("Icons in flat style", ["flat style"], ["flat"]),
        ("Warehouse with dead stock", ["dead stock"], ["dead"]),
        ("Salon, french manicure", ["french manicure", "manicure"], ["french"]),
        # What is done with a thing, and the thing that is for it.
        ("Toddler on a changing mat", ["changing mat"], ["changing"]),
        ("Two men moving boxes", ["men", "boxes"], ["moving boxes"]),
        ("Two kids holding hands on a beach", ["holding hands"], []),
        ("Family washing hands before dinner", ["washing hands"], []),
        ("Website mockup, landing page", ["landing page"], ["landing"]),
        ("Twin brothers building a blanket fort", ["blanket fort"], ["building", "fort"]),
        ("Runner tie his shoe before the race", ["runner", "shoe"], ["tie"]),
        # Names of other languages, with the small words within them.
        ("Lava of Piton de la Fournaise at night", ["piton de la fournaise"], ["de", "la", "piton"]),
        ("Skiers in Val d'Isere", ["val d'isere"], ["val"]),
        ("Wadi Bani Khalid pools in Oman", ["wadi bani khalid", "oman"], ["wadi"]),
        ("Fishing hut on the Costa dei Trabocchi", ["costa dei trabocchi"], ["dei", "costa"]),
        ("Hail the size of golf balls on grass", ["hail", "grass"], ["golf", "balls", "golf balls"]),
        # What a thing is only like, or is there instead of.
        ("Rain cloud like a jellyfish over the sea", ["rain cloud", "sea"], ["jellyfish"]),
        ("Candles instead of lamps on the table", ["candles", "table"], ["lamps"]),
        # How a thing or somebody is seen.
        ("Common kingfisher perched on a mossy branch", ["kingfisher", "perched"], []),
        ("Portrait of a wrinkled old farmer", ["wrinkled", "old farmer", "farmer"], []),
        ("Woman with eyes closed, calm and relaxed", ["calm", "relaxed", "eyes closed"], []),
        ("Cars stranded on a flooded street", ["cars", "stranded", "flooded street"], []),
        ("Cat tree in the room while her cat sleeps on the desk", ["sleeping", "desk"], ["cat sleeps"]),
        ("Set of flat line icons for recycling, vector", ["set", "icons", "recycling"], []),
        # A quality that a line begins with is no part of the name behind it.
        ("Frozen Lake Baikal with turquoise ice", ["frozen", "lake baikal"], ["frozen lake"]),
        ("Red Bernina Express at a station", ["red", "bernina express"], ["red bernina express"]),
        ("Red train crossing Landwasser Viaduct", ["landwasser viaduct"], ["train crossing"]),
        ("Skogafoss waterfall with a double rainbow", ["skogafoss", "waterfall"], []),
        ("Hikers in Annapurna region, Nepal", ["annapurna"], []),
        ("Dancers at Rio de Janeiro Carnival", ["rio de janeiro", "carnival"], ["river"]),
        ("Fighter jets fly over Arc de Triomphe", ["fighter jets", "arc de triomphe"], ["arc", "fly over"]),
        # What the first word of a chain means there it means in its parts, too.
        ("French bulldog puppy chewing a bone", ["french bulldog", "puppy", "bulldog"], ["french"]),
        ("Woman doing downward dog yoga pose", ["downward dog", "yoga pose"], ["dog"]),
        ("Abstract texture in teal and rose gold, modern", ["teal", "rose gold"], ["rose"]),
        # Of a quality of two words neither says by itself what is there.
        ("Low fat yogurt with berries", ["low fat yogurt", "low fat", "yogurt"], ["fat", "fat yogurt", "low"]),
        ("Hand knitted wool socks on a chair", ["hand knitted", "wool", "socks"], ["hand"]),
        ("Wood fired margherita pizza", ["wood fired", "pizza"], ["wood"]),
        ("Faux fur coat on a model", ["faux fur", "coat"], ["fur", "fur coat"]),
        ("Smiling African American man", ["african american", "man"], ["african", "american", "american man"]),
        ("Same sex parents with a stroller", ["same sex parents", "parents"], ["sex", "sex parents"]),
        ("Couple in a dimly lit jazz club", ["dimly lit", "jazz club"], ["lit jazz club", "lit"]),
        ("Scandinavian style bedroom", ["scandinavian style", "scandinavian", "bedroom"], ["style bedroom", "style"]),
        ("Cold pressed olive oil", ["cold pressed", "olive oil"], ["cold"]),
        ("Hand on a carved door", ["hand", "carved"], ["hand carved"]),
        ("Low fence by a field", ["fence", "field"], ["low fence by"]),
        # Two colours of one thing.
        ("Red and white striped tent", ["red and white", "red", "white", "tent"], ["white striped tent"]),
        ("Black and white cow", ["black and white", "cow"], ["white cow"]),
        ("White and red wine in glasses", ["red wine"], []),
        # What stands before a name of several words is not its first.
        ("White lily of the valley", ["white", "lily of the valley"], ["white lily", "valley", "lily"]),
        ("Ladybug, shallow depth of field", ["shallow depth of field"], ["shallow"]),
        ("Blue trumpet shaped flowers", ["blue", "flowers"], ["blue trumpet", "trumpet"]),
        ("Snow covered log cabin", ["snow covered", "snow", "log cabin"], ["covered"]),
        ("Drought stricken riverbed", ["drought", "riverbed"], ["stricken", "stricken riverbed"]),
        ("Red fox cub at its den", ["red fox", "fox", "cub"], ["red"]),
        ("Lanterns in Chiang Mai, northern Thailand", ["northern thailand", "thailand"], ["northern"]),
        ("Yosemite Valley at sunrise", ["yosemite valley", "yosemite"], []),
        ("Stalls in Jalan Alor night market", ["jalan alor", "night market"], ["jalan", "alor night market"]),
        ("Rapeseed field in Germany", ["rapeseed", "field"], ["fruit"]),
        # A place as it looks at the hour.
        ("Snowy Hallstatt village reflected in a lake", ["snowy", "hallstatt", "village"], ["snowy hallstatt"]),
        ("Golden Gate Bridge in fog", ["golden gate bridge"], ["golden"]),
        # What is not there, or only for whom a thing is.
        ("Allergen free cookies on a plate", ["allergen free", "cookies"], ["allergen", "free cookies"]),
        ("Kid friendly restaurant", ["kid friendly", "restaurant"], ["kid", "friendly restaurant"]),
        ("Fire resistant gloves", ["fire resistant", "gloves"], ["fire", "resistant gloves"]),
        ("Never ending road through a desert", ["endless road", "road", "desert"], ["ending"]),
        ("Non touristic village in Laos", ["village", "laos"], ["touristic"]),
        ("Empty street without cars after snowfall", ["snowfall", "street"], ["cars"]),
        ("Hyperlapse of Hong Kong at blue hour", ["hyperlapse", "hong kong", "blue hour"], ["hyperlapse of hong kong"]),
        # What a heap of something is only called.
        ("Cloud of dust behind a harvester", ["dust", "harvester"], ["cloud"]),
        ("Blanket of snow over the town", ["snow", "town"], ["blanket"]),
        ("Wool blanket of a shepherd", ["blanket"], []),
        ("Love concept with two swans", ["love", "love concept"], []),
        ("Honey on a dark background", ["honey", "dark background"], ["dark"]),
        # Names of science.
        ("Leaves of monstera obliqua in a pot", ["monstera obliqua"], []),
    ],
)
def test_what_stands_together_is_told(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    "text",
    [
        "an emirati falconer",
        "malagasy dancers, basotho blankets, garhwali village",
        "macro of lucanus cervus on oak",
        "papilio machaon on a thistle",
        "a woman who isn't smiling, a dog that wasn’t barking",
    ],
)
def test_peoples_and_species_are_no_slips(text: str) -> None:
    assert spelling(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Advisor Puan Noraini explaining a loan", ["Noraini"]),
        ("Chen Meiling soldering a circuit board", ["Chen Meiling"]),
        ("Angkor Wat glowing at dawn", []),
        ("Cesky Krumlov glowing at dawn", []),
        ("Master Ki Sutarno with puppets", ["Sutarno"]),
        ("Neighbour Frau Müllerin in her garden", ["Müllerin"]),
        ("My niece Charlotte blowing out candles", ["Charlotte"]),
        ("Our teacher in Florence", []),
    ],
)
def test_a_name_behind_what_a_people_calls_somebody_is_private(text: str, names: list[str]) -> None:
    assert private_names(text) == names


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Firewood stacked against a cabin wall", "stacked"),
        ("Christmas tree decorated with red baubles", "decorated"),
        ("Castle illuminated at night", "illuminated"),
        ("Orphaned baby orangutan", "orphaned"),
        ("Cobbled old bridge", "cobbled"),
        ("Stain removed from a carpet", None),
        ("Church located in a village", None),
        ("Old craked paint", None),
    ],
)
def test_what_was_done_to_a_thing_comes_last_where_it_is_seen(text: str, last: str | None) -> None:
    assert (last in read(text).spare) if last else not read(text).spare
