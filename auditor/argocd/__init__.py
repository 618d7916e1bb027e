"""What Argo CD means: pure functions, each module named after the upstream file it mirrors."""
