"""What a cluster would be given is sound: by the published schemas, and by what schemas do not know."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import kubernetes_validate
import pytest
import typer.main

from bihuan.cli import app
from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.parts.places import PROJECT
from bihuan.processes import PROCESSES
from bihuan.site import site
from services.intake.attachments import LIMIT
from services.oversight.console.rendering import ROOT as CONSOLE
from shared.ledger.installation import Installation as Kind
from shared.runtime.problem_pages import ROOT as PROBLEMS
from tests.contracts.deploy.cluster import Cluster, Pod, matches, values
from tests.contracts.deploy.conftest import README

OLDEST, NEWEST = "1.32", "1.37"


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_object_is_as_the_published_schemas_want_it(anywhere: Cluster, version: str) -> None:
    for each in anywhere.objects:
        kubernetes_validate.validate(each, version, strict=True)


def test_every_process_has_a_workload_that_does_its_work_alone(anywhere: Cluster) -> None:
    served = {name: option(pod, "--process") for name, pod in anywhere.processes.items()}
    assert served == {name: name for name in PROCESSES}
    assert {file.stem for file in (PROJECT / "deploy/k8s/base").glob("*.yaml")} >= set(PROCESSES)


def test_bihuan_understands_every_command_line(anywhere: Cluster) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for pod in anywhere.pods:
        for container in pod.containers:
            if container["image"].rpartition("/")[2].startswith("bihuan:") and "command" not in container:
                name, *arguments = container["args"]
                commands[name].make_context(name, list(arguments))


def test_every_pod_is_confined(anywhere: Cluster) -> None:
    """No root, no rights, no writing but where a volume is, no way to the cluster's own interface."""
    for pod in anywhere.pods:
        assert pod.spec["automountServiceAccountToken"] is False, pod.name
        held = pod.spec["securityContext"]
        assert (held["runAsNonRoot"], held["seccompProfile"]) == (True, {"type": "RuntimeDefault"}), pod.name
        assert held["runAsUser"] > 0, pod.name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod.spec), pod.name
        assert not any("hostPath" in volume for volume in pod.volumes.values()), pod.name
        for container in pod.containers:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, (pod.name, container["name"])
    [namespace] = anywhere.of("Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_container_has_bounds_and_what_stays_is_probed(anywhere: Cluster) -> None:
    for pod in anywhere.pods:
        for container in pod.containers:
            for bound in ("requests", "limits"):
                assert set(container["resources"][bound]) == {"cpu", "memory"}, (pod.name, container["name"])
        if pod.kind in ("Deployment", "StatefulSet"):
            [container] = pod.spec["containers"]
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container), pod.name
    for pod in anywhere.processes.values():
        probes = {
            kind: pod.spec["containers"][0][f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness")
        }
        assert probes == {
            "liveness": {"path": "/livez", "port": "http"},
            "readiness": {"path": "/readyz", "port": "http"},
        }
        assert pod.ports == {"http": int(option(pod, "--port"))}
        assert option(pod, "--host") == "0.0.0.0"


def test_every_image_has_a_version(anywhere: Cluster) -> None:
    ours = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for image in values(anywhere.objects, "image"):
        name, _, tag = image.rpartition(":")
        assert re.fullmatch(r"\d+(\.\d+)+", tag), image
        assert tag == ours or not name.endswith("bihuan"), image


def test_no_secret_is_written_down(anywhere: Cluster) -> None:
    assert not anywhere.of("Secret")
    for variables in values(anywhere.objects, "env"):
        for each in variables:
            assert not re.search(r"PASSWORD(?!_FILE$)|PWD|SECRET|TOKEN|CREDENTIAL", each["name"]), each
    for data in values(list(anywhere.of("ConfigMap").values()), "data"):
        for text in data.values():
            assert not re.search(r"://[^/\s:@]*:[^/\s@]+@", text), "a password in an address"
            assert "PRIVATE KEY" not in text


def test_what_is_referred_to_is_there(installed: Cluster) -> None:
    """Within what is rendered; what the operator makes is in the guide's table, and the table has no more."""
    claims = set(installed.of("PersistentVolumeClaim"))
    missing, asked = set(), dict[str, set[str]]()
    for pod in installed.pods:
        for volume in pod.volumes.values():
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims
        missing |= {
            ("ConfigMap", name) for name in pod.config_maps() if name not in installed.of("ConfigMap")
        }
        for name, key in pod.secrets():
            missing.add(("Secret", name))
            asked.setdefault(name, set()).update({key} if key else ())
        templates = (
            installed.of("StatefulSet").get(pod.name, {"spec": {}})["spec"].get("volumeClaimTemplates", [])
        )
        there = set(pod.volumes) | {template["metadata"]["name"] for template in templates}
        for container in pod.containers:
            mounts = container.get("volumeMounts", [])
            assert {mount["name"] for mount in mounts} <= there, pod.name
            assert len({mount["mountPath"] for mount in mounts}) == len(mounts), pod.name
            probes = [container[name] for name in container if name.endswith("Probe")]
            assert {port for port in values(probes, "port") if isinstance(port, str)} <= set(pod.ports), (
                pod.name
            )
    [front] = installed.of("Ingress").values()
    missing |= {("Secret", name) for name in values(front, "secretName")}
    told = operator_makes("one-machine" if "postgres" in installed.of("StatefulSet") else "production")
    assert missing == {(kind, name) for kind, name in told}
    for name, keys in asked.items():
        assert keys <= told["Secret", name], name


def test_selectors_choose_what_they_are_meant_for(installed: Cluster) -> None:
    for kind in ("Deployment", "StatefulSet"):
        for name, each in installed.of(kind).items():
            chosen = [pod.name for pod in installed.pods if matches(each["spec"]["selector"], pod.labels)]
            assert chosen == [name]
    for name, service in installed.of("Service").items():
        [pod] = [
            one for one in installed.pods if matches({"matchLabels": service["spec"]["selector"]}, one.labels)
        ]
        assert pod.name == name
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= set(pod.ports)
    for name, each in installed.of("StatefulSet").items():
        assert each["spec"]["serviceName"] == name and name in installed.of("Service")
    for policy in installed.of("NetworkPolicy").values():
        assert any(matches(policy["spec"]["podSelector"], pod.labels) for pod in installed.pods)


def test_every_path_leads_to_the_service_that_answers_it(installed: Cluster, tmp_path: Path) -> None:
    [front] = installed.of("Ingress").values()
    [rule] = front["spec"]["rules"]
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    house = Composition(make_installation(tmp_path, Kind.REAL, ("t-x",)))
    answered = {
        "/" + path.split("/")[1]: process.name
        for process in PROCESSES.values()
        if process.answers
        for path in site(house, process.answers).openapi()["paths"]
    }
    house.close()
    # People's, so not in the description of the interface.
    pages = {CONSOLE: "oversight", PROBLEMS: "oversight"}
    assert leads == answered | pages
    body = front["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert int(body.removesuffix("m")) << 20 > LIMIT
    assert set(leads.values()) <= set(installed.of("Service"))


def test_the_image_is_built_from_locked_files_that_are_there() -> None:
    lines = (PROJECT / "deploy/image/Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    said = [shlex.split(line, comments=True) for line in lines if line and not line.startswith("#")]
    for words in said:
        if words[0] == "COPY" and not words[1].startswith("--from"):
            assert all((PROJECT / source).exists() for source in words[1:-1]), words
        if "install" in words:
            assert "--require-hashes" in words or {"--no-deps", "--no-index"} <= set(words), words
    [base] = {words[1].partition("=")[2] for words in said if words[0] == "ARG"}
    assert re.search(r":\d+\.\d+\.\d+-", base), base
    assert [words[1] for words in said if words[0] == "USER"] == ["10001:10001"]
    [builder] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert f"{builder} " in (PROJECT / "requirements/wheel.txt").read_text("utf-8")


def option(pod: Pod, name: str) -> str:
    """What a process's command line says."""
    arguments: list[str] = pod.spec["containers"][0]["args"]
    return arguments[arguments.index(name) + 1]


def operator_makes(overlay: str) -> dict[tuple[str, str], set[str]]:
    """The guide's table: what the operator makes for an overlay, with its keys."""
    row = re.compile(r"^\| (Secret|ConfigMap) `([a-z-]+)` \| (.*?) \| (.*?) \|", re.M)
    found: dict[tuple[str, str], set[str]] = {}
    for kind, name, keys, overlays in row.findall(README.read_text("utf-8")):
        if overlay in overlays or "both" in overlays:
            found[kind, name] = set(re.findall(r"`([^`]+)`", keys))
    return found
