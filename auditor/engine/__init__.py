"""Put the rules to a snapshot: environments, verdicts, causes, coverage."""
