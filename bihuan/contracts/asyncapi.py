"""The Kafka topic as AsyncAPI 3.0: one channel, CloudEvents' attributes as headers, a message per kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.contracts.events import meaning, title
from bihuan.contracts.text import as_json
from shared.bus.broker import PARTITIONS, TOPIC
from shared.vocabulary.fact import Fact

FILE = "docs/contracts/asyncapi.json"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
_KAFKA = "0.5.0"

_ABOUT = """\
各机关账本中的事实,按账本顺序发布。一条消息就是一条事实;值是账本所存的规范 JSON(RFC 8785)原字节,
属性按 CloudEvents 1.0 的 Kafka 二进制模式写在消息头中。

- 键是账本编号:同一账本的事实在同一分区,次序与账本一致;不同账本之间没有次序。
- 至少一次:同一账本中位置(ce_id)不大于已处理位置的消息是重复,应当丢弃。
- 中间缺号时从账本读取;Kafka 丢失或重建不影响账本,也不补发旧事实。
- 不认识的类型、成员和可选值应当跳过,不是错误;不兼容的变更另用新的类型名(.v2),原类型不变。
- 消息可以伪造,账本不能:依据消息办事前,应与账本的叶哈希(ce_leaf)核对。

Facts of all ledgers in their order: one message per fact, its value the stored bytes, its headers CloudEvents 1.0 in
Kafka's binary mode. At least once: drop what is at or below the position already done. Skip unknown types, members
and values; an incompatible change gets a new type name (.v2).
"""

_HEADERS: Mapping[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 的属性 / the attributes of CloudEvents 1.0",
    "required": [
        "content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time",
        "ce_streamversion", "ce_leaf",
    ],
    "properties": {
        "content-type": {"const": "application/json", "description": "值的类型 / of the value"},
        "ce_specversion": {"const": "1.0", "description": "CloudEvents 版本 / its version"},
        "ce_id": {
            "type": "string", "pattern": "^[1-9][0-9]*$",
            "description": "事实在账本中的位置,从1起连续 / its position in the ledger, from 1 without gaps",
        },
        "ce_source": {
            "type": "string", "format": "uri-reference", "pattern": "^/ledgers/[^/]+$",
            "description": "所属账本,与键相同 / the ledger, as in the key",
        },
        "ce_type": {"type": "string", "description": "事实的类型名,与值中 type 相同 / as in the value"},
        "ce_subject": {
            "type": "string", "pattern": "^[a-z]+/.+$",
            "description": "所属事项(流):种类/编号 / its stream: kind and id",
        },
        "ce_time": {"type": "string", "format": "date-time", "description": "记入账本的时间 / when it was recorded"},
        "ce_streamversion": {
            "type": "string", "pattern": "^[1-9][0-9]*$",
            "description": "在该事项中的序号,从1起 / its version in the stream, from 1",
        },
        "ce_leaf": {
            "type": "string", "pattern": "^[0-9a-f]{64}$",
            "description": "账本 Merkle 树的叶哈希 / its leaf in the ledger's Merkle tree",
        },
        "ce_traceparent": {
            "type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "W3C 跟踪标识,记录跟踪时才有 / W3C Trace Context, while traces are recorded",
        },
    },
}  # fmt: skip


def files(catalogue: Mapping[str, type[Fact]]) -> dict[str, str]:
    """The one file."""
    return {FILE: as_json(document(catalogue))}


def document(catalogue: Mapping[str, type[Fact]]) -> dict[str, Any]:
    """The topic with every message that may be on it."""
    channel = "#/channels/facts"
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "闭环 Bihuan · 事实 Facts",
            "version": TOPIC.rpartition(".")[2],
            "description": _ABOUT,
        },
        "defaultContentType": "application/json",
        "channels": {
            "facts": {
                "address": TOPIC,
                "title": "事实 Facts",
                "description": "全部账本的全部事实 / every fact of every ledger",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in catalogue},
                "bindings": {"kafka": {"topic": TOPIC, "partitions": PARTITIONS, "bindingVersion": _KAFKA}},
            }
        },
        "operations": {
            "publish": {
                "action": "send",
                "channel": {"$ref": channel},
                "summary": "按账本顺序发布事实 / facts are published in the ledger's order",
                "messages": [{"$ref": f"{channel}/messages/{name}"} for name in catalogue],
            }
        },
        "components": {
            "messages": {name: _message(kind) for name, kind in catalogue.items()},
            "schemas": {"headers": _HEADERS},
        },
    }


def _message(kind: type[Fact]) -> dict[str, Any]:
    key = {"type": "string", "description": "账本编号 / the ledger's name"}
    return {
        "name": kind.TYPE,
        "title": title(kind.TYPE),
        "summary": meaning(kind),
        "contentType": "application/json",
        "headers": {
            "allOf": [{"$ref": "#/components/schemas/headers"}],
            "properties": {"ce_type": {"const": kind.TYPE}},
        },
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"events/{kind.TYPE}.json"}},
        "bindings": {"kafka": {"key": key, "bindingVersion": _KAFKA}},
    }
