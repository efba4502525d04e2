"""Whom to ask: what runs on this machine, the presets, a person's own sections, and what each lacks."""
