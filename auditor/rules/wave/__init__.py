"""Chapter: order, sync waves and hooks."""
