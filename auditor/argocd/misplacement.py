"""Fields that people write in the wrong place, and where Argo CD reads them."""

import re

_INDEX = re.compile(r"/\d+(?=/|\Z)")

_SPEC = {
    "syncOptions": "syncPolicy/syncOptions",
    "automated": "syncPolicy/automated",
    "retry": "syncPolicy/retry",
    "prune": "syncPolicy/automated/prune",
    "selfHeal": "syncPolicy/automated/selfHeal",
    "allowEmpty": "syncPolicy/automated/allowEmpty",
    "managedNamespaceMetadata": "syncPolicy/managedNamespaceMetadata",
    "namespace": "destination/namespace",
    "server": "destination/server",
    "destination/cluster": "destination/name",
    "destination/clusterName": "destination/name",
    "destination/url": "destination/server",
    "syncPolicy/prune": "syncPolicy/automated/prune",
    "syncPolicy/selfHeal": "syncPolicy/automated/selfHeal",
    "syncPolicy/allowEmpty": "syncPolicy/automated/allowEmpty",
    "syncPolicy/automated/syncOptions": "syncPolicy/syncOptions",
    "syncPolicy/automated/retry": "syncPolicy/retry",
    "syncPolicy/createNamespace": "syncPolicy/syncOptions",
    "syncPolicy/CreateNamespace": "syncPolicy/syncOptions",
    "syncPolicy/ignoreDifferences": "ignoreDifferences",
    "syncPolicy/retry/backoff/limit": "syncPolicy/retry/limit",
    "syncPolicy/retry/duration": "syncPolicy/retry/backoff/duration",
    "syncPolicy/retry/maxDuration": "syncPolicy/retry/backoff/maxDuration",
    "syncPolicy/retry/factor": "syncPolicy/retry/backoff/factor",
    "ignoreDifferences/*/jqPathExpression": "ignoreDifferences/*/jqPathExpressions",
    "ignoreDifferences/*/jsonPointer": "ignoreDifferences/*/jsonPointers",
    "ignoreDifferences/*/jsonPath": "ignoreDifferences/*/jsonPointers",
    "ignoreDifferences/*/managedFieldManagers": "ignoreDifferences/*/managedFieldsManagers",
    "ignoreDifferences/*/apiGroup": "ignoreDifferences/*/group",
    "ignoreDifferences/*/apiVersion": "ignoreDifferences/*/group",
}
_SOURCE = {
    "ignoreDifferences": "../ignoreDifferences",
    "valueFiles": "helm/valueFiles",
    "values": "helm/values",
    "valuesObject": "helm/valuesObject",
    "parameters": "helm/parameters",
    "releaseName": "helm/releaseName",
    "helm/valuesFiles": "helm/valueFiles",
    "helm/valueFile": "helm/valueFiles",
    "helm/set": "helm/parameters",
    "helm/parameter": "helm/parameters",
    "revision": "targetRevision",
    "branch": "targetRevision",
    "tag": "targetRevision",
    "version": "targetRevision",
    "repo": "repoURL",
    "url": "repoURL",
    "repoUrl": "repoURL",
    "recurse": "directory/recurse",
    "include": "directory/include",
    "exclude": "directory/exclude",
    "images": "kustomize/images",
}
_METADATA = ("finalizers", "annotations", "labels")


def misplacement(pointer: str) -> str | None:
    """Return the JSON pointer where a misplaced field is read, or None for any other field.

    Works in Applications and below `/spec/template` of ApplicationSets. Options that are texts of
    a list (`syncPolicy/createNamespace`) lead to that list.
    """
    prefix = "/spec/template" if pointer.startswith("/spec/template/") else ""
    place = pointer.removeprefix(prefix)
    if not place.startswith("/spec/"):
        return None
    inside = place.removeprefix("/spec/")
    spec = f"{prefix}/spec"
    if inside in _METADATA:
        return f"{prefix}/metadata/{inside}"
    source = re.match(r"(source|sources/\d+|sourceHydrator/drySource)/(.+)\Z", inside)
    if source is not None:
        target = _SOURCE.get(source[2])
        if target is None:
            return None
        if target.startswith("../"):
            return f"{spec}/{target.removeprefix('../')}"
        return f"{spec}/{source[1]}/{target}"
    target = _SPEC.get(_INDEX.sub("/*", inside))
    if target is None:
        return None
    index = _INDEX.search(inside)
    return f"{spec}/{target.replace('/*', index[0]) if index else target}"
