"""Chapter: drift and ignoreDifferences."""
