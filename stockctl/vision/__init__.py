"""Models that look at pictures: found, asked with manners, and never believed unexamined.

`presets` and `services` say whom to ask, `local` finds what runs on this
machine, `question` says what to ask, `asking` is the way to a server and back,
`answers` makes what comes back safe, `looking` does all that for a batch.
"""
