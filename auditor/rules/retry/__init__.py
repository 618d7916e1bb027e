"""Chapter: retries."""
