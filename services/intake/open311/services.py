"""What can be reported by Open311, and which further answers each service asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

COMMUNITY = "community"
ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of report, named in a report's facts by whether it is serious."""

    code: str
    serious: bool
    name: str
    description: str

    def document(self) -> dict[str, Any]:
        """The service as the service list shows it."""
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description,
            "metadata": True,
            "type": "realtime",
            "keywords": "安全生产,隐患,work safety,hazard",
            "group": "安全生产 / Work safety",
        }


ORDINARY = Service(
    "hazard", False, "安全隐患 / Work-safety hazard",
    "生产经营场所的安全隐患,例如疏散通道被堵、电线老化 / a hazard at a place of work, such as a blocked escape route",
)  # fmt: skip
SERIOUS = Service(
    "urgent-hazard", True, "紧急或可能重大的安全隐患 / Urgent or perhaps major hazard",
    "紧急或可能重大的隐患,例如泄漏、即将坍塌;初核期限以小时计 / urgent or perhaps major, such as a leak; looked at within hours",
)  # fmt: skip
SERVICES = {service.code: service for service in (ORDINARY, SERIOUS)}


def service_for(*, serious: bool) -> Service:
    """The service that a report was made under."""
    return SERIOUS if serious else ORDINARY


def definition(service: Service, communities: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The further answers: which of the communities (id, name) it is in, and the enterprise if it is known."""
    return {
        "service_code": service.code,
        "attributes": [
            _attribute(
                1, COMMUNITY, "singlevaluelist", "所在社区(村) / the community that it is in", required=True,
                values=[{"key": thing, "name": name} for thing, name in communities],
            ),
            _attribute(
                2, ENTERPRISE, "string", "企业编号,知道时填写 / the enterprise's id, if known", required=False
            ),
        ],
    }  # fmt: skip


def _attribute(
    order: int, code: str, datatype: str, description: str, *, required: bool, values: Sequence[Any] = ()
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": required,
        "datatype_description": None,
        "order": order,
        "description": description,
        "values": list(values),
    }
