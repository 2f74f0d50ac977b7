//! Twilio's webhooks.

mod signature;
