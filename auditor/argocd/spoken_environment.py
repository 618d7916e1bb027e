"""Which environment an Application or a destination is for, as far as its names say."""

from collections.abc import Iterable
from typing import Final

from auditor.argocd.application import Application, Destination
from auditor.argocd.environment_words import PRODUCTION, Words, of_name

_WORDS: Final = Words()


def of_destination(where: Destination) -> str:
    """Return what its namespace says, else its cluster's name; empty where neither does."""
    return _first((where.namespace, where.name))


def of_application(app: Application) -> str:
    """Return what its destination says, else what it is called; empty where nothing does."""
    where = app.destination
    return _first((where.namespace, app.name, where.name, app.project))


def is_production(app: Application) -> bool:
    """Tell it from what it is deployed to, then from what it is called."""
    return of_application(app) == PRODUCTION


def _first(names: Iterable[str]) -> str:
    return next((found for name in names if (found := of_name(name, _WORDS))), "")
