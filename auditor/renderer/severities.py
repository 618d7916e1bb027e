"""How a terminal marks severities: by shape and by colour, the word always beside them."""

from typing import Final

COLOURS: Final = {
    "critical": "bold red",
    "high": "yellow",
    "medium": "yellow",
    "low": "blue",
    "info": "dim",
}
MARKS: Final = {"critical": "■", "high": "▲", "medium": "◆", "low": "●", "info": "○"}
