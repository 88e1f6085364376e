"""What a reader knows before it opens a document: the bureau's programmes, and what its tables' columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plans.programmes import Programmes, load_programmes


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`columns` holds field names by column position under a table's folded header (header_key of its words)."""

    programmes: Programmes = field(default_factory=load_programmes)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
