"""Times as the API server and Git write them."""

from datetime import datetime


def moment(value: object) -> datetime | None:
    """Return the time a text tells; None for what is none, or belongs to no time zone.

    A time without a zone cannot be compared with one that has it.
    """
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
