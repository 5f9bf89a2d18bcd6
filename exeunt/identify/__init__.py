"""Identity: names in any script -> how likely they are one -> who is who across documents."""

from exeunt.identify.match import Match, match, rank

__all__ = ["Match", "match", "rank"]
