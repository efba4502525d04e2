"""Tests of what is found in vectors, video and audio."""
