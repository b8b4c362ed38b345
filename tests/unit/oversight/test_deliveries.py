"""Messages owed are sent at least once, under their own id, whatever fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete, update

from shared.bus.tables import CURSOR
from shared.runtime.channels import ChannelDown, FileChannel, NotTaken, WebhookChannel
from shared.runtime.deliveries import DELIVERY, Deliveries
from shared.vocabulary.paper_facts import MessageOwed, MessageSent

DAY = "2025-09-15"


def owed(name: str) -> MessageOwed:
    return MessageOwed(name, ("office_head",), "order/1", DAY, f"{name}: 有到期事项")


def owe(town, *names: str) -> None:
    for name in names:
        town.record(f"message/{name}", owed(name))


def lines(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / f"{DAY}.jsonl").read_text("utf-8").splitlines()]


def due_at_once(town) -> None:
    with town.engine.begin() as tx:
        tx.execute(update(DELIVERY).values(next_try=0))


@dataclass
class Fickle:
    """A channel that fails for chosen messages, in a chosen way."""

    fails: dict[str, Exception]
    name: str = "fickle"
    taken: list[str] = field(default_factory=list)

    def send(self, ledger: str, message: MessageOwed) -> None:
        """Take the message unless it is one to fail on."""
        if message.message in self.fails:
            raise self.fails[message.message]
        self.taken.append(message.message)


def test_each_message_is_one_line_and_one_fact(town, tmp_path):
    owe(town, "m1", "m2")
    deliveries = Deliveries(town.engine, town.desk, [FileChannel(tmp_path / "out")])
    assert [deliveries.deliver(), deliveries.deliver()] == [2, 0]
    assert lines(tmp_path / "out") == ["m1", "m2"]
    assert town.desk.load("message/m1").facts[1:] == (MessageSent("m1", "file"),)
    assert deliveries.pending() == []


def test_facts_delivered_twice_make_one_line_per_message(town, tmp_path):
    owe(town, "m1", "m2")
    for _ in range(3):
        with town.engine.begin() as tx:
            tx.execute(delete(CURSOR))
        Deliveries(town.engine, town.desk, [FileChannel(tmp_path / "out")]).deliver()
    assert lines(tmp_path / "out") == ["m1", "m2"]
    assert town.desk.load("message/m1").version == 2


def test_a_crash_between_sending_and_recording_makes_no_second_line(town, tmp_path):
    owe(town, "m1")
    FileChannel(tmp_path / "out").send("t-1", owed("m1"))
    Deliveries(town.engine, town.desk, [FileChannel(tmp_path / "out")]).deliver()
    assert lines(tmp_path / "out") == ["m1"]
    assert town.desk.load("message/m1").version == 2


def test_a_torn_last_line_is_replaced(tmp_path):
    channel = FileChannel(tmp_path)
    channel.send("t-1", owed("m1"))
    with (tmp_path / f"{DAY}.jsonl").open("a") as file:
        file.write('{"id": "m2", "le')
    channel.send("t-1", owed("m2"))
    assert lines(tmp_path) == ["m1", "m2"]


def test_a_message_not_taken_holds_up_no_other(town):
    channel = Fickle({"m1": NotTaken("HTTP 400")})
    owe(town, "m1", "m2")
    deliveries = Deliveries(town.engine, town.desk, [channel])
    assert deliveries.deliver() == 1
    [pending] = deliveries.pending()
    assert (pending.message, pending.attempts, pending.failure) == ("m1", 1, "HTTP 400")


def test_a_channel_that_is_down_holds_up_no_other_channel(town, tmp_path):
    down = Fickle({"m1": ChannelDown("no route"), "m2": ChannelDown("no route")})
    owe(town, "m1", "m2")
    deliveries = Deliveries(town.engine, town.desk, [down, FileChannel(tmp_path / "out")])
    assert deliveries.deliver() == 2
    assert lines(tmp_path / "out") == ["m1", "m2"]


def test_a_failed_message_is_tried_again_after_its_pause(town):
    channel = Fickle({"m1": ChannelDown("no route")})
    owe(town, "m1")
    deliveries = Deliveries(town.engine, town.desk, [channel])
    deliveries.deliver()
    channel.fails = {}
    assert deliveries.deliver() == 0
    due_at_once(town)
    assert deliveries.deliver() == 1
    assert channel.taken == ["m1"]


def test_a_failure_that_nobody_foresaw_is_kept_and_holds_up_no_other(town):
    channel = Fickle({"m1": RuntimeError("a slip")})
    owe(town, "m1", "m2")
    deliveries = Deliveries(town.engine, town.desk, [channel])
    assert deliveries.deliver() == 1
    assert deliveries.pending()[0].failure == "RuntimeError: a slip"


@dataclass
class Received:
    """What a web server was sent, and what it answers."""

    url: str = ""
    status: int = 204
    keys: list[str] = field(default_factory=list)
    bodies: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Received]:
    """A web server on this machine."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.keys.append(self.headers["Idempotency-Key"])
            received.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(received.status)
            if received.status == 307:
                self.send_header("Location", received.url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{running.server_port}/hook"
    thread = Thread(target=running.serve_forever, args=(0.05,))
    thread.start()
    yield received
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_webhook_is_sent_the_message_under_its_id(server):
    WebhookChannel(server.url).send("t-1", owed("m1"))
    assert server.keys == ["m1"]
    assert server.bodies[0]["text"] == "m1: 有到期事项"


@pytest.mark.parametrize(
    ("status", "failure"), [(400, NotTaken), (429, ChannelDown), (500, ChannelDown), (307, ChannelDown)]
)
def test_a_webhook_that_refuses_fails_as_its_status_says(server, status, failure):
    server.status = status
    with pytest.raises(failure):
        WebhookChannel(server.url).send("t-1", owed("m1"))
    assert len(server.keys) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
    ],
)
def test_a_webhook_to_a_private_or_plain_address_is_refused(url):
    with pytest.raises(ChannelDown, match=r"public address|https"):
        WebhookChannel(url, seconds=0.5).send("t-1", owed("m1"))
