"""Passwords of agencies: from the environment, a command, or the system keyring."""
