"""Chapter: what is deployed, revisions and images."""
