"""The currencies a pay report can be in: how people write them, and around which hourly pay their grid lies."""

from dataclasses import dataclass

from babel.numbers import get_currency_precision


@dataclass(frozen=True)
class Currency:
    """A currency by its ISO 4217 code.

    `typical` is a round hourly pay for data work in major units. It is fixed here, never taken from reports: the pay
    grid is centred on it (bot/pay/rules.py) and amounts far beyond it are refused. `words` is how people write the
    currency, in lower case without dots and spaces.
    """

    code: str
    typical: int
    words: tuple[str, ...]

    @property
    def digits(self) -> int:
        """Gives the decimals of the minor unit (ISO 4217 as Babel has it): 2 for KES, 0 for UGX, 3 for TND."""
        return get_currency_precision(self.code)

    @property
    def minor(self) -> int:
        """Gives how many minor units make one: 100 for KES, 1 for UGX, 1000 for TND."""
        return int(10**self.digits)

    @property
    def anchor(self) -> int:
        """Gives the middle of the grid in minor units per hour."""
        return self.typical * self.minor


SHILLINGS = ("sh", "shs", "shilling", "shillings", "shilingi")
RUPEES = ("rs", "rupee", "rupees")
PESOS = ("peso", "pesos")

CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("BDT", 150, ("৳", "tk", "taka", "টাকা")),
        Currency("BRL", 15, ("r$", "real", "reais")),
        Currency("COP", 10_000, ("$", "col$", *PESOS)),
        Currency("ETB", 200, ("br", "birr", "ብር", "qarshii")),
        Currency("EUR", 10, ("€", "euro", "euros")),
        Currency("GHS", 20, ("gh₵", "gh¢", "₵", "¢", "gh", "cedi", "cedis")),
        Currency("INR", 150, ("₹", "रु", "रुपये", "रुपए", *RUPEES)),
        Currency("KES", 200, ("ksh", "kshs", "bob", "kenyashillings", "kenyanshillings", *SHILLINGS)),
        Currency("MAD", 25, ("dh", "dhs", "dirham", "dirhams", "درهم")),
        Currency("MGA", 3_000, ("ar", "ariary")),
        Currency("NGN", 1_500, ("₦", "naira")),
        Currency("NPR", 200, ("रू", "nrs", *RUPEES)),
        Currency("PHP", 120, ("₱", "piso", *PESOS)),
        Currency("PKR", 350, ("روپے", *RUPEES)),
        Currency("PLN", 30, ("zł", "zl", "zloty", "złoty", "złotych")),
        Currency("TND", 8, ("dt", "dinar", "dinars", "دينار")),
        Currency("TRY", 200, ("₺", "tl", "lira")),
        Currency("UGX", 5_000, ("ush", "ushs", "ugsh", *SHILLINGS)),
        Currency("USD", 4, ("$", "us$", "$us", "usd$", "dollar", "dollars", "usdollar", "usdollars", "bucks")),
        Currency("VES", 500, ("bs", "bolivar", "bolívar", "bolivares", "bolívares")),
        Currency("ZAR", 60, ("r", "rand", "rands")),
    )
}


def meant(word: str, expected: str | None) -> str | None:
    """Gives the currency that a written word or sign means, or None when it names none or could be several.

    What several currencies share ("sh", "$", "rupees") means the expected one if that is among them; "$" without such
    an expectation is the US dollar.
    """
    word = word.casefold().replace(".", "").replace(" ", "")
    could_be = [code for code, currency in CURRENCIES.items() if word == code.casefold() or word in currency.words]
    if expected in could_be:
        return expected
    if word == "$":
        return "USD"
    return could_be[0] if len(could_be) == 1 else None
