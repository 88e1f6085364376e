"""Workbooks, for the rooms above: notifications/workbook.py writes them."""

from notifications.workbook import MEDIA_TYPE, Page, Value, workbook_bytes

__all__ = ["MEDIA_TYPE", "Page", "Value", "workbook_bytes"]
