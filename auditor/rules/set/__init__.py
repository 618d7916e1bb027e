"""Chapter: ApplicationSets."""
