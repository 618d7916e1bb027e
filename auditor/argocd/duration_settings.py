"""Settings of argocd-cm and argocd-cmd-params-cm that are durations, with their defaults.

Mirrors the callers of `ParseDurationFromEnv` (`util/env/env.go`) and of `timeutil.ParseDuration`
in `util/settings/settings.go`: what does not parse is logged once and the default is used.
"""

import re
from datetime import timedelta
from typing import Final

from auditor.argocd.releases import Version
from auditor.kube.duration import BadDuration, parse_duration

_HOUR: Final = timedelta(hours=1)
_DEFAULTS: Final = {
    "timeout.reconciliation": timedelta(seconds=120),
    "timeout.reconciliation.jitter": timedelta(seconds=60),
    "timeout.hard.reconciliation": timedelta(),
    "users.session.duration": 24 * _HOUR,
    "webhook.refresh.jitter": timedelta(),
    "applicationsetcontroller.requeue.after": timedelta(minutes=3),
    "controller.app.state.cache.expiration": _HOUR,
    "controller.default.cache.expiration": 24 * _HOUR,
    "controller.ignore.normalizer.jq.timeout": timedelta(seconds=1),
    "controller.repo.error.grace.period.seconds": timedelta(seconds=180),
    "reposerver.default.cache.expiration": 24 * _HOUR,
    "reposerver.git.request.timeout": timedelta(seconds=15),
    "reposerver.repo.cache.expiration": 24 * _HOUR,
    "server.app.state.cache.expiration": _HOUR,
    "server.connection.status.cache.expiration": _HOUR,
    "server.default.cache.expiration": 24 * _HOUR,
    "server.oidc.cache.expiration": timedelta(minutes=3),
}
KEYS: Final = tuple(_DEFAULTS)
_DAYS: Final = re.compile(r"[0-9]+d")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def default_of(key: str, version: Version) -> timedelta:
    """Return what is used instead; the interval was three minutes before there was jitter."""
    if key == "timeout.reconciliation" and version.release < (2, 11, 0):
        return timedelta(seconds=180)
    return _DEFAULTS[key]


def parsed(value: str) -> timedelta | None:
    """Return the duration, or None for what is neither Go's notation nor whole days (`1d`)."""
    if _DAYS.fullmatch(value):
        return timedelta(days=min(int(value[:-1]), 100_000))
    try:
        found = parse_duration(value)
    except BadDuration:
        return None
    return found


def plain_seconds(value: str) -> timedelta | None:
    """Return what a number without a unit was meant to be, or None for any other text."""
    return timedelta(seconds=int(value)) if _NUMBER.fullmatch(value.strip()) else None
