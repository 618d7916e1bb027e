"""Chapter: secrets where everybody who reads Git can read them."""
