"""What a person's earlier work and choices say."""
