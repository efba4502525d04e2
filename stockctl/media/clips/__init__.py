"""What moves and sounds: facts, frames and loudness of video and sound files."""
