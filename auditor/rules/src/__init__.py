"""Chapter: sources and rendering."""
