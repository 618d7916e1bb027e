"""The policy in force, from the configuration, the environment and the options of a command."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor import pipeline
from auditor.cli import arguments, options
from auditor.config import BadConfig, Loaded, Mistake, Settings, dotted, find, load, nearest
from auditor.config.write import literal
from auditor.engine.environment_reasons import UNASSIGNED
from auditor.engine.environments import DEFAULTS, PLATFORM
from auditor.engine.policy import PERSONA_SETTINGS, Difference, Policy, Setting, names
from auditor.findings import Severity
from auditor.findings.waiver import Limits, Waiver

_NO_POLICY: Final = ("report", "repositories")
"""Tables that decide neither a verdict nor the exit status."""

Rules = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a command judges by."""

    loaded: Loaded
    policy: Policy
    every: Rules
    """Every rule there is, the user's own included."""
    rules: Rules
    """Those that are asked."""

    @property
    def settings(self) -> Settings:
        """Return the values in force."""
        return self.loaded.settings

    @property
    def threshold(self) -> Severity | None:
        """Return the severity that fails the run; None: no finding does."""
        return arguments.threshold(self.settings.fail_at)

    @property
    def allow_gaps(self) -> bool:
        """Say whether what was unreadable leaves the status alone."""
        return self.settings.allow_gaps


def loaded(config: Path | None) -> Loaded:
    """Return the configuration that is found for `config`, as `--config` gave it."""
    return load(find(config, os.environ, Path.cwd()), os.environ)


def rulebook(found: Loaded) -> Rules:
    """Return every rule there is, those of the user's own included; raise BadRule, OSError."""
    every = pipeline.rulebook()
    places = tuple(Path(place) for place in found.settings.own_rules)
    if not places:
        return every
    from auditor.cli.own_rules import own  # noqa: PLC0415 - CEL is for those who use it

    return (*every, *own(places, every))


def terms(
    config: Path | None,
    only: tuple[str, ...] = (),
    *,
    persona: str | None = None,
    fail_at: str | None = None,
    allow_gaps: bool | None = None,
) -> Terms:
    """Return what to judge by; raise BadConfig or Refused."""
    given = {
        "persona": ("--persona", persona),
        "fail_at": ("--fail-at", fail_at),
        "allow_gaps": ("--allow-gaps" if allow_gaps else "--no-allow-gaps", allow_gaps),
    }
    found = loaded(config).given(given)
    every = rulebook(found)
    for problem in problems(found, every):
        raise problem
    asked = arguments.rules(only, every)
    policy = _policy(found, every, tuple(rule.id for rule in asked) if only else ())
    return Terms(loaded=found, policy=policy, every=every, rules=policy.chosen(asked))


def problems(found: Loaded, every: Rules) -> Iterator[BadConfig]:
    """Yield what does not fit the rules and environments there are."""
    yield from (found.refusal(one) for one in _mistakes(found.settings, every))


def _policy(found: Loaded, every: Rules, only: tuple[str, ...]) -> Policy:
    settings = found.settings
    named = (Setting(rules=only, enabled=True),) if only else ()
    return Policy(
        persona=settings.persona,
        settings=(*_settings(settings, every), *named),
        waivers=tuple(_waivers(found)),
        limits=Limits(
            longest=timedelta(days=settings.waiving.max_days),
            accepts_annotations=settings.waiving.annotations,
        ),
        known=frozenset(rule.id for rule in every),
        file=found.name,
        digest=_digest(settings),
        differences=tuple(
            Difference(key=dotted(path), value=literal(value), origin=str(found.origin(path)))
            for path, value in found.different()
            if path[0] not in (*_NO_POLICY, "waivers")
        ),
    )


def _settings(settings: Settings, every: Rules) -> Iterator[Setting]:
    """Yield every setting, the weakest first."""
    yield from PERSONA_SETTINGS.get(settings.persona, ())
    select = settings.select
    if select.only:
        others = [r.id for r in every if not any(names(p, r.id) for p in select.only)]
        if others:
            yield Setting(rules=tuple(others), enabled=False)
    if select.off:
        yield Setting(rules=select.off, enabled=False)
    if select.on:
        yield Setting(rules=select.on, enabled=True)
    shapes = {rule.id: rule.options for rule in every}
    for name, own in settings.rules.items():
        yield _setting((name,), {}, own, shapes[name])
        for environment, there in own.environments.items():
            yield _setting((name,), {"environments": (environment,)}, there, shapes[name])
    for override in settings.overrides:
        selectors = {
            "applications": override.applications,
            "paths": override.paths,
            "projects": override.projects,
            "environments": override.environments,
        }
        if override.enabled is not None or override.severity is not None:
            yield _setting(override.rules, selectors, override, None)
        for rule in _having(override, every):
            yield _setting((rule.id,), selectors, override, rule.options, is_whole=False)


