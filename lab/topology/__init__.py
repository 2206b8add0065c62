"""Several private servers as one: a cluster, a primary with replicas and sentinels, a handful of strangers.

Each is a context that ends its servers; `Workshop.enter` takes it. Everything listens on 127.0.0.1, needs no
file of its own and ends with the guardian. Nothing here waits for a time: it waits for what the servers say,
with a deadline.
"""

from __future__ import annotations

from lab.topology.cluster import SLOTS, Cluster, Node, start_cluster
from lab.topology.independent import start_independent
from lab.topology.replicated import MASTER, Replicated, start_replicated
from lab.topology.tcp import HOST, TcpServer, free_port, start_tcp, wait_until

__all__ = [
    "HOST", "MASTER", "SLOTS", "Cluster", "Node", "Replicated", "TcpServer", "free_port", "start_cluster",
    "start_independent", "start_replicated", "start_tcp", "wait_until",
]  # fmt: skip
