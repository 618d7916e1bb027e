"""Chapter: what Argo CD says now."""
