"""Chapter: Argo CD itself, as its settings say."""
