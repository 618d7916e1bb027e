"""Chapter: the Application as written."""
