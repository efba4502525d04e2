"""Other machines that do part of the work: each looks into a file where it lies, or is sent it."""
