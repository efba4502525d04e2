"""Tests of metadata: records, blocks, containers, history."""
