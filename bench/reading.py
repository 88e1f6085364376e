"""How reading a document grows with its length, beside only splitting the same text into sentences by one pattern.

The second is the least that any reader must do. Run: ``uv run --group dev python bench/reading.py``
"""

import re
import time
from collections.abc import Callable

from plans.reading.text import read_text

PARAGRAPH = (
    "1.培育高新技术企业。引导云溪精工有限公司、青禾药业有限公司等8家企业申报，确保完成认定5家，力争8家。"
    "每月10日前报送研发月报，3月10日前完成年报，上半年技术合同成交额1.5亿元，同比增长12%。\n"
)
SIZES = (3_000, 30_000, 300_000)


def document(size: int) -> str:
    return "一、下步打算\n" + PARAGRAPH * (size // len(PARAGRAPH))


def split(text: str) -> object:
    return re.findall(r"[^。；\n]+[。；\n]?", text)


def seconds(work: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    work(text)
    return time.perf_counter() - began


def main() -> None:
    """Print one row a size."""
    read_text(document(300))
    print("| characters | read ms | ms a 1,000 characters | split ms | ratio |")
    print("|---|---|---|---|---|")
    for size in SIZES:
        text = document(size)
        ours, least = (min(seconds(work, text) for _ in range(3)) for work in (read_text, split))
        print(f"| {size} | {ours * 1e3:.1f} | {ours * 1e6 / size:.2f} | {least * 1e3:.2f} | {ours / least:.0f} |")


if __name__ == "__main__":
    main()
