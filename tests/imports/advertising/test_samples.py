"""Exports of advertising platforms: each gives exactly the rows and sums that the platform shows."""

from datetime import date
from decimal import Decimal

import pytest

from crm.campaigns.platform_rows import MILLIONTHS
from crm.imports.advertising.report import Report, ReportWishes
from crm.imports.advertising.reports import read_report
from tests.imports.advertising.conftest import SAMPLES

pytestmark = pytest.mark.usefixtures("frozen_clock")


def read(name: str) -> Report:
    report = read_report(SAMPLES / name, ReportWishes())
    assert report.problems == []
    return report


def spend_of(report: Report) -> Decimal:
    return Decimal(sum(row.spend or 0 for row in report.rows)) / MILLIONTHS


def test_google_ads() -> None:
    report = read("google_ads_day_utf16.csv")
    assert (report.platform and report.platform.name, report.counted) == ("google_ads", 3)
    assert spend_of(report) == Decimal("1038.34")
    assert [row for row, why in report.left_out if why == "total"] == [7, 8]
    tyres, second, care = report.rows
    assert (tyres.campaign, tyres.campaign_id, tyres.day) == (
        "Winter tyres | Search",
        "21456789012",
        date(2026, 11, 1),
    )
    assert (tyres.impressions, tyres.clicks, tyres.conversions) == (12_345, 321, Decimal("4.5"))
    assert (tyres.currency, tyres.conversion_value) == ("EUR", 1250 * MILLIONTHS)
    assert (second.clicks, second.spend) == (None, 10_000)
    assert care.campaign == "Total Care"


def test_meta() -> None:
    report = read("meta_ads_manager.csv")
    assert (report.platform and report.platform.name, report.counted) == ("meta_ads", 3)
    assert spend_of(report) == Decimal("250.05")
    assert report.left_out == [(2, "total")]
    assert sum(row.extras.get("leads", 0) for row in report.rows) == 4
    assert sum(row.extras.get("purchases", 0) for row in report.rows) == 5
    assert sum(row.conversion_value or 0 for row in report.rows) == 1_249_500_000
    assert [row.clicks for row in report.rows] == [120, 60, 0]
    assert report.rows[2].conversions is None, "clicks on links are no conversions"
    assert {row.currency for row in report.rows} == {"EUR"}


def test_tiktok() -> None:
    report = read("tiktok_ads.csv")
    assert (report.platform and report.platform.name, report.counted) == ("tiktok_ads", 2)
    assert (spend_of(report), report.left_out) == (Decimal("12.50"), [(4, "total")])
    assert report.rows[1].spend is None


def test_yandex_direct() -> None:
    report = read("yandex_direct_cp1251.csv")
    assert (report.platform and report.platform.name, report.counted) == ("yandex_direct", 3)
    assert spend_of(report) == Decimal("1600.75")
    assert [row.campaign for row in report.rows] == ["Шины — поиск", "Шины — поиск", "Сервис; РСЯ"]
    assert [row.conversions for row in report.rows] == [3, None, None]
    assert {row.currency for row in report.rows} == {"RUB"}


def test_google_analytics() -> None:
    report = read("ga4_traffic.csv")
    assert (report.platform and report.platform.name, report.counted) == ("ga4", 3)
    assert sum(row.extras["sessions"] for row in report.rows) == 478
    assert [row.campaign for row in report.rows] == ["Winter tyres | Search", "", "Leads, Köln"]
    assert report.rows[0].conversion_value == 1_250_000_002
    assert [row.spend for row in report.rows] == [None, None, None]
