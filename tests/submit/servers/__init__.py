"""Real servers, and ones that misbehave."""
