"""`make bench`: stockctl and its peers in turns on the same work, as one table that anyone can make again."""
