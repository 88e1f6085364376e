"""The last step of every document: nothing in it tells of the machine or the second it was written in.

Word and Excel files are zips; two that say the same differ by the times in them, which become ``made_at``.
"""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from plans.zone import LOCAL

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip knows no earlier time."""
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def sealed(package: bytes, made_at: datetime) -> bytes:
    """The same Office file with every time in it set to ``made_at`` (an instant)."""
    local = made_at.astimezone(LOCAL)
    stamp = max(EARLIEST, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    told = rb"\g<1>" + made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    written = BytesIO()
    with ZipFile(BytesIO(package)) as read, ZipFile(written, "w") as file:
        for entry in read.infolist():
            content = read.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _TIMES.sub(told, content)
            kept = ZipInfo(entry.filename, stamp)
            kept.compress_type, kept.external_attr = ZIP_DEFLATED, 0o600 << 16
            file.writestr(kept, content)
    return written.getvalue()
