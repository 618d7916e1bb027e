"""The only package that speaks to the world: clusters, repositories, renderers."""
