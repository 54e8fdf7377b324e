"""Reports by ad set and ad: their rows are added up for the campaign, and each names its part."""

import pytest

from crm.campaigns.platform_rows import AdPart, cut
from crm.imports.advertising import pieces
from crm.imports.advertising.summary import summary_of
from tests.imports.advertising.conftest import ReadText

pytestmark = pytest.mark.usefixtures("frozen_clock")
TITLES = (
    "Day,Campaign name,Ad set name,Ad set ID,Ad name,Ad ID,Amount spent (EUR),Clicks (all)",
    "Tag,Kampagne,Anzeigengruppe,Anzeigengruppen-ID,Name der Anzeige,Anzeigen-ID,Kosten,Klicks",
    "Day,Campaign,Ad group,Ad group ID,Ad name,Ad ID,Cost,Clicks",
    "Дата,Название кампании,Название группы,№ группы,Название объявления,№ объявления,Расход,Клики",
)


@pytest.mark.parametrize("titles", TITLES)
def test_rows_name_their_ad_set_and_ad(read_text: ReadText, titles: str) -> None:
    rows = "2026-11-01,Spring,Roofs,70,A red roof,700,3.00,2\n2026-11-01,Spring,Roofs,70,--,701,5.00,1\n"
    report = read_text(f"{titles}\n{rows}")
    assert [row.part for row in report.rows] == [
        AdPart("70", "Roofs", "700", "A red roof"),
        AdPart("70", "Roofs", "701", ""),
    ]
    found = summary_of(report)
    assert (found["sums"][0]["spend"], found["sums"][0]["clicks"], found["campaigns"]) == (8, 3, 1)
    kept = [pieces._of_list(pieces._as_list(row)) for row in report.rows]
    assert kept == report.rows and len(cut(report.rows, 1)) == 1
