"""Real servers in trouble, one idea a module, one function a fault. Import the module that you need.

One server and its clients: `process` (killed, hung, slow, loading), `network` (late, cut, half-open),
`reply` (one reply or request lost), `memory`, `limits` (scripts, connections), `durability` (kill -9 and
restart); they share `stage`, `commands` and the result `stage.Outcome`.
Servers among themselves: `replication`, `failover`, `split_brain`, `cluster`; they share `scene`.
"""
