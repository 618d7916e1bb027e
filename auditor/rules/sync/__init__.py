"""Chapter: automation and options."""
