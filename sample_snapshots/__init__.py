"""Recorded platforms, each beginning with what it shows: input of `make report`."""
