"""Make the README's pictures from the screenshots of the browser tests.

make test ONLY=browser
.dev/venv/bin/python docs/images/refresh.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SCREENSHOTS = HERE.parents[1] / ".dev" / "artefacts" / "screenshots"
#: screenshot → (left, top, right, bottom) of what is shown of it, in its own pixels
PICTURES = {
    "settings-connect": (0, 0, 1440, 800),
    "settings-connected": (0, 0, 1440, 800),
    "connection-test": (220, 90, 1220, 820),
    "mapping": (0, 0, 1440, 700),
    "invoice-in-quickbooks": (0, 0, 1440, 720),
    "invoice-missing-mapping": (0, 0, 1440, 720),
    "needs-attention": (0, 0, 1440, 330),
    "invoices-by-state": (0, 0, 1440, 560),
}
WIDEST = 1200
COLOURS = 128
LARGEST = 200 * 1000


def refresh(name: str, part: tuple[int, int, int, int]) -> int:
    picture = Image.open(SCREENSHOTS / f"{name}.png").convert("RGB").crop(part)
    if picture.width > WIDEST:
        height = round(picture.height * WIDEST / picture.width)
        picture = picture.resize((WIDEST, height), Image.LANCZOS)
    target = HERE / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target.stat().st_size


def main() -> int:
    missing = [name for name in PICTURES if not (SCREENSHOTS / f"{name}.png").exists()]
    if missing:
        print(f"no screenshot of {', '.join(missing)}: run make test ONLY=browser first")
        return 1
    sizes = {name: refresh(name, part) for name, part in PICTURES.items()}
    for name, size in sizes.items():
        print(f"{name:26} {size / 1000:6.1f} kB{'  too large' if size > LARGEST else ''}")
    return int(max(sizes.values()) > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
