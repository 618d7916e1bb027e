"""Three rules with pages, small enough to read, for a report that has everything in it."""
