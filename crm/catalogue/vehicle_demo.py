"""Made-up vehicles: a used-car dealer's yard, bought in over time."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

from crm.catalogue.inquiry_demo import Inquirers
from crm.catalogue.vehicle_fields import CostLine, VehicleFields
from crm.catalogue.vehicles import create_vehicle
from crm.db.transaction import Transaction
from crm.records.examples import made_before

MODELS = {
    "Volkswagen": ("Golf", "Passat", "Tiguan", "Polo"),
    "Toyota": ("Corolla", "Yaris", "RAV4"),
    "Ford": ("Focus", "Kuga", "Transit"),
    "Škoda": ("Octavia", "Fabia", "Kodiaq"),
    "Renault": ("Clio", "Mégane", "Zoe"),
}
BODIES = ("Hatchback", "Estate", "SUV", "Van")
FUELS = ("Petrol", "Petrol", "Diesel", "Hybrid", "Electric")
COLOURS = ("Blue", "Black", "Silver", "White", "Red")
LOCATIONS = ("Main yard", "Showroom", "Workshop")
WORK = ("New tyres", "Paint", "Inspection", "Deep clean", "Brakes")
INQUIRED = 0.4
ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(slots=True)
class Yard:
    rng: random.Random
    year: int
    made: int = 0
    inquiries: Inquirers = field(default_factory=Inquirers)

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            vehicle = create_vehicle(tx, _vehicle(self.rng, self.year, number))
            if self.rng.random() < INQUIRED:
                self.inquiries.ask(tx, self.rng, vehicle)
        self.made = max(self.made, count)


def begin_vehicles(tx: Transaction, rng: random.Random) -> Yard:
    """Continues with the yard of an earlier run, beside what made-up deals traded in.

    Raises Conflict if people entered vehicles.
    """
    own = "(vin IS NULL OR vin NOT LIKE 'WZZZZ%')"
    made = made_before(tx, rng, "vehicles", own, made="vin LIKE 'WZZZZZ%'")
    return Yard(rng, int(tx.now[:4]), made)


def _vehicle(rng: random.Random, year: int, number: int) -> VehicleFields:
    make = rng.choice(tuple(MODELS))
    age = rng.randint(1, 9)
    price = Decimal(round(32_000 * 0.86**age * rng.uniform(0.8, 1.3), -2))
    return VehicleFields(
        vin="WZZZZZ" + "".join(rng.choices(ALPHABET, k=5)) + f"{number % 1_000_000:06}",
        year=year - age,
        make=make,
        model=rng.choice(MODELS[make]),
        body=rng.choice(BODIES),
        fuel=rng.choice(FUELS),
        transmission=rng.choice(("Manual", "Automatic")),
        mileage=age * rng.randint(80, 220) * 100,
        colour=rng.choice(COLOURS),
        condition="Used",
        cost=price * Decimal("0.85"),
        price=price,
        location=rng.choice(LOCATIONS),
        reconditioning=[
            CostLine(title=work, amount=Decimal(rng.randint(6, 60) * 10))
            for work in rng.sample(WORK, rng.choice((0, 1, 1, 2)))
        ],
    )
