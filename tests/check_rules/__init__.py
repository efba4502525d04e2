"""Tests of the rules that judge facts, texts, names, releases, vectors, video and sound."""
