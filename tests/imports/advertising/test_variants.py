"""The same reports as other people get them: other languages, orders, separators, totals and days."""

from datetime import date
from decimal import Decimal

import pytest

from crm.errors import Invalid
from crm.imports.advertising.report import ReportWishes
from tests.imports.advertising.conftest import ReadText

pytestmark = pytest.mark.usefixtures("frozen_clock")
TITLES = {
    "de": "Tag;Kampagne;Kampagnen-ID;Währungscode;Kosten;Impr.;Klicks;Conversions;Conv.-Wert",
    "fr": "Jour;Campagne;ID de campagne;Code de devise;Coût;Impr.;Clics;Conversions;Valeur conv.",
    "es": "Día;Campaña;ID de la campaña;Código de moneda;Coste;Impr.;Clics;Conversiones;Valor de conv.",
    "ru": "День;Кампания;Идентификатор кампании;Код валюты;Стоимость;Показы;Клики;Конверсии;Ценность конв.",
    "pl": "Dzień;Kampania;Identyfikator kampanii;Kod waluty;Koszt;Wyśw.;Kliknięcia;Konwersje;Wartość konw.",
    "tr": "Gün;Kampanya;Kampanya kimliği;Para birimi kodu;Maliyet;Göst.;Tıklamalar;Dönüşümler;Dön. değeri",
    "pt": "Dia;Campanha;ID da campanha;Código da moeda;Custo;Impr.;Cliques;Conversões;Valor da conv.",
    "it": "Giorno;Campagna;ID campagna;Codice valuta;Costo;Impr.;Clic;Conversioni;Valore conv.",
}
META = {
    "en": "Day,Campaign name,Amount spent (USD),Impressions,Link clicks,Results,Result type",
    "de": "Tag,Kampagnenname,Ausgegebener Betrag (USD),Impressionen,Link-Klicks,Ergebnisse,"
    "Ergebnis-Indikator",
    "fr": "Jour,Nom de la campagne,Montant dépensé (USD),Impressions,Clics sur un lien,Résultats,"
    "Indicateur de résultats",
    "es": "Día,Nombre de la campaña,Importe gastado (USD),Impresiones,Clics en el enlace,Resultados,"
    "Indicador de resultado",
    "it": "Giorno,Nome della campagna,Importo speso (USD),Impression,Clic sul link,Risultati,"
    "Indicatore di risultato",
    "pt": "Dia,Nome da campanha,Valor usado (USD),Impressões,Cliques no link,Resultados,"
    "Indicador de resultados",
    "pl": "Dzień,Nazwa kampanii,Wydana kwota (USD),Wyświetlenia,Kliknięcia linku,Wyniki,Wskaźnik wyniku",
    "tr": "Gün,Kampanya Adı,Harcanan Tutar (USD),Gösterim,Bağlantı Tıklamaları,Sonuçlar,Sonuç Göstergesi",
    "ru": "День,Название кампании,Потраченная сумма (USD),Показы,Клики по ссылке,Результаты,"
    "Индикатор результата",
}
DAYS = [
    "20261101", "2026-11-01", "Nov 1, 2026", "Nov 1 2026", "1 Nov 2026", "Sun, Nov 1, 2026", "01.11.2026",
    "2026/11/01", "1 de nov. de 2026", "1 lis 2026", "1 Kas 2026", "1 нояб. 2026 г.", "1. November 2026",
    "2026-11-01 00:00:00", "11/01/2026",
]  # fmt: skip


@pytest.mark.parametrize("language", TITLES)
def test_google_ads_in_other_languages(read_text: ReadText, language: str) -> None:
    report = read_text(
        f"Bericht\r\n\r\n{TITLES[language]}\r\n"
        "2026-11-01;A;11;EUR;1.033,33;12.345;321;4,50;1.250,00\r\n"
        "2026-11-02;A;11;EUR;0,01;1;--; --;0,00\r\n"
        "Total;;;EUR;1.033,34;12.346;321;4,50;1.250,00\r\n"
    )
    assert (report.platform and report.platform.name, report.problems, report.counted) == (
        "google_ads",
        [],
        2,
    )
    first, second = report.rows
    assert (first.campaign, first.campaign_id, first.currency) == ("A", "11", "EUR")
    assert (first.spend, first.impressions, first.clicks) == (1_033_330_000, 12_345, 321)
    assert (first.conversions, first.conversion_value) == (Decimal("4.5"), 1_250_000_000)
    assert (second.clicks, second.conversions) == (None, None)


