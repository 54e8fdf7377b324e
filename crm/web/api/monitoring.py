"""/api/db: how the database does, over all processes of the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

import orjson
from flask import Blueprint, Response

from crm import clock
from crm.db.actor import SYSTEM
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.monitoring.access import check_sees_server
from crm.monitoring.reports import (
    CacheStats,
    PoolMetrics,
    RanQuery,
    SlowQuery,
    TransactionStats,
    all_figures,
    cache_stats,
    pool_metrics,
    query_history,
    slow_queries,
    transaction_stats,
)
from crm.monitoring.standing import Standing, is_healthy, measure_standing
from crm.web.auth import only_with, permit, public
from crm.web.openapi.contract import contract
from crm.web.responses import answers
from crm.web.responses.answers import JSON
from crm.web.sessions.identity import database, identity, settings

blueprint = Blueprint("api_monitoring", __name__, url_prefix="/api/db")


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    status: Literal["healthy", "unhealthy"]
    timestamp: str


@dataclass(frozen=True, slots=True)
class DatabaseMetrics:
    """All figures together."""

    server: Standing
    transactions: TransactionStats
    pool: PoolMetrics
    caches: list[CacheStats]


@dataclass(frozen=True, slots=True)
class DatabaseTest:
    """How long a read and a write took that change nothing, in milliseconds."""

    read_ms: float
    write_ms: float


@blueprint.get("/health")
@public
@contract(result=DatabaseHealth, bare=True)
def show_health() -> Response:
    """Show whether the database can be read"""
    healthy = is_healthy(database())
    found = DatabaseHealth("healthy" if healthy else "unhealthy", clock.timestamp())
    status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(orjson.dumps(found), status, mimetype=JSON)


@blueprint.get("/metrics")
@permit("monitoring.read")
@contract(result=DatabaseMetrics)
def show_metrics() -> Response:
    """Show the state of the server, its transactions, connections and caches"""
    check_asking()
    figures = all_figures(settings())
    standing = measure_standing(database(), settings())
    found = DatabaseMetrics(standing, transaction_stats(figures), pool_metrics(figures), cache_stats(figures))
    return answers.data(found)


@blueprint.get("/query-history")
@permit("monitoring.read")
@contract(result=RanQuery, many=True)
def list_queries() -> Response:
    """List the last 100 statements, newest first, without their values"""
    check_asking()
    return answers.page(Page(query_history(all_figures(settings())), None))


@blueprint.get("/slow-queries")
@permit("monitoring.read")
@contract(result=SlowQuery, many=True)
def list_slow_queries() -> Response:
    """List statements slower than DB_SLOW_QUERY_THRESHOLD, with their plan and missing indexes"""
    check_asking()
    return answers.page(Page(slow_queries(all_figures(settings()), database()), None))


@blueprint.get("/transaction-stats")
@permit("monitoring.read")
@contract(result=TransactionStats)
def show_transactions() -> Response:
    """Show the counts and durations of transactions"""
    check_asking()
    return answers.data(transaction_stats(all_figures(settings())))


@blueprint.get("/pool-metrics")
@permit("monitoring.read")
@contract(result=PoolMetrics)
def show_pool() -> Response:
    """Show the connections to the database"""
    check_asking()
    return answers.data(pool_metrics(all_figures(settings())))


@blueprint.get("/test")
@permit("monitoring.read")
@only_with("db_test")
@contract(result=DatabaseTest, refusals=(404,))
def test() -> Response:
    """Read and write without changing anything; 404 unless DB_TEST is set"""
    check_asking()
    return answers.data(
        DatabaseTest(
            _took(lambda: database().read(_try, SYSTEM)), _took(lambda: database().write(_try, SYSTEM))
        )
    )


def check_asking() -> None:
    """Raises Forbidden where the figures tell of workspaces that are none of who asks."""
    database().read(check_sees_server, SYSTEM, identity().scope)


def _try(tx: Transaction) -> object:
    return tx.value("SELECT count(*) FROM schema_migrations")


def _took(act: Callable[[], object]) -> float:
    started = time.perf_counter_ns()
    act()
    return round((time.perf_counter_ns() - started) / 1e6, 3)
