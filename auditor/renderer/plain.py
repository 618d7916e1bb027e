"""Texts from a cluster made harmless for a terminal."""

from typing import Final

_CONTROLS: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\ufffd")
_LAYOUT: Final = {ord("\n"): "\n", ord("\t"): " ", ord("\r"): ""}


def plain(text: str) -> str:
    """Return `text` without what a terminal takes for a command, such as a change of its title."""
    return text.translate(_CONTROLS | _LAYOUT)
