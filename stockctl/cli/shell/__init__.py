"""What the program is to a shell: completion, help, streams, and how a call is refused."""
