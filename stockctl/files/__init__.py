"""Files on disk: walk folders, recognise a file again, replace one atomically."""
