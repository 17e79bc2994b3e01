"""The tables of countries, employers, end clients, tasks and currencies, and what is said when they are wrong."""

from pathlib import Path

import pytest
from babel import Locale

from bot.pay.currencies import CURRENCIES, read_currencies
from bot.pay.normalise import BASES, OTHER
from bot.tables import BadTable
from bot.texts import text
from bot.workplaces import catalogue
from bot.workplaces.catalogue import Employer, read_clients, read_countries, read_employers, read_tasks

HEAD = "code,currencies,source\n"
EMPLOYERS = "id,name,kind,countries,source\n"


def test_countries_put_the_local_currency_first() -> None:
    assert catalogue.country("KE").currencies == ("KES", "USD")
    assert catalogue.country("KE").currency == "KES"


def test_babel_names_every_country_and_pay_knows_every_currency() -> None:
    names = Locale("en").territories
    assert all(code in names for code in catalogue.COUNTRIES)
    assert {currency for country in catalogue.COUNTRIES.values() for currency in country.currencies} == set(CURRENCIES)


def test_employers_of_a_country_are_sorted_by_name() -> None:
    names = [employer.name for employer in catalogue.employers("KE")]
    assert names == sorted(names, key=str.casefold)
    assert {"Sama", "Remotasks", "Teleperformance (Majorel)"} <= set(names)
    assert catalogue.employers("XX") == ()


def test_an_employer_is_found_by_its_id() -> None:
    assert catalogue.employer("sama") == Employer("sama", "Sama", ("KE", "UG"), "bpo")
    with pytest.raises(KeyError):
        catalogue.employer("other")


def test_an_employer_that_is_listed_no_longer_goes_by_its_id() -> None:
    """Members' records and old releases still name it."""
    assert catalogue.employer("gone_since").name == "gone_since" and catalogue.employer("gone_since").retired


def test_platforms_pay_in_every_currency_of_their_countries_and_offices_in_the_local_one() -> None:
    paid_in = catalogue.employer_currencies()
    assert paid_in["sama"] == ("KES", "UGX")
    assert paid_in["remotasks"] == ("INR", "KES", "NGN", "PHP", "PKR", "USD", "VES")


def test_the_end_clients_of_an_employer_are_sorted_by_name() -> None:
    assert [client.name for client in catalogue.clients_of("sama")] == ["Meta (Facebook)", "OpenAI"]
    assert [client.id for client in catalogue.clients_of("telus")] == ["bytedance"]
    assert catalogue.clients_of("imerit") == catalogue.clients_of("other") == ()


def test_the_parts_agree_on_words() -> None:
    assert catalogue.BASES == BASES
    assert catalogue.OTHER == OTHER == catalogue.tasks()[-1]
    assert len(catalogue.TASKS) == 18
    assert catalogue.task_name("qa_review") == text("task.qa_review")
    assert catalogue.task_name("gone_since") == text("value", value="gone_since")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("code,currency\n", "line 1: the columns must be code, currencies, source"),
        (HEAD + "KE,KES,s\nke,KES,s\n", "line 3: the code must be two capitals"),
        (HEAD + "KE,KES ksh,s\n", "line 2: a currency must be three capitals"),
        (HEAD + "KE,KES KES,s\n", "line 2: a currency appears twice"),
        (HEAD + "KE,KES,\n", "line 2: 3 filled columns are needed"),
        (HEAD + "KE,KES,s,more\n", "line 2: 3 filled columns are needed"),
        (HEAD + "KE,KES\n", "line 2: 3 filled columns are needed"),
        (HEAD + "KE,KES,s\nKE,USD,s\n", "line 3: appears twice"),
    ],
)
def test_a_wrong_table_of_countries_names_its_line(tmp_path: Path, table: str, message: str) -> None:
    path = tmp_path / "countries.csv"
    path.write_text(table)
    with pytest.raises(BadTable, match=f"^countries.csv, {message}$"):
        read_countries(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Sama,Sama,bpo,KE,s", "the id must be short and plain"),
        ("other,Other,bpo,KE,s", "the id must be short and plain"),
        ("sama,Sama,client,KE,s", "the kind must be bpo or platform"),
        ("sama,Sama,bpo,KE XX,s", "a country is not in the table of countries"),
    ],
)
def test_a_wrong_table_of_employers_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "employers.csv"
    path.write_text(f"{EMPLOYERS}{row}\n")
    with pytest.raises(BadTable, match=f"^employers.csv, line 2: {message}$"):
        read_employers(path, {"KE"})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Open AI,OpenAI,sama,s", "the id must be short and plain"),
        ("openai,OpenAI,sama acme,s", "a vendor is not in the table of employers"),
        ("openai,OpenAI,sama sama,s", "a vendor appears twice"),
        ("openai,OpenAI,sama" + " " * 97 + ",s", "the vendors have more than 100 characters"),
        ("openai,OpenAI,,s", "4 filled columns are needed"),
    ],
)
def test_a_wrong_table_of_clients_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"id,name,vendors,source\n{row}\n")
    with pytest.raises(BadTable, match=f"^clients.csv, line 2: {message}$"):
        read_clients(path, {"sama"})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Red Team,s\nother,s\n", "line 2: the id must be short and plain"),
        ("red_team,\nother,s\n", "line 2: 2 filled columns are needed"),
        ("other,s\nred_team,s\n", "line 3: the last id must be other"),
        ("", "line 1: the last id must be other"),
    ],
)
def test_a_wrong_table_of_tasks_names_its_line(tmp_path: Path, rows: str, message: str) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text(f"id,source\n{rows}")
    with pytest.raises(BadTable, match=f"^tasks.csv, {message}$"):
        read_tasks(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("KSH,200,ksh,s", "the code must be one of ISO 4217"),
        ("KES,0,ksh,s", "typical must be a positive whole number"),
        ("KES,1.5,ksh,s", "typical must be a positive whole number"),
        ("KES,200,Ksh.,s", "words must be in lower case and without dots"),
        ("KES,200,ksh ksh,s", "a word appears twice"),
        ("KES,200,ksh,", "4 filled columns are needed"),
    ],
)
def test_a_wrong_table_of_currencies_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "currencies.csv"
    path.write_text(f"code,typical,words,source\n{row}\n")
    with pytest.raises(BadTable, match=f"^currencies.csv, line 2: {message}$"):
        read_currencies(path)
