"""Accounts: invitations, password resets, one-time passwords; and an audit log that nobody can rewrite."""

import sqlalchemy as sa
from alembic import op

from cloud.db.types import Id, Instant

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "audit logs are append-only"
SQLITE = tuple(
    f"CREATE TRIGGER audit_logs_no_{verb.lower()} BEFORE {verb} ON audit_logs "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER audit_logs_append_only BEFORE UPDATE OR DELETE ON audit_logs "
    "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_logs_no_truncate BEFORE TRUNCATE ON audit_logs "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)


def upgrade() -> None:
    op.add_column("users", sa.Column("totp_secret", sa.String(64), nullable=True))
    op.add_column("users", sa.Column("totp_enabled_at", Instant(), nullable=True))
    op.add_column("users", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.create_table(
        "recovery_codes",
        _organization("recovery_codes"),
        _user("recovery_codes"),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "password_resets",
        sa.Column("id", Id(), nullable=False),
        _organization("password_resets"),
        _user("password_resets"),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_password_resets"),
        sa.UniqueConstraint("token_hash", name="uq_password_resets_token_hash"),
    )
    op.create_index("ix_password_resets_user", "password_resets", ["user_id"])
    op.create_table(
        "invitations",
        sa.Column("id", Id(), nullable=False),
        _organization("invitations"),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("invited_by", Id(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        sa.UniqueConstraint("organization_id", "email", name="uq_invitations_organization_id"),
    )
    op.add_column("audit_logs", sa.Column("user_email", sa.String(320), nullable=True))
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_logs_no_{verb}")
    else:
        op.execute("DROP FUNCTION refuse_audit_change CASCADE")
    op.drop_column("audit_logs", "user_email")
    for table in ("invitations", "password_resets", "recovery_codes"):
        op.drop_table(table)
    for column in ("totp_last_step", "totp_enabled_at", "totp_secret"):
        op.drop_column("users", column)


def _organization(table: str) -> "sa.Column[str]":
    name = f"fk_{table}_organization_id"
    return sa.Column(
        "organization_id", Id(), sa.ForeignKey("organizations.id", name=name, ondelete="CASCADE"), nullable=False
    )


def _user(table: str) -> "sa.Column[str]":
    name = f"fk_{table}_user_id"
    return sa.Column("user_id", Id(), sa.ForeignKey("users.id", name=name, ondelete="CASCADE"), nullable=False)
