"""The way to a server and back: a protocol's words, one bounded exchange, the manners of the line."""
