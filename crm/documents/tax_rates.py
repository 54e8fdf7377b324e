"""The rates of value added tax by country, for lines of products; a company may set its own.

As of 2026, standard and reduced (the first of several), by the tax authorities of each country; where there
is no general tax of one rate, as in the US, nothing is assumed.
"""

from collections.abc import Mapping

_TABLE = """
    AT 20 10   BE 21 6    BG 20 9    CY 19 5    CZ 21 12   DE 19 7    DK 25 25   EE 24 13   ES 21 10
    FI 25.5 13.5   FR 20 5.5   GR 24 13   HR 25 13   HU 27 5   IE 23 13.5   IT 22 10   LT 21 12   LU 17 8
    LV 21 12   MT 18 5    NL 21 9    PL 23 8    PT 23 6    RO 21 11   SE 25 12   SI 22 9.5   SK 23 19
    GB 20 5    CH 8.1 2.6   LI 8.1 2.6   NO 25 15   IS 24 11   TR 20 10   IL 18 18   AU 10 10   NZ 15 15
    JP 10 8    ZA 15 15   IN 18 5    SG 9 9     AE 5 5     SA 15 15   KR 10 10
"""
_PARTS = _TABLE.split()
_RATES: Mapping[str, tuple[float, float]] = {
    _PARTS[at]: (float(_PARTS[at + 1]), float(_PARTS[at + 2])) for at in range(0, len(_PARTS), 3)
}


def usual_rates(country: str) -> tuple[float, float]:
    """Standard and reduced, in percent; 0 where none is known."""
    return _RATES.get(country, (0, 0))
