"""Coming in: as somebody new, or as somebody who has an account."""

from playwright.sync_api import Page

EMAIL = "mira@acme.example"
PASSWORD = "correct horse battery"


def sign_up(page: Page, url: str, email: str = EMAIL, organization: str = "Acme") -> None:
    """Makes an organization and its first admin, who is on the screens page then."""
    page.goto(f"{url}/register")
    fill(page, organizationName=organization, firstName="Mira", lastName="Oz", email=email, password=PASSWORD)
    page.locator("form button").first.click()
    page.wait_for_url("**/screens")


def sign_in(page: Page, url: str, email: str = EMAIL, password: str = PASSWORD) -> None:
    page.goto(f"{url}/sign-in")
    fill(page, email=email, password=password)
    page.locator("form button").first.click()
    page.wait_for_url("**/screens")


def fill(page: Page, **fields: str) -> None:
    """Fields by name, the first one of each."""
    for name, value in fields.items():
        page.locator(f"[name={name}]").first.fill(value)
