"""Which environment a name speaks of, where only the name is known."""

import re
from collections.abc import Iterable
from typing import Final

from auditor.argocd.application import Application

PRODUCTION: Final = ("prod", "production", "prd")
OTHERS: Final = (
    *("stg", "stage", "staging", "uat", "preprod", "pre-prod", "qa"),
    *("dev", "development", "develop", "test", "sandbox", "preview"),
)


def speaks_of(name: str, words: Iterable[str]) -> bool:
    """Tell whether one of `words` is a whole part of `name`, between dashes, dots or its ends."""
    return any(re.search(rf"(?:\A|[-._/]){re.escape(word)}(?:[-._/]|\Z)", name) for word in words)


def is_production(*names: str) -> bool:
    """Tell whether the first of `names` that speaks of an environment speaks of production."""
    for name in names:
        if speaks_of(name, OTHERS):
            return False
        if speaks_of(name, PRODUCTION):
            return True
    return False


def is_production_application(app: Application) -> bool:
    """Tell it from what it is deployed to, then from what it is called."""
    where = app.destination
    return is_production(where.namespace, app.name, where.name, where.server, app.project)
