"""Words at the desk: drafts, their forms, and models that look."""
