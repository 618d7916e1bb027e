"""The rules, one a module, by chapter of the guide.

To add one, put four files in a chapter: `name.py`, `name.en.md`, `name.ko.md` and
`name.cases.yaml`. Nothing else needs to know.
"""
