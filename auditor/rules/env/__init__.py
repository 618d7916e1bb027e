"""Chapter: environments."""
