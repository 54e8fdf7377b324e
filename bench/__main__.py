"""`scripts/bench`: ratios with their spread, all from one run on one machine."""

import argparse
import tempfile
from pathlib import Path

from bench.direct import measure_direct, measure_growth
from bench.http import measure_growth_http, measure_http
from bench.places import copied_place, filled_place
from bench.report import Result, lines_of, save


def main() -> None:
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as scratch:
        data = chosen.data.resolve() if chosen.data else Path(scratch)
        results = measure(data, Path(scratch), chosen)
    print("\n".join(["", *lines_of(results)]))  # noqa: T201
    if chosen.json:
        save(results, chosen.json)


def measure(data: Path, scratch: Path, chosen: argparse.Namespace) -> list[Result]:
    """Fill three workspaces, unless `data` holds them from an earlier run, and measure on them."""
    sizes = {"few": 10_000, "some": 100_000, "many": 1_000_000 // (10 if chosen.quick else 1)}
    places = {}
    for name, clients in sizes.items():
        print(f"{clients:,} clients …", flush=True)  # noqa: T201
        places[name] = filled_place(data / name, clients)
    served = copied_place(places["some"], scratch / "served")
    results = measure_http(served, scratch, rounds=chosen.rounds, seconds=chosen.seconds)
    results += measure_growth_http(
        places["few"], places["many"], rounds=chosen.rounds, seconds=chosen.seconds
    )
    results += measure_direct(served, rounds=chosen.rounds)
    return results + measure_growth(places["few"], places["many"], rounds=chosen.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the filled databases there for a next run"
    )
    parser.add_argument("--rounds", type=int, default=7, help="how often each pair is measured (7)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each side of a pair runs (2)")
    parser.add_argument("--quick", action="store_true", help="100,000 clients in the place of 1,000,000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
