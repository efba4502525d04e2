"""The names of colour spaces, as facts of a picture hold them."""

SRGB, ADOBE_RGB, DISPLAY_P3, PROPHOTO, GREY, CMYK, OTHER = (
    "sRGB",
    "Adobe RGB",
    "Display P3",
    "ProPhoto RGB",
    "grey",
    "CMYK",
    "other RGB",
)
