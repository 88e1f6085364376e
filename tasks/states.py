"""The life of a task as data: every move that is allowed, and nothing else (domain.md §7)."""

from enum import StrEnum


class State(StrEnum):
    """Where a task is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    DONE = "done"
    CLOSED = "closed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class Verb(StrEnum):
    """What can be done to a task."""

    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    COMPLETE = "complete"
    RETURN = "return"
    CLOSE = "close"
    LAPSE = "lapse"
    CANCEL = "cancel"
    CHANGE = "change"
    REASSIGN = "reassign"
    REPORT = "report"
    ATTACH = "attach"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    URGE = "urge"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


_STATE_LABELS = {
    State.OPEN: "待办",
    State.ACKNOWLEDGED: "已签收",
    State.RETURNED: "已退回",
    State.DONE: "已办结",
    State.CLOSED: "已销号",
    State.LAPSED: "未办过期",
    State.CANCELLED: "已取消",
}
_VERB_LABELS = {
    Verb.OPEN: "交办",
    Verb.ACKNOWLEDGE: "签收",
    Verb.COMPLETE: "办结",
    Verb.RETURN: "退回",
    Verb.CLOSE: "销号",
    Verb.LAPSE: "过期",
    Verb.CANCEL: "取消",
    Verb.CHANGE: "变更",
    Verb.REASSIGN: "改派",
    Verb.REPORT: "反馈",
    Verb.ATTACH: "附材料",
    Verb.ASK_EXTENSION: "申请延期",
    Verb.GRANT_EXTENSION: "同意延期",
    Verb.REFUSE_EXTENSION: "不同意延期",
    Verb.URGE: "催办",
}

PENDING = frozenset({State.OPEN, State.ACKNOWLEDGED, State.RETURNED})
FINISHED = frozenset({State.DONE, State.CLOSED})
UNFINISHED = frozenset(State) - FINISHED

MOVES: dict[Verb, tuple[frozenset[State], State]] = {
    Verb.ACKNOWLEDGE: (frozenset({State.OPEN, State.RETURNED}), State.ACKNOWLEDGED),
    Verb.COMPLETE: (PENDING, State.DONE),
    Verb.RETURN: (frozenset({State.DONE}), State.RETURNED),
    Verb.CLOSE: (frozenset({State.DONE}), State.CLOSED),
    Verb.LAPSE: (PENDING, State.LAPSED),
    Verb.CANCEL: (PENDING, State.CANCELLED),
}
