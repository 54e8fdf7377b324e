"""E-invoices as Factur-X, profile EN 16931; run as a program of its own, as its libraries are large.

It takes JSON on standard input: `terms` as `e_invoice` makes them, and `document` in the form that
`document.typ` shows, or null. It writes the XML, or the document as PDF/A-3 with the XML inside.
"""

import re
import sys
from io import BytesIO
from typing import Any, cast

import facturx
import orjson
import typst
from lxml import etree
from pypdf import PdfWriter
from pypdf.generic import StreamObject

from crm.documents.drawing import REFUSED, draw, limit_resources

XMP = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
}
DESCRIPTION = {
    **dict.fromkeys(("title", "author", "subject", "producer", "creator_tool", "timestamp"), ""),
    "pdfa3_flavor": "B",
    "documenttype": "INVOICE",
    "xml_filename": "factur-x.xml",
    "version": "1.0",
    "xmp_level": "EN 16931",
    "urn": XMP["fx"],
}
PACKET = (b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>', b'<?xpacket end="r"?>')
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""


def write_xml(terms: dict[str, Any]) -> bytes:
    """Raises ValueError for what the schema refuses."""
    written = facturx.generate_cii_xml(_plain(terms), level="en16931", check_schematron=False)
    return bytes(written)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return NO_XML.sub("", value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name or None: _plain(each) for name, each in value.items() if each not in (None, "", [])}
    return value


def write_pdf(document: dict[str, Any], terms: dict[str, Any]) -> bytes:
    """PDF/A-3b, or plain PDF where a sign is in none of the fonts, which PDF/A refuses. The same input makes
    the same bytes.
    """
    xml, written = write_xml(terms).decode(), orjson.dumps(document)
    try:
        drawn = draw(written, xml=xml, archived=True)
    except typst.TypstError:
        return draw(written, xml=xml, archived=False)
    writer = PdfWriter(clone_from=BytesIO(drawn))
    packet = cast(StreamObject, writer.root_object["/Metadata"])
    packet.set_data(_described(packet.get_data()))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _described(packet: bytes) -> bytes:
    """The metadata with what says that it is Factur-X, and the schema of those properties."""
    rdf = f"{{{XMP['rdf']}}}"
    tree = etree.fromstring(packet[packet.index(b"<x:xmpmeta") : packet.index(b"<?xpacket end")])
    added = etree.fromstring(etree.tostring(facturx.generate_xmp_object(DESCRIPTION)))
    (schemas,) = tree.iterfind(".//pdfaExtension:schemas/rdf:Bag", XMP)
    schemas.extend(added.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", XMP))
    (properties,) = added.xpath("//rdf:Description[fx:DocumentType]", namespaces=XMP)
    properties.set(f"{rdf}about", "")
    (described,) = tree.iterfind(f"{rdf}RDF")
    described.append(properties)
    etree.cleanup_namespaces(tree)
    return b"".join((PACKET[0], etree.tostring(tree, encoding="utf-8"), PACKET[1]))


def main() -> int:
    limit_resources()
    given = orjson.loads(sys.stdin.buffer.read())
    document, terms = given["document"], given["terms"]
    try:
        made = write_xml(terms) if document is None else write_pdf(document, terms)
    except (typst.TypstError, ValueError):
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
