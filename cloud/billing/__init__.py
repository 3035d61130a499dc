"""Money, by Stripe; there is no such room without STRIPE_SECRET_KEY."""
