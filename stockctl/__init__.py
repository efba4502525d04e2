"""The microstock contributor's command line: check, keyword, submit, earnings."""

__version__ = "0.2.0"
