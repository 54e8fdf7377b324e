"""`scripts/bench`: ratios with their spread, all from one run on one machine."""

import argparse
import tempfile
from pathlib import Path

from bench.campaigns import measure_campaigns
from bench.deals import measure_deals
from bench.direct import measure_direct, measure_growth
from bench.duplicates import measure_duplicates
from bench.forms import measure_forms
from bench.http import measure_growth_http, measure_http
from bench.imports import QUICK_ROWS, ROWS, measure_imports
from bench.monitoring import measure_monitoring
from bench.peers.measure import measure_peers
from bench.places import SIZES, Places
from bench.profile import lines_of_profiles, measure_profile, save_profiles
from bench.report import Result, lines_of, save
from bench.storage import measure_storage


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as scratch:
        sizes = {**SIZES, "many": 100_000} if given.quick else SIZES
        data = given.data.resolve() if given.data else Path(scratch)
        places = Places(data, Path(scratch), sizes)
        if given.profile:
            _profile(places, given)
        elif given.peers:
            _tell(measure_peers(places, rounds=given.rounds, seconds=given.seconds), given)
        else:
            _tell(measure(places, given), given)


def measure(places: Places, given: argparse.Namespace) -> list[Result]:
    """What is not asked for is neither measured nor filled."""

    def chosen(name: str) -> bool:
        return not given.only or any(part.lower() in name.lower() for part in given.only)

    rounds, seconds = given.rounds, given.seconds
    return [
        *measure_http(places, chosen, rounds=rounds, seconds=seconds),
        *measure_growth_http(places, chosen, rounds=rounds, seconds=seconds),
        *measure_direct(places, chosen, rounds=rounds),
        *measure_growth(places, chosen, rounds=rounds),
        *measure_storage(places, chosen, rounds=rounds),
        *measure_monitoring(places, chosen, rounds=rounds, seconds=seconds),
        *measure_imports(places.scratch, chosen, rounds=rounds, rows=QUICK_ROWS if given.quick else ROWS),
        *measure_deals(places.scratch, chosen, rounds=rounds, deals=1_000, listed=100_000),
        *measure_campaigns(
            places.scratch,
            chosen,
            rounds=rounds,
            rows=10_000 if given.quick else 100_000,
            daily=100_000 if given.quick else 1_000_000,
        ),
        *measure_forms(places.scratch, chosen, rounds=rounds, sent=500),
        *measure_duplicates(places.scratch, chosen, rounds=rounds, rows=10_000 if given.quick else 100_000),
    ]


def _tell(results: list[Result], given: argparse.Namespace) -> None:
    print("\n".join(["", *lines_of(results)]))  # noqa: T201
    if given.json:
        save(results, given.json)


def _profile(places: Places, given: argparse.Namespace) -> None:
    profiles = measure_profile(places, seconds=given.seconds)
    print("\n".join(lines_of_profiles(profiles)))  # noqa: T201
    if given.json:
        save_profiles(profiles, given.json)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the filled databases there for a next run"
    )
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="only rows with this in their name; may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is measured (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each side of a pair runs (2)")
    parser.add_argument("--profile", action="store_true", help="only tell where the time of a request goes")
    parser.add_argument(
        "--peers", action="store_true", help="only compare with PocketBase, where Go is there to build it"
    )
    parser.add_argument("--quick", action="store_true", help="100,000 clients in the place of 1,000,000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
