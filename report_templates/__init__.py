"""What a designer edits: templates, style sheets, one script and one font of the reports."""