def _setting(
    rules: tuple[str, ...],
    selectors: Mapping[str, Any],
    own: Any,
    shape: Any,
    *,
    is_whole: bool = True,
) -> Setting:
    """Return a setting; without a shape no options, and not `is_whole` options alone."""
    known = shape.__dataclass_fields__ if shape else ()
    return Setting(
        rules=rules,
        **selectors,
        enabled=own.enabled if is_whole else None,
        severity=Severity[own.severity.upper()] if own.severity and is_whole else None,
        options={
            key: options.converted(shape, key, value)
            for key, value in own.options.items()
            if key in known
        },
    )


def _having(override: Any, every: Rules) -> Rules:
    """Return the rules an override is about that have one of its options."""
    return tuple(
        rule
        for rule in every
        if (not override.rules or any(names(p, rule.id) for p in override.rules))
        and any(key in rule.options.__dataclass_fields__ for key in override.options)
    )


def _waivers(found: Loaded) -> Iterator[Waiver]:
    for number, one in enumerate(found.settings.waivers):
        yield Waiver(
            rule=one.rule,
            reason=one.reason,
            approver=one.approver,
            ticket=one.ticket,
            granted=one.granted,
            expires=one.expires,
            subject=one.subject,
            fingerprint=one.fingerprint,
            content=one.content,
            place=str(found.origin(("waivers", number))),
        )


def _digest(settings: Settings) -> str:
    told = msgspec.to_builtins(settings)
    kept = {key: value for key, value in told.items() if key not in _NO_POLICY}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _mistakes(settings: Settings, every: Rules) -> Iterator[Mistake]:
    ids = [rule.id for rule in every]
    shapes = {rule.id: rule.options for rule in every}
    named = [*settings.environments] or [one.name for one in DEFAULTS]
    environments = [*named, UNASSIGNED, PLATFORM]
    for part in ("only", "off", "on"):
        patterns = getattr(settings.select, part)
        yield from _unmatched(patterns, ids, ("select", part))
    for name, own in settings.rules.items():
        if name not in shapes:
            yield _unknown(name, ids, ("rules", name))
            continue
        yield from _options(name, own.options, shapes[name], ("rules", name, "options"))
        for word, there in own.environments.items():
            path = ("rules", name, "environments", word)
            yield from _strange((word,), environments, path)
            yield from _options(name, there.options, shapes[name], (*path, "options"))
    for number, override in enumerate(settings.overrides):
        at: tuple[str | int, ...] = ("overrides", number)
        if (override.enabled, override.severity, override.options) == (None, None, {}):
            yield Mistake("config_idle", at)
        yield from _unmatched(override.rules, ids, (*at, "rules"))
        yield from _strange(override.environments, environments, (*at, "environments"))
        having = _having(override, every)
        known = {key for rule in having for key in rule.options.__dataclass_fields__}
        for key in override.options:
            if key not in known:
                facts = {"rule": ", ".join(override.rules), "name": key, "known": "-"}
                yield Mistake("config_option", (*at, "options", key), facts)
        for rule in having:
            shape = rule.options.__dataclass_fields__
            kept = {key: value for key, value in override.options.items() if key in shape}
            yield from _options(rule.id, kept, rule.options, (*at, "options"))


def _unmatched(
    patterns: Iterable[str], ids: list[str], path: tuple[str | int, ...]
) -> Iterator[Mistake]:
    for number, pattern in enumerate(patterns):
        if not any(names(pattern, name) for name in ids):
            yield _unknown(pattern, ids, (*path, number))


def _unknown(name: str, ids: list[str], path: tuple[str | int, ...]) -> Mistake:
    near = nearest(name.upper(), (*ids, *{one.partition("-")[0] for one in ids}))
    return Mistake("config_rule", path, {"name": name, "suggestion": near, "meant": near or "-"})


def _strange(
    words: Iterable[str], known: list[str], path: tuple[str | int, ...]
) -> Iterator[Mistake]:
    for word in words:
        if word not in known:
            yield Mistake("config_environment", path, {"name": word, "known": ", ".join(known)})


def _options(
    rule: str, given: Mapping[str, Any], shape: Any, path: tuple[str | int, ...]
) -> Iterator[Mistake]:
    known = shape.__dataclass_fields__
    for key, value in given.items():
        facts = {"rule": rule, "name": key, "value": str(value)[:40]}
        if key not in known:
            told = ", ".join(known) or "-"
            yield Mistake("config_option", (*path, key), {**facts, "known": told})
            continue
        try:
            options.converted(shape, key, value)
        except ValueError:
            facts["usual"] = options.usually(shape, key)
            yield Mistake("config_option_value", (*path, key), facts)
