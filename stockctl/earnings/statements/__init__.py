"""Which layout a statement has, and what its columns say: known by its header or shape, or described by the person."""