@pytest.mark.parametrize("language", META)
def test_meta_in_other_languages(read_text: ReadText, language: str) -> None:
    """With a byte order mark, everything quoted, the total below, and no ids."""
    lines = [META[language].split(","), ["2026-11-01", "Leads, Köln", "150.54", "3,000", "100", "4", "leads"]]
    lines.append(["", "", "150.54", "3,000", "100", "4", ""])
    text = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    report = read_text(text, "utf-8-sig")
    assert (report.platform and report.platform.name, report.problems) == ("meta_ads", [])
    (row,) = report.rows
    assert (row.campaign, row.currency, row.spend) == ("Leads, Köln", "USD", 150_540_000)
    assert (row.impressions, row.clicks, row.conversions) == (3_000, 100, Decimal(4))


def test_columns_in_another_order_and_sums_above(read_text: ReadText) -> None:
    report = read_text(
        "Impressions\tCost\tCampaign\tClicks\tDay\n"
        "13,346\t1,038.34\tTotal: Account\t331\t\n"
        "12,345\t€1,033.33\tTyres\t321\tNov 1, 2026\n"
        "1,001\t€5.01\tTotal Care\t10\tNov 2, 2026\n",
        "utf-16",
    )
    assert [(row.campaign, row.spend, row.currency) for row in report.rows] == [
        ("Tyres", 1_033_330_000, "EUR"),
        ("Total Care", 5_010_000, "EUR"),
    ]
    assert report.left_out == [(2, "total")]


@pytest.mark.parametrize("day", DAYS)
def test_days_in_each_form(read_text: ReadText, day: str) -> None:
    report = read_text(f'Day;Campaign;Cost\n"{day}";A;1\n11/02/2026;A;2\n')
    assert (report.problems, report.rows[0].day) == ([], date(2026, 11, 1))


def test_ad_sets_of_a_campaign_and_day_stand_apart_and_their_keywords_are_added_up(
    read_text: ReadText,
) -> None:
    report = read_text(
        "Date,Campaign,Campaign ID,Ad set,Keyword,Cost,Clicks,Conversions\n"
        "2026-11-01,A,7,one,roof,1.10,3,0.5\n2026-11-01,A,7,one,tile,2.20,4,--\n2026-11-01,A,7,two,roof,5,1,--\n"
    )
    assert report.counted == 3
    one, two = report.rows
    assert [row.part and row.part.ad_set for row in (one, two)] == ["one", "two"]
    assert (one.spend, one.clicks, one.conversions) == (3_300_000, 7, Decimal("0.5"))
    assert (two.spend, two.clicks, two.conversions) == (5_000_000, 1, None)


def test_a_period_of_one_day_is_its_day_and_a_longer_one_is_refused(read_text: ReadText) -> None:
    report = read_text(
        "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)\n2026-11-01,2026-11-02,,12\n"
        "2026-11-01,2026-11-01,A,5\n2026-11-01,2026-11-02,A,7\n"
    )
    assert [(row.day.day, row.spend) for row in report.rows] == [(1, 5_000_000)]
    assert [(each.row, each.field) for each in report.problems] == [(4, "day_from")]


@pytest.mark.parametrize(
    ("cell", "field"),
    [("-1.00", "spend"), ("NaN1", "spend"), ("1e99", "spend"), ("#REF!", "spend"), ("12 %", "spend")],
)
def test_a_figure_that_cannot_be_is_told_by_its_row(read_text: ReadText, cell: str, field: str) -> None:
    report = read_text(f"Day,Campaign,Cost\n2026-11-01,A,{cell}\n2026-11-02,A,1.00\n")
    assert [(each.row, each.field) for each in report.problems] == [(2, field)]
    assert [row.spend for row in report.rows] == [1_000_000]


def test_days_that_may_be_two_are_told(read_text: ReadText) -> None:
    text = "Day,Campaign,Cost\n11/01/2026,A,1.00\n2026-02-31,A,1.00\n"
    assert [each.field for each in read_text(text).problems] == ["day", "day"]
    american = read_text(text, wishes=ReportWishes(order="mdy"))
    assert [row.day for row in american.rows] == [date(2026, 11, 1)]


def test_what_has_no_day_and_no_figures_is_no_report(read_text: ReadText) -> None:
    with pytest.raises(Invalid) as refused:
        read_text("Name,E-mail\nAda,ada@example.com\n")
    assert [each.field for each in refused.value.problems] == ["file"]


def test_any_other_table_by_its_columns(read_text: ReadText) -> None:
    chosen = {"day": "When", "campaign": "What", "spend": "Paid (CHF)", "leads": "Calls"}
    report = read_text(
        "Flyers of the year\nWhen;What;Paid (CHF);Calls\n01.11.2026;Flyer;1'200.50;3\n",
        wishes=ReportWishes(columns=chosen),
    )
    (row,) = report.rows
    assert (row.spend, row.currency, row.extras["leads"]) == (1_200_500_000, "CHF", Decimal(3))
    with pytest.raises(Invalid) as refused:
        read_text("When;What\n", wishes=ReportWishes(columns=chosen))
    assert refused.value.problems[0].field == "columns.spend"
