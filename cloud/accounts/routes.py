"""The accounts room's endpoints."""

from cloud.accounts import api_tokens, authenticator, invitations, password_change, password_reset, settings, users
from cloud.accounts.registration import Registration, register
from cloud.accounts.sessions import Login, login, logout, me, refresh
from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.rooms import Room

ANYBODY, SELF, ADMIN = Access.PUBLIC, Access.VIEWER, Access.ADMIN
USERS, USER = "/api/users", "/api/users/{id}"
INVITATIONS = "/api/users/invitations"
RESET = "/api/auth/password-reset"
TOTP = "/api/auth/totp"
API_TOKENS = "/api/api-tokens"

ROOM = Room(
    endpoints=(
        Endpoint("POST", "/api/auth/register", register, ANYBODY, Registration, "organization.create"),
        Endpoint("POST", "/api/auth/login", login, ANYBODY, Login, "session.begin"),
        Endpoint("POST", "/api/auth/refresh", refresh, SELF, action="session.refresh", in_person=True),
        Endpoint("POST", "/api/auth/logout", logout, SELF, action="session.end", in_person=True),
        Endpoint("GET", "/api/auth/me", me, SELF),
        Endpoint(
            "PUT", "/api/auth/me/settings", settings.change, SELF, settings.OwnSettings, "user.language", in_person=True
        ),
        Endpoint(
            "POST",
            "/api/auth/password",
            password_change.change_password,
            SELF,
            password_change.PasswordChange,
            "user.password-change",
            in_person=True,
        ),
        Endpoint("POST", RESET, password_reset.request_reset, ANYBODY, password_reset.ResetWanted, "user.reset-ask"),
        Endpoint(
            "POST",
            f"{RESET}/confirm",
            password_reset.confirm_reset,
            ANYBODY,
            password_reset.Reset,
            "user.password-reset",
        ),
        Endpoint("POST", TOTP, authenticator.begin, SELF, authenticator.Password, "user.totp-begin", in_person=True),
        Endpoint(
            "POST",
            f"{TOTP}/confirm",
            authenticator.confirm,
            SELF,
            authenticator.Confirmation,
            "user.totp-on",
            in_person=True,
        ),
        Endpoint(
            "POST",
            f"{TOTP}/disable",
            authenticator.switch_off,
            SELF,
            authenticator.Password,
            "user.totp-off",
            in_person=True,
        ),
        Endpoint(
            "POST", "/api/auth/invitation", invitations.accept, ANYBODY, invitations.Acceptance, "invitation.accept"
        ),
        Endpoint("GET", USERS, users.listing, ADMIN),
        Endpoint("POST", USERS, users.create, ADMIN, users.NewUser, "user.create"),
        Endpoint("GET", USER, users.get, ADMIN),
        Endpoint("PATCH", USER, users.change, ADMIN, users.UserChange, "user.change"),
        Endpoint("DELETE", USER, users.remove, ADMIN, action="user.remove"),
        Endpoint("GET", INVITATIONS, invitations.listing, ADMIN),
        Endpoint("POST", INVITATIONS, invitations.invite, ADMIN, invitations.Invitation, "invitation.create"),
        Endpoint("DELETE", f"{INVITATIONS}/{{id}}", invitations.withdraw, ADMIN, action="invitation.withdraw"),
        Endpoint("GET", API_TOKENS, api_tokens.listing, SELF),
        Endpoint(
            "POST", API_TOKENS, api_tokens.create, SELF, api_tokens.NewApiToken, "api-token.create", in_person=True
        ),
        Endpoint("DELETE", f"{API_TOKENS}/{{id}}", api_tokens.revoke, SELF, action="api-token.revoke", in_person=True),
    )
)
