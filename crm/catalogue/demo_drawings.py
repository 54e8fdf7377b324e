"""Pictures for made-up vehicles and products, drawn from simple shapes: nobody's photograph."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (960, 720)
FINER = 2
"""Drawn so many times larger, so that the edges become smooth."""
PAINT = {
    "Blue": "#2f5f9e", "Black": "#2b2f36", "Silver": "#aab2bb", "White": "#eef1f3", "Red": "#b03a34",
}  # fmt: skip
SKY, GROUND, GLASS, RUBBER, RIM, LINE = "#d9e5ec", "#b9bfc1", "#5d7483", "#22262a", "#c9d0d5", "#00000030"
ROOFS = {
    "Hatchback": ((300, 300), (620, 300), (760, 400)),
    "Estate": ((290, 300), (720, 300), (800, 400)),
    "SUV": ((270, 260), (700, 260), (790, 390)),
    "Van": ((210, 210), (790, 210), (830, 400)),
}
"""The roof from front to rear, and where it meets the body behind; the car looks to the left."""
Point = tuple[float, float]


def draw_vehicle(body: str | None, colour: str | None, *, mirrored: bool = False) -> bytes:
    """As PNG, from the side; mirrored, from the other one."""
    image, draw = _begin()
    front, rear, end = ROOFS.get(body or "", ROOFS["Hatchback"])
    paint = PAINT.get(colour or "", PAINT["Silver"])
    _polygon(draw, [(210, 410), front, rear, end, (850, 420), (860, 520), (100, 520), (110, 440)], paint)
    _polygon(draw, [(235, 405), (front[0] + 15, front[1] + 22), (500, front[1] + 22), (500, 405)], GLASS)
    _polygon(
        draw, [(520, 405), (520, front[1] + 22), (rear[0] - 10, rear[1] + 22), (end[0] - 30, 405)], GLASS
    )
    _polygon(draw, [(508, 415), (513, 415), (513, 510), (508, 510)], RUBBER)
    _polygon(draw, [(105, 440), (150, 440), (140, 465), (103, 465)], "#f3e7b0")
    for x in (255, 705):
        _circle(draw, (x, 520), 78, RUBBER)
        _circle(draw, (x, 520), 44, RIM)
        _circle(draw, (x, 520), 12, RUBBER)
    return _as_png(image, mirrored=mirrored)


def draw_product(category: str | None) -> bytes:
    """As PNG: a tyre, a box or a can."""
    image, draw = _begin()
    if category == "Tyres":
        _circle(draw, (480, 330), 240, RUBBER)
        _circle(draw, (480, 330), 150, RIM)
        _circle(draw, (480, 330), 110, GLASS)
        _circle(draw, (480, 330), 30, RIM)
    elif category == "Workshop":
        _polygon(draw, [(340, 200), (620, 200), (620, 560), (340, 560)], PAINT["Red"])
        _polygon(draw, [(400, 140), (470, 140), (470, 200), (400, 200)], RUBBER)
        _polygon(draw, [(375, 290), (585, 290), (585, 450), (375, 450)], PAINT["White"])
    else:
        _polygon(draw, [(220, 270), (480, 200), (740, 270), (480, 340)], "#d8b98a")
        _polygon(draw, [(220, 270), (480, 340), (480, 560), (220, 480)], "#c3a06d")
        _polygon(draw, [(740, 270), (480, 340), (480, 560), (740, 480)], "#ad8a58")
    return _as_png(image)


def _begin() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (SIZE[0] * FINER, SIZE[1] * FINER), SKY)
    draw = ImageDraw.Draw(image, "RGBA")
    _polygon(draw, [(0, 520), (960, 520), (960, 720), (0, 720)], GROUND)
    draw.ellipse([_large((90, 555)), _large((870, 635))], fill=LINE)
    return image, draw


def _polygon(draw: ImageDraw.ImageDraw, points: list[Point], colour: str) -> None:
    draw.polygon([_large(each) for each in points], fill=colour)


def _circle(draw: ImageDraw.ImageDraw, centre: Point, radius: float, colour: str) -> None:
    (x, y) = centre
    draw.ellipse([_large((x - radius, y - radius)), _large((x + radius, y + radius))], fill=colour)


def _large(point: Point) -> Point:
    return (point[0] * FINER, point[1] * FINER)


def _as_png(image: Image.Image, *, mirrored: bool = False) -> bytes:
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    out = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
