"""Chapter: namespaces."""
