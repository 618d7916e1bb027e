"""Audit → ReportView: everything a report says, as a value, before it is a page."""
