"""The local page over the same stages: routes, views, static modules; no decision of its own."""
