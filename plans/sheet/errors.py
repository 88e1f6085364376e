"""Why a verb was refused; nothing was changed."""

from collections.abc import Mapping

from plans.errors import Refused


class SheetRefused(Refused):
    """这一项已经不在草稿里：请刷新页面。"""


class FieldFaults(Refused):
    """有2处填得不对，没有保存。 ``faults``: the typed field's name → what is wrong with it, in one sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(f"有{len(faults)}处填得不对，没有保存：请改正后再存。")
        self.faults = dict(faults)
