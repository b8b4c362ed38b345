"""A set of Kubernetes objects, asked the questions that their schemas do not answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Pod:
    """What an object makes pods of."""

    kind: str
    name: str
    labels: Mapping[str, str]
    spec: Object

    @property
    def containers(self) -> list[Object]:
        """All that run in it, first or later."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def volumes(self) -> dict[str, Object]:
        """By name."""
        return {volume["name"]: volume for volume in self.spec.get("volumes", [])}

    @property
    def ports(self) -> dict[str, int]:
        """The named ports of its containers."""
        return {p["name"]: p["containerPort"] for each in self.containers for p in each.get("ports", [])}

    def secrets(self) -> Iterator[tuple[str, str | None]]:
        """The secrets that it mounts, each with the key that it takes (None: all of them)."""
        for volume in self.volumes.values():
            for one in _sources(volume, "secret"):
                for item in one.get("items") or [{"key": None}]:
                    yield one.get("secretName") or one["name"], item["key"]

    def config_maps(self) -> Iterator[str]:
        """The config maps that it mounts."""
        for volume in self.volumes.values():
            yield from (one["name"] for one in _sources(volume, "configMap"))


def _sources(volume: Object, kind: str) -> list[Object]:
    inside = [each[kind] for each in volume.get("projected", {}).get("sources", []) if kind in each]
    return [*([volume[kind]] if kind in volume else []), *inside]


@dataclass(frozen=True)
class Cluster:
    """The objects of one folder."""

    objects: tuple[Object, ...]

    def of(self, kind: str) -> dict[str, Object]:
        """The objects of a kind, by name."""
        return {each["metadata"]["name"]: each for each in self.objects if each["kind"] == kind}

    @property
    def pods(self) -> list[Pod]:
        """One for each object that makes pods."""
        found = []
        for each in self.objects:
            kind, name = each["kind"], each["metadata"]["name"]
            template = each.get("spec", {})
            if kind == "CronJob":
                template = template["jobTemplate"]["spec"]
            if "template" in template:
                pod = template["template"]
                found.append(Pod(kind, name, pod["metadata"]["labels"], pod["spec"]))
        return found

    @property
    def processes(self) -> dict[str, Pod]:
        """The pods of Bihuan's own processes."""
        return {
            pod.name: pod for pod in self.pods if pod.labels.get("app.kubernetes.io/component") == "process"
        }

    def egress(self, pod: Pod) -> set[tuple[str, int]]:
        """Whom it may call, and at which port."""
        return set(self._flows(pod, "egress", "to"))

    def ingress(self, pod: Pod) -> set[tuple[str, int]]:
        """Who may call it, and at which port."""
        return set(self._flows(pod, "ingress", "from"))

    def _flows(self, pod: Pod, way: str, whom: str) -> Iterator[tuple[str, int]]:
        for policy in self.of("NetworkPolicy").values():
            spec = policy["spec"]
            if not matches(spec["podSelector"], pod.labels) or way.capitalize() not in spec["policyTypes"]:
                continue
            for rule in spec.get(way, []):
                for peer in rule[whom]:
                    for port in rule["ports"]:
                        number = port["port"]
                        yield _peer(peer), pod.ports[number] if isinstance(number, str) else number


def _peer(peer: Object) -> str:
    if "ipBlock" in peer:
        return str(peer["ipBlock"]["cidr"])
    labels = peer.get("podSelector", {}).get("matchLabels", {})
    namespace = peer.get("namespaceSelector", {}).get("matchLabels", {})
    return ",".join(f"{name}={value}" for name, value in sorted({**labels, **namespace}.items()))


def matches(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a selector by labels chooses what has these."""
    return set(selector) <= {"matchLabels"} and selector.get("matchLabels", {}).items() <= labels.items()


def values(tree: object, name: str) -> Iterator[Any]:
    """Every value under this name, however deep."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key == name:
                yield value
            yield from values(value, name)
    elif isinstance(tree, Iterable) and not isinstance(tree, str):
        for each in tree:
            yield from values(each, name)
