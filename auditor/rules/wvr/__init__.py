"""Chapter: waivers, the findings that somebody has accepted."""
