"""Chapter: projects and windows."""
