"""/api/exchange-rates: what other currencies are worth in the workspace's."""

from flask import Blueprint, Response

from crm.campaigns.exchange_rates import (
    ExchangeRates,
    ExchangeRatesFields,
    change_exchange_rates,
    get_exchange_rates,
)
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_exchange_rates", __name__, url_prefix="/api/exchange-rates")


@blueprint.get("")
@permit("campaigns.read")
@contract(result=ExchangeRates)
def show() -> Response:
    """Show what other currencies are worth, from which day on"""
    found = read(get_exchange_rates)
    return answers.data(found, version=found.version)


@blueprint.put("")
@permit("campaigns.manage")
@contract(body=ExchangeRatesFields, result=ExchangeRates, refusals=(412,))
def change() -> Response:
    """Say what other currencies are worth: all rates, each until the next one of its currency"""
    found = write(change_exchange_rates, json_body(ExchangeRatesFields), expected_version=expected_version())
    return answers.data(found, version=found.version)
