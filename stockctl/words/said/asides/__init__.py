"""What a text says besides what it shows: where, how many, what is not there."""
