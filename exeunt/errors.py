"""Every error that Exeunt raises on purpose.

    ExeuntError
    ├── InputError            what was handed in cannot be read
    │   ├── EncodingError     no encoding decodes the bytes
    │   ├── DateError         a date that no calendar knows
    │   ├── RecordError       one NDJSON line that is not a document
    │   ├── AddressError      an address that may not be, or is none that can be, asked for
    │   └── FetchError        a page that does not come
    ├── LedgerError           a ledger that cannot be opened, read or written
    ├── LanguageError         a text in neither of the languages that are read
    ├── ModelError            a model that cannot be loaded, or an endpoint that does not answer
    └── LexiconError          a language data file that breaks its own rules

Each message is one line: the cause, then the way out.
"""


class ExeuntError(Exception):
    """Root of all errors that Exeunt raises on purpose."""


class InputError(ExeuntError):
    """What was handed in cannot be read as a document."""


class EncodingError(InputError):
    """No known encoding decodes the bytes."""


class DateError(InputError):
    """A date that is not an ISO 8601 calendar date."""


class RecordError(InputError):
    """A line of NDJSON that is not a document record."""


class LanguageError(ExeuntError):
    """The text is in a language that no reader knows."""


class LexiconError(ExeuntError):
    """A language data file that breaks its own rules."""


class ModelError(ExeuntError):
    """A model cannot be loaded, or its endpoint does not answer as it should."""


class AddressError(InputError):
    """An address that is none, is not known, or lies in a private network."""


class FetchError(InputError):
    """A page that does not come. `again`: another try may help, after `after` seconds; `status`: what the server
    said.
    """

    def __init__(
        self, message: str, *, again: bool = False, after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.again, self.after, self.status = again, after, status


class LedgerError(ExeuntError):
    """A ledger cannot be opened, read or written, or something named is not in it."""
