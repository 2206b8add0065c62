"""python -m benchmarks NAME [--json FILE]: one benchmark, its table on standard output."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path

import benchmarks


def main() -> int:
    """Run the named benchmark; each module here has `run() -> list[dict]` and `table(rows) -> str`.

    `run` may take `rounds` and `only`; a benchmark that does not refuses these options.
    """
    names = sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")
    )
    parser = argparse.ArgumentParser(prog="./bench", description=__doc__)
    parser.add_argument("name", choices=names)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as well")
    parser.add_argument(
        "--rounds", type=int, metavar="N", help="fewer for a quick look, more for a noisy machine"
    )
    parser.add_argument("--only", nargs="+", metavar="WHAT", help="just these parts of the benchmark")
    arguments = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{arguments.name}")
    options = {name: value for name in ("rounds", "only") if (value := getattr(arguments, name)) is not None}
    if unknown := options.keys() - inspect.signature(module.run).parameters.keys():
        parser.error(f"{arguments.name} takes no {' and no '.join(f'--{name}' for name in sorted(unknown))}")
    rows = module.run(**options)
    print(module.table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
