"""Kubernetes words: names, objects, where they came from. Knows nothing of Argo CD, does no I/O."""
