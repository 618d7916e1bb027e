"""Chapter: deleting."""
