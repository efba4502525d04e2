"""What a text says of a picture, as keywords: words, real phrases and names, and nothing of what it denies."""
