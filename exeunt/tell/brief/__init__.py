"""A brief: a written article about one organisation, every sentence of which names the claims it rests on. Pure: no ledger, no clock."""

from exeunt.tell.brief.article import Article, Row, Section, article_of
from exeunt.tell.brief.html import html_page
from exeunt.tell.brief.markdown import markdown_of
from exeunt.tell.brief.material import Dispute, Event, Material, Quote, Way
from exeunt.tell.brief.sentences import Sentence

__all__ = [
    "Article",
    "Dispute",
    "Event",
    "Material",
    "Quote",
    "Row",
    "Section",
    "Sentence",
    "Way",
    "article_of",
    "html_page",
    "markdown_of",
]
