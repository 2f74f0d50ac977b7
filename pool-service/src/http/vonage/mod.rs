//! Vonage's webhooks.

mod jwt;
