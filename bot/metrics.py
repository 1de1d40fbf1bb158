"""What kefu counts, for Prometheus at /metrics; no shop's data, no customer's words."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

# A counter's birth time doubles the page and tells an operator nothing that `process start` does not.
disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()

MESSAGES = Counter("kefu_messages", "Messages taken in, by what became of them", ["status"], registry=registry)
UNKNOWN_TYPES = Counter("kefu_unknown_types", "Messages of a type that kefu does not know", registry=registry)
REFUSED = Counter("kefu_refused", "Requests refused, by error code", ["code"], registry=registry)
ANSWER_SECONDS = Histogram(
    "kefu_answer_seconds", "Time from the last byte of a message to its answer, waiting for fragments not counted",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0), registry=registry,
)  # fmt: skip
JOBS = Counter("kefu_jobs", "Jobs run, by kind and the state they came to", ["kind", "state"], registry=registry)
ORDER_ASKS = Counter(
    "kefu_order_asks", "Questions to shops' systems how an order stands, by what became of them", ["outcome"],
    registry=registry,
)  # fmt: skip
ORDER_ASK_SECONDS = Histogram(
    "kefu_order_ask_seconds", "Time that a shop's system took to say how an order stands, or to fail",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.4, 0.8), registry=registry,
)  # fmt: skip
ORDER_APIS_AWAY = Gauge(
    "kefu_order_apis_away", "Shops whose system failed and is only tried now and then", registry=registry
)
READY = Gauge("kefu_ready", "1 once the content is loaded", registry=registry)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)
