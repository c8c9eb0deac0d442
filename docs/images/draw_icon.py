"""Draw the addon's icon: two books that balance. ``python docs/images/draw_icon.py``"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).resolve().parents[2] / "static" / "description" / "icon.png"
SIZE = 256
SCALE = 4  # drawn larger and reduced, for smooth edges
GROUND, SHADE = (16, 92, 110), (11, 70, 84)
LEFT, RIGHT, PAPER = (247, 178, 73), (86, 196, 178), (255, 255, 255)


def box(left: float, top: float, right: float, bottom: float) -> list[float]:
    return [value * SCALE for value in (left, top, right, bottom)]


def book(draw: ImageDraw.ImageDraw, left: float, cover: tuple[int, int, int]) -> None:
    """A closed ledger: cover, spine, and a label with three written lines."""
    draw.rounded_rectangle(box(left, 58, left + 72, 198), 10 * SCALE, cover)
    draw.rectangle(box(left + 12, 58, left + 16, 198), GROUND)
    draw.rounded_rectangle(box(left + 25, 76, left + 63, 122), 4 * SCALE, PAPER)
    for line in range(3):
        top = 86 + 11 * line
        draw.rounded_rectangle(box(left + 31, top, left + 57 - 6 * line, top + 4), 2 * SCALE, cover)


def draw_icon() -> Image.Image:
    image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(box(0, 0, SIZE, SIZE), 48 * SCALE, GROUND)
    draw.rounded_rectangle(box(24, 206, 232, 218), 6 * SCALE, SHADE)
    book(draw, 28, LEFT)
    book(draw, 156, RIGHT)
    for top in (117, 139):
        draw.rounded_rectangle(box(110, top, 146, top + 12), 6 * SCALE, PAPER)
    return image.resize((SIZE, SIZE), Image.LANCZOS)


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    draw_icon().save(TARGET, optimize=True)
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
