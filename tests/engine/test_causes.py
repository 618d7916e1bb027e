"""One cause and its effects."""

from auditor.engine.causes import group
from auditor.findings import Basis, Breach, Finding, Key, Severity, Tier
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef


def finding(
    rule: str, name: str, *keys: Key, severity: Severity = Severity.HIGH, basis: str = "declared"
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        subject=ResourceRef("argoproj.io", "Application", "argocd", name),
        environment="prod",
        tier=Tier.PRODUCTION,
        breach=Breach(at="/spec", facts={}, keys=frozenset(keys), basis=Basis(basis)),
        manifest=Manifest({}, LiveOrigin("")),
        fingerprint=f"{rule}{name}",
    )


def test_a_missing_namespace_explains_every_application_that_names_it() -> None:
    namespace = ("namespace", "batch")
    cause = finding("NS-001", "batch", namespace)
    effects = (
        finding("LIVE-004", "batch", namespace),
        finding("LIVE-004", "report", namespace),
    )
    other = finding("LIVE-004", "web", ("namespace", "web"))
    (found,) = group((cause, *effects, other))
    assert found.root is cause
    assert {f.fingerprint for f in found.effects} == {f.fingerprint for f in effects}
    assert [ref.name for ref in found.subjects] == ["batch", "report"]


def test_a_chain_ends_at_its_root() -> None:
    drift = ("object", "Deployment prod/web")
    root = finding("DIFF-005", "web", drift)
    middle = finding("DIFF-001", "web", drift)
    end = finding("LIVE-001", "web")
    (found,) = group((end, middle, root))
    assert found.root is root
    assert {f.rule for f in found.effects} == {"DIFF-001", "LIVE-001"}


def test_what_is_observed_comes_before_what_is_declared() -> None:
    declared = finding("NS-001", "a", ("namespace", "a"), severity=Severity.CRITICAL)
    observed = finding("NS-001", "b", ("namespace", "b"), basis="observed")
    effects = (
        finding("LIVE-004", "a", ("namespace", "a")),
        finding("LIVE-004", "b", ("namespace", "b")),
    )
    assert [cause.root for cause in group((declared, observed, *effects))] == [observed, declared]


def test_a_finding_without_effects_is_no_cause() -> None:
    assert group((finding("NS-001", "a", ("namespace", "a")),)) == ()


def test_an_option_that_is_lost_here_explains_nothing_elsewhere() -> None:
    option = ("option", "CreateNamespace=true")
    lost = finding("SPEC-001", "web", option)
    here, elsewhere = finding("NS-001", "web", option), finding("NS-001", "batch", option)
    (found,) = group((lost, here, elsewhere))
    assert [effect.subject.name for effect in found.effects] == ["web"]
