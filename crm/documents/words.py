"""The words on a document, in its own language; English where that is not among them."""

from collections.abc import Mapping

NAMES = (
    "quote", "date", "valid_until", "number", "title", "quantity", "price", "tax", "amount", "discount",
    "net", "tax_on", "total", "optional", "alternative", "page", "prices_include_tax",
)  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})
_TABLE = {
    "en": "Quote|Date|Valid until|No.|Description|Quantity|Price|Tax|Amount|Discount|Net|Tax {rate} on {net}|"
    "Total|optional|alternative|Page|Prices include tax.",
    "de": "Angebot|Datum|Gültig bis|Pos.|Beschreibung|Menge|Preis|USt.|Betrag|Rabatt|Netto|"
    "USt. {rate} auf {net}|Gesamtbetrag|optional|alternativ|Seite|Die Preise enthalten die Umsatzsteuer.",
    "fr": "Devis|Date|Valable jusqu’au|N°|Description|Quantité|Prix|TVA|Montant|Remise|Total HT|"
    "TVA {rate} sur {net}|Total TTC|en option|variante|Page|Les prix incluent la TVA.",
    "es": "Presupuesto|Fecha|Válido hasta|N.º|Descripción|Cantidad|Precio|IVA|Importe|Descuento|Base|"
    "IVA {rate} sobre {net}|Total|opcional|alternativa|Página|Los precios incluyen impuestos.",
    "it": "Preventivo|Data|Valido fino al|N.|Descrizione|Quantità|Prezzo|IVA|Importo|Sconto|Imponibile|"
    "IVA {rate} su {net}|Totale|opzionale|alternativa|Pagina|I prezzi comprendono l’IVA.",
    "nl": "Offerte|Datum|Geldig tot|Nr.|Omschrijving|Aantal|Prijs|Btw|Bedrag|Korting|Netto|"
    "Btw {rate} over {net}|Totaal|optioneel|alternatief|Pagina|Prijzen zijn inclusief btw.",
    "pl": "Oferta|Data|Ważna do|Lp.|Opis|Ilość|Cena|VAT|Kwota|Rabat|Netto|"
    "VAT {rate} od {net}|Razem|opcjonalnie|wariant|Strona|Ceny zawierają podatek.",
    "pt": "Orçamento|Data|Válido até|N.º|Descrição|Quantidade|Preço|IVA|Valor|Desconto|Líquido|"
    "IVA {rate} sobre {net}|Total|opcional|alternativa|Página|Os preços incluem impostos.",
    "tr": "Teklif|Tarih|Geçerlilik|No|Açıklama|Miktar|Fiyat|KDV|Tutar|İndirim|Net|"
    "KDV {rate} ({net})|Toplam|isteğe bağlı|alternatif|Sayfa|Fiyatlara vergi dahildir.",
    "ar": "عرض سعر|التاريخ|صالح حتى|م|الوصف|الكمية|السعر|الضريبة|المبلغ|الخصم|الصافي|"
    "ضريبة {rate} على {net}|الإجمالي|اختياري|بديل|صفحة|الأسعار شاملة الضريبة.",
    "he": "הצעת מחיר|תאריך|בתוקף עד|מס׳|תיאור|כמות|מחיר|מע״מ|סכום|הנחה|סכום לפני מע״מ|"
    "מע״מ {rate} על {net}|סך הכול|אופציונלי|חלופה|עמוד|המחירים כוללים מס.",
    "zh": "报价单|日期|有效期至|序号|说明|数量|单价|税率|金额|折扣|不含税金额|"
    "税 {rate}（{net}）|合计|可选|备选|页|价格含税。",
    "ja": "見積書|日付|有効期限|番号|内容|数量|単価|税率|金額|値引き|小計|"
    "税 {rate}（{net}）|合計|オプション|代替|ページ|価格は税込みです。",
}


def words_of(language: str) -> Mapping[str, str]:
    """By name, for a language tag such as `de-AT`."""
    row = _TABLE.get(base_of(language), _TABLE["en"])
    return dict(zip(NAMES, row.split("|"), strict=True))


def knows_words(language: str) -> bool:
    return base_of(language) in _TABLE


def document_languages() -> list[str]:
    """Those whose words documents have."""
    return list(_TABLE)


def base_of(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()
