"""Review in the terminal: one file after the other, its words accepted, dropped, added and put in order by keys.

`draft` and `line` hold what happens at each key, as plain values; `screen` draws
them; `terminal`, `keys` and `picture` are the rim; `session` brings them together.
"""
