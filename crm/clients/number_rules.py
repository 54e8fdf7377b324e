"""How one phone number may be written in several ways: a table of countries' rules, each with its source.

The tests compare each rule with the numbering plans that `phonenumbers` has: the new number is in its plan,
and the old one is not used today.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Between country, `area` and `tail` (patterns of digits) stands `first` or `second`: it is one number.

    `keyed`: the spelling with `first` is the number's key, under which conversations are stored.
    """

    country: str
    area: str
    first: str
    second: str
    tail: str
    keyed: bool = False

    def as_first(self, phone: str) -> str | None:
        """The spelling with `first` of a number that has `second`; None if it has not."""
        return self._turned(phone, self.second, self.first)

    def as_second(self, phone: str) -> str | None:
        return self._turned(phone, self.first, self.second)

    def _turned(self, phone: str, given: str, wanted: str) -> str | None:
        if not phone.startswith(self.country):
            return None
        found = re.fullmatch(f"({self.area}){given}({self.tail})", phone[len(self.country) :])
        return f"{self.country}{found[1]}{wanted}{found[2]}" if found else None


KEYED = (
    # Mexico: a 1 before mobiles from abroad until 3 August 2019 (IFT, Plan Técnico Fundamental de Numeración,
    # DOF of 11 May 2018; ITU communication of 12.VI.2018); WhatsApp still has it in ids.
    Rule("+52", "", "", "1", r"\d{10}", keyed=True),
    # Argentina: a 9 before mobiles, from abroad alone; within the country it is a 15 behind the area,
    # which phonenumbers reads (metadata of AR: nationalPrefixTransformRule 9$1; ENACOM, ITU numbering plan).
    Rule("+54", "", "", "9", r"\d{10}", keyed=True),
    # Brazil: a 9 before mobiles, which began with 6 to 9, by area from 29 July 2012 to 6 November 2016
    # (Anatel, resolution 553 of 14 December 2010; ITU communication of 6.II.2013). Trunk radio kept eight
    # digits, with a 7 in front, until it ended; phonenumbers' metadata still has it.
    Rule("+55", r"\d\d", "", "9", r"[6-9]\d{7}", keyed=True),
    # Benin: 01 before all numbers since 30 November 2024 (ARCEP Bénin; phonenumbers' metadata of BJ).
    Rule("+229", "", "", "01", r"\d{8}", keyed=True),
    # Ivory Coast: the operator's two digits before mobiles, by their second digit, since 31 January 2021
    # (ARTCI, plan of 10 digits).
    Rule("+225", "", "", "01", r"[014-9][1-3]\d{6}", keyed=True),
    Rule("+225", "", "", "05", r"[014-9][4-6]\d{6}", keyed=True),
    Rule("+225", "", "", "07", r"[014-9][7-9]\d{6}", keyed=True),
)
# Vietnam: eleven digits of mobiles became ten from 15 September to 14 November 2018 (MIC, 31 May 2018).
_VIETNAM = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78", "123": "83", "124": "84", "125": "85",
    "127": "81", "129": "82", "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37",
    "168": "38", "169": "39", "186": "56", "188": "58", "199": "59",
}  # fmt: skip
# Egypt: an eleventh digit of mobiles, by their code, on 6 October 2011 (NTRA; ITU communication of 2011).
_EGYPT = {"10": "100", "11": "111", "12": "122", "14": "114"}
_EGYPT |= {"16": "106", "17": "127", "18": "128", "19": "109"}
# Gabon: nine digits, of which the 0 is not dialled from abroad, since 16 November 2019, and alone since
# 6 April 2024 (ARCEP Gabon; Aninf, 29 February 2024).
_GABON = {"1": "11", "2": "62", "4": "74", "5": "65", "6": "66", "7": "77"}
RENUMBERED = (
    # Ivory Coast: Orange's landlines got 27, by the digits that were Orange's (ARTCI; metadata of CI).
    # Which of the others became 21, and which 25, their digits do not tell for sure.
    Rule("+225", "", "", "27", r"(?:2(?:0[23]|1[2357]|2[245]|3[45]|4[3-5])|3(?:06|1[69]|[2-6]7))\d{5}"),
    # Chile: a 2 before landlines, in Santiago (area 2) on 24 November 2012, elsewhere in 2013 (SUBTEL).
    Rule("+56", "2", "", "2", r"\d{7}"),
    Rule("+56", r"3[2-5]|4[1-35]|5[1-3578]|6[13-57]|7[1-35]", "", "2", r"\d{6}"),
    # Colombia: 60 before landlines since 1 September 2021 (CRC, resolution 5826 of 2019).
    Rule("+57", "", "", "60", r"(?:[125-8][2-9]|4[2-57-9])\d{6}"),
    # Ecuador: a 9 before mobiles on 30 September 2012 (CONATEL).
    Rule("+593", "", "", "9", r"[89]\d{7}"),
    # Costa Rica: eight digits on 20 March 2008, 8 for mobiles and 2 for landlines (ICE).
    Rule("+506", "", "", "8", r"[38]\d{6}"),
    Rule("+506", "", "", "2", r"[2457]\d{6}"),
    # Cameroon: nine digits on 21 November 2014, 6 for mobiles and 2 for landlines (ART).
    Rule("+237", "", "", "6", r"[579][0-9]\d{6}"),
    Rule("+237", "", "", "2", r"(?:22|33)\d{6}"),
    # Morocco: nine digits on 27 March 2009, 5 for landlines and 6 for mobiles (ANRT).
    Rule("+212", "", "", "5", r"[23]\d{7}"),
    Rule("+212", "", "", "6", r"[14-7]\d{7}"),
    # Algeria: the operator's digit of mobiles twice, on 22 February 2008 (ARPT).
    *(Rule("+213", digit, "", digit, r"\d{7}") for digit in "567"),
    # Qatar: the first digit twice, on 28 July 2010 (ictQATAR).
    *(Rule("+974", digit, "", digit, r"\d{6}") for digit in "34567"),
    # Saudi Arabia: a 1 before the areas of landlines, in 2013 (CITC).
    Rule("+966", "", "", "1", r"[123467][2-8]\d{6}"),
    # Mauritius: a 5 before mobiles on 1 September 2013 (ICTA).
    Rule("+230", "", "", "5", r"[79]\d{6}"),
    # Georgia: a 2 before landlines of Tbilisi and a 5 before mobiles, in 2011 (GNCC).
    Rule("+995", "32", "", "2", r"\d{6}"),
    Rule("+995", "", "", "5", r"(?:5[158]|7[1-479]|9[0135-9])\d{6}"),
    # French Polynesia: eight digits on 23 June 2014, 87 for mobiles and 40 for landlines (OPT).
    Rule("+689", "", "", "87", r"[237]\d{5}"),
    Rule("+689", "", "", "40", r"(?:4[0-35-9]|[5689]\d)\d{4}"),
    # Russia: areas of 0 became those of 4, Moscow's 095 is 495, on 1 December 2005 (Mininformsvyaz).
    Rule("+7", "", "0", "4", r"[789]\d{8}"),
    # Zurich: 01 is 044, alone since 31 March 2007 (OFCOM).
    Rule("+41", "", "1", "44", r"\d{7}"),
    Rule(
        "+84", "", "4", "24", r"\d{8}"
    ),  # Hanoi since 17 June 2017 (MIC); others' old codes are mobiles today
    *(Rule("+84", "", before, now, r"\d{7}") for before, now in _VIETNAM.items()),
    *(Rule("+20", "", before, now, r"\d{7}") for before, now in _EGYPT.items()),
    *(Rule("+241", "", f"0{before}", now, r"\d{6}") for before, now in _GABON.items()),
    *(Rule("+241", "", before, now, r"\d{6}") for before, now in _GABON.items()),  # as some wrote it abroad
)
RULES = (*KEYED, *RENUMBERED)

