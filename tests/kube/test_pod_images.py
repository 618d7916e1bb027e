"""Container images as they are written."""

from auditor.kube.pod_images import Image, images


def test_tags_digests_and_ports() -> None:
    read = {
        text: (image.repository, image.tag, image.has_digest)
        for text in ("web", "r:5000/web", "r:5000/web:1.2", "web:1@sha256:0", "web@sha256:0")
        for image in [Image(text, "", "")]
    }
    assert read == {
        "web": ("web", "", False),
        "r:5000/web": ("r:5000/web", "", False),
        "r:5000/web:1.2": ("r:5000/web", "1.2", False),
        "web:1@sha256:0": ("web", "1", True),
        "web@sha256:0": ("web", "", True),
    }


def test_any_pod_template_is_read_where_workloads_have_it() -> None:
    pod = {"containers": [{"name": "a", "image": "a:1"}, {"name": "b"}], "initContainers": None}
    rollout = {"kind": "Rollout", "spec": {"template": {"spec": pod}}}
    cron = {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": pod}}}}}
    assert [image.pointer for image in images(rollout)] == [
        "/spec/template/spec/containers/0/image"
    ]
    assert [image.reference for image in images(cron)] == ["a:1"]
    assert [image.pull_policy for image in images({"kind": "Pod", "spec": pod})] == ["IfNotPresent"]
    assert not list(images({"kind": "ConfigMap", "spec": "x"}))


def test_the_policy_that_is_not_written() -> None:
    def policy(reference: str) -> str:
        (found,) = images({"kind": "Pod", "spec": {"containers": [{"image": reference}]}})
        return found.pull_policy

    assert [policy(text) for text in ("web", "web:latest", "web:1", "web:latest@sha256:0")] == [
        "Always",
        "Always",
        "IfNotPresent",
        "IfNotPresent",
    ]
