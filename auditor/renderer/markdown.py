"""Markdown of the guide's pages → HTML; raw HTML in it stays text."""

import functools

from markdown_it import MarkdownIt
from markupsafe import Markup


@functools.cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(text: str) -> Markup:
    """Return paragraphs, lists, tables and code blocks."""
    return Markup(_reader().render(text))  # noqa: S704 - the reader escapes; html is off


def line(text: str) -> Markup:
    """Return one line: code, emphasis and links, no paragraph around it."""
    return Markup(_reader().renderInline(text))  # noqa: S704 - the reader escapes; html is off
