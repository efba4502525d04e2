"""What somebody does: verbs, acts, figures of speech."""
