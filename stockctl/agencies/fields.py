"""The words with which an agency's file says what fills a column of its sheet."""

from __future__ import annotations

# Field → what goes into the cell, in the form that the agency asks for.
FIELDS: dict[str, str] = {
    "": "nothing; the agency fills it, or a person does on its page",
    "upload_name": "the name under which the file is uploaded",
    "upload_stem": "that name without its suffix",
    "title": "the title",
    "description": "the description",
    "keywords": "the keywords in order",
    "super_keywords": "the first keywords, as many as weigh more there",
    "categories": "the chosen categories",
    "category_1": "the first chosen category's id",
    "category_2": "the second one's",
    "category_3": "the third one's",
    "editorial": "yes or no: for editorial use only",
    "mature": "yes or no: nudity or the like",
    "illustration": "yes or no: an illustration rather than a photo",
    "licence": "the chosen licence",
    "price": "the chosen price",
    "exclusive": "yes or no: declared exclusive to this agency",
    "releases": "the names of all releases",
    "model_releases": "the names of the model releases",
    "property_releases": "the names of the property releases",
    "has_model_release": "yes or no: a model release is linked",
    "model_release": "yes: a model release is linked, no: there is none, or that none is needed",
    "image_type": "what it is, in the agency's words",
    "has_property": "yes or no: a property release is linked",
    "created": "when the picture was taken, in the sheet's date form",
    "country": "the country's name",
    "country_code": "the country's two letters",
    "location": "city, state, country",
    "creator": "who made it",
    "copyright": "the copyright notice",
    "ai_prompt": "the prompt of a generated picture",
    "ai_model": "the model that made it",
}
