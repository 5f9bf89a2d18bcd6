"""Charts drawn here: figures in, SVG out, without scripts; the same data as rows for tables beside them."""

from exeunt.tell.charts.months import months
from exeunt.tell.charts.odds import odds
from exeunt.tell.charts.sankey import sankey
from exeunt.tell.charts.steps import steps
from exeunt.tell.charts.svg import chart_words, stylesheet
from exeunt.tell.charts.table import Rows, rows_of_months, rows_of_odds, rows_of_sankey, rows_of_steps, rows_of_timeline
from exeunt.tell.charts.timeline import Bar, Leave, since_until, timeline

__all__ = [
    "Bar", "Leave", "Rows", "chart_words", "months", "odds", "rows_of_months", "rows_of_odds", "rows_of_sankey", "rows_of_steps", "rows_of_timeline",
    "sankey", "since_until", "steps", "stylesheet", "timeline",
]  # fmt: skip
