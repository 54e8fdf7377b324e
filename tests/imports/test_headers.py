"""The headers of known programs, and of mail programs in other languages, are recognised."""

import pytest

from crm.imports.headers.known import meaning_of
from crm.imports.mapping import propose

EXPORTS = {
    "Salesforce contacts": """
        prefix=Salutation first_name=First Name last_name=Last Name job_title=Title company=Account Name
        street=Mailing Street city=Mailing City region=Mailing State/Province
        postal_code=Mailing Zip/Postal Code country=Mailing Country phone=Phone email=Email
        owner=Contact Owner birthday=Birthdate since=Created Date
    """,
    "Salesforce leads": """
        company=Company / Account region=State/Province postal_code=Zip/Postal Code lead_status=Lead Status
    """,
    "Salesforce opportunities": """
        lead_id=Opportunity ID lead_title=Opportunity Name lead_value=Amount lead_stage=Stage
        lead_close=Close Date lead_owner=Opportunity Owner
    """,
    "Zoho": """
        external_id=Record Id owner=Contact Owner birthday=Date of Birth email=Secondary Email
        since=Created Time lead_title=Deal Name lead_close=Closing Date lead_lost_reason=Reason For Loss
    """,
    "Frappe": """
        first_name=First Name phone=mobile_no email=email_id company=company_name phone=WhatsApp No
        lead_value=Deal Value lead_close=Expected Closure Date
    """,
    "LinkedIn": "first_name=First Name website=URL email=Email Address job_title=Position since=Connected On",
    "Mailchimp": "email=Email Address phone=Phone Number birthday=Birthday tags=TAGS notes=NOTES",
    "Outlook in French": """
        first_name=Prénom last_name=Nom company=Société street=Rue (bureau) postal_code=Code postal (bureau)
        phone=Téléphone (bureau) 2 email=Adresse de messagerie birthday=Anniversaire website=Page Web
    """,
    "Outlook in Spanish": """
        first_name=Nombre last_name=Apellidos company=Organización street=Calle del trabajo
        country=País o región del trabajo phone=Fax del trabajo birthday=Cumpleaños tags=Categorías
    """,
    "Arabic": "name=الاسم email=البريد الإلكتروني phone=رقم الجوال city=المدينة notes=ملاحظات",
    "Hebrew": "name=שם מלא phone=נייד city=עיר notes=הערות last_name=שם משפחה",
    "Persian": "name=نام email=ایمیل phone=موبایل city=شهر notes=یادداشت",
    "Greek": "name=Ονοματεπώνυμο phone=Κινητό city=Πόλη notes=Σημειώσεις",
    "Thai": "name=ชื่อ-นามสกุล email=อีเมล phone=มือถือ city=เมือง notes=หมายเหตุ",
    "Vietnamese": "name=Họ và tên email=Thư điện tử phone=Di động city=Thành phố notes=Ghi chú",
    "Hindi": "name=नाम email=ईमेल phone=मोबाइल city=शहर notes=टिप्पणी",
    "Outlook in Italian": """
        first_name=Nome last_name=Cognome company=Società street=Via (uff.) city=Città (ab.) phone=Ufficio
        phone=Cellulare email=Indirizzo posta elettronica
    """,
    "Outlook in Dutch": """
        first_name=Voornaam last_name=Achternaam company=Bedrijf street=Werkadres, straat
        phone=Telefoon op werk email=E-mailadres 2 notes=Notities
    """,
    "Outlook in Portuguese": """
        last_name=Sobrenome company=Empresa city=Cidade do endereço comercial phone=Telefone celular
        email=Endereço de email 2 birthday=Aniversário
    """,
    "Outlook in Polish": """
        first_name=Imię last_name=Nazwisko company=Firma street=Ulica (adres służbowy) phone=Telefon służbowy
        birthday=Urodziny
    """,
    "Google in German": """
        first_name=Vorname job_title=Organisation Titel email=E-Mail 1 – Wert phone=Telefon 1 – Wert
        street=Adresse 1 – Straße city=Adresse 1 – Ort
    """,
}


def pairs(text: str) -> list[tuple[str, str]]:
    """`field=Header of words field=…`"""
    found: list[tuple[str, str]] = []
    for word in text.split():
        field, sign, start = word.partition("=")
        if sign:
            found.append((field, start))
        else:
            field, header = found.pop()
            found.append((field, f"{header} {word}"))
    return found


@pytest.mark.parametrize("program", EXPORTS)
def test_each_header_means_its_field(program: str) -> None:
    wrong = {
        header: (field, getattr(meaning_of(header), "field", None))
        for field, header in pairs(EXPORTS[program])
        if getattr(meaning_of(header), "field", None) != field
    }
    assert wrong == {}


def test_no_field_for_one_column_is_proposed_twice() -> None:
    headers = ["Title", "Titre", "Fonction", "Nom", "Nom complet"]
    fields = [column.field for column in propose("clients", headers, []) if column.field != "extra"]
    assert len(fields) == len(set(fields))


def test_a_website_of_linkedin_profiles_is_the_profile() -> None:
    sample = [["Ada", "https://www.linkedin.com/in/ada"], ["Bo", "https://linkedin.com/in/bo"], ["Cyd", ""]]
    assert [each.field for each in propose("clients", ["First Name", "URL"], sample)] == [
        "first_name",
        "profile",
    ]
    other = [["Ada", "https://example.com"]]
    assert propose("clients", ["First Name", "URL"], other)[1].field == "website"
