"""The words of the e-mail with a document, in the document's language, or else in English."""

from collections.abc import Mapping

from crm.documents.words import base_of

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "en": (
        "Quote {number} from {name}",
        "Please find our quote {number} attached.",
        "See and answer it here:",
    ),
    "de": (
        "Angebot {number} von {name}",
        "Anbei erhalten Sie unser Angebot {number}.",
        "Ansehen und beantworten:",
    ),
    "fr": (
        "Devis {number} de {name}",
        "Veuillez trouver ci-joint notre devis {number}.",
        "Voir et répondre :",
    ),
    "es": ("Presupuesto {number} de {name}", "Adjuntamos nuestro presupuesto {number}.", "Ver y responder:"),
    "it": ("Preventivo {number} di {name}", "In allegato il nostro preventivo {number}.", "Vedi e rispondi:"),
    "nl": ("Offerte {number} van {name}", "Bijgaand onze offerte {number}.", "Bekijken en beantwoorden:"),
    "pl": ("Oferta {number} od {name}", "W załączeniu nasza oferta {number}.", "Zobacz i odpowiedz:"),
    "pt": ("Orçamento {number} de {name}", "Segue em anexo o nosso orçamento {number}.", "Ver e responder:"),
    "tr": ("{name} – teklif {number}", "{number} numaralı teklifimiz ektedir.", "Görüntüle ve yanıtla:"),
    "ar": ("عرض سعر {number} من {name}", "تجدون مرفقًا عرض السعر {number}.", "للاطلاع والرد:"),
    "he": ("הצעת מחיר {number} מאת {name}", "מצורפת הצעת המחיר {number}.", "לצפייה ולמענה:"),
    "zh": ("{name} 的报价单 {number}", "随附我们的报价单 {number}。", "查看并回复："),
    "ja": ("{name} 見積書 {number}", "見積書 {number} を添付いたします。", "ご確認とご回答："),
}

_ATTACHED: Mapping[str, str] = {
    "en": "Please find attached: {document}.", "de": "Anbei erhalten Sie: {document}.",
    "fr": "Veuillez trouver ci-joint : {document}.", "es": "Adjuntamos: {document}.",
    "it": "In allegato: {document}.", "nl": "Bijgaand: {document}.", "pl": "W załączeniu: {document}.",
    "pt": "Segue em anexo: {document}.", "tr": "Ekte: {document}.", "ar": "مرفق: {document}.",
    "he": "מצורף: {document}.", "zh": "随附：{document}。", "ja": "添付いたします：{document}。",
}  # fmt: skip


def mail_subject(language: str, number: str, name: str) -> str:
    return _words(language)[0].format(number=number, name=name)


def mail_text(language: str, text: str | None, number: str, name: str, address: str | None) -> str:
    """`text` is what people wrote instead of our sentence; the link and the name follow it."""
    _subject, sentence, see = _words(language)
    parts = [text or sentence.format(number=number), f"{see}\n{address}" if address else None, name]
    return "\n\n".join(part for part in parts if part) + "\n"


def link_words(language: str) -> str:
    """What stands before the link to a quote."""
    return _words(language)[2]


def _words(language: str) -> tuple[str, str, str]:
    return _WORDS.get(base_of(language), _WORDS["en"])


def invoice_mail_subject(heading: str, name: str) -> str:
    """`heading` is what the document says it is, in its language, such as `Invoice R-0001`."""
    return f"{heading} · {name}"


def invoice_mail_text(language: str, heading: str, name: str) -> str:
    sentence = _ATTACHED.get(base_of(language), _ATTACHED["en"]).format(document=heading)
    return f"{sentence}\n\n{name}\n"