# What was dialled before a number within the country, and what stands for it now.
_SOVIET = ((r"8\W*10", "+"), ("8", ""))
FORMER_PREFIXES: dict[str, tuple[tuple[str, str], ...]] = {
    "MX": (("01|04[45]", ""),),  # until August 2019 (IFT, plan of 2017)
    # Chile: 0 and 09 before mobiles and areas, and the codes of carriers, until 2016 (SUBTEL).
    "CL": (("0", ""), (r"1[1-9]\d", "")),
    # The 8 of the Soviet plan, and its 8 10 to go abroad; Ukraine's ended on 14 October 2009 (NKRZ).
    **dict.fromkeys(("UA", "MD", "GE", "AM", "AZ", "UZ", "KG", "TJ", "LV", "EE", "LT"), _SOVIET),
    "ID": ((r"00[17]|01017", "+"),),  # carriers that phonenumbers does not have (Kominfo, FTP 2000)
    "IT": (("0(?=3)", ""),),  # before mobiles until 2001 (AGCOM)
    "PL": (("0", ""),),  # until 2010 (UKE)
    "CZ": (("0", ""),),  # until 22 September 2002 (ČTÚ)
    "PT": (("0", "2"),),  # areas until 31 October 1999 (ANACOM)
    "GR": (("0", ""), ("09", "69")),  # until 2002; mobiles were 09 (EETT)
}
