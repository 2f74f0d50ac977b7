//! One line of text for Asterisk's `CURL()`: fields between commas, in an order that stays. Texts are percent-encoded
//! (`URIDECODE()` reads them), all other fields have no character that could be taken for something else.
//!
//! `Set(ARRAY(action,reply,lease,attribution,channel,record,degraded,notice,whisper,message,voicemail,sms,legs,to1,secs1)=${CURL(…)})`

use super::{super::answer::RoutedCall, links::IN_QUERY};
use percent_encoding::utf8_percent_encode;

/// The fields that every line has, before the legs: pairs of what is called and for how many seconds.
pub const FIELDS: [&str; 13] = [
    "action",
    "sip_reply",
    "lease",
    "attribution",
    "channel",
    "record",
    "degraded",
    "notice",
    "whisper",
    "message",
    "voicemail",
    "sms",
    "legs",
];

/// A routed call as one line, without an end of line.
pub fn render(call: &RoutedCall) -> String {
    let decision = &call.decision;
    let encoded =
        |text: Option<&String>| text.map_or_else(String::new, |text| utf8_percent_encode(text, IN_QUERY).to_string());
    let flag = |is_so: bool| if is_so { "1" } else { "0" }.to_owned();
    let class = call.attribution.as_ref().map_or("none", |attributed| attributed.judged.class.name());
    let mut fields = vec![
        decision.action.name().to_owned(),
        decision.action.sip().0.to_string(),
        call.lease_id().unwrap_or_default(),
        class.to_owned(),
        encoded(call.source.channel.as_ref()),
        flag(decision.record),
        flag(decision.is_degraded),
        encoded(decision.notice.as_ref().map(|notice| &notice.text)),
        encoded(decision.whisper.as_ref().map(|whisper| &whisper.text)),
        encoded(Some(&decision.message().text)),
        flag(decision.absence.voicemail),
        encoded(decision.absence.sms.as_ref()),
        decision.legs.len().to_string(),
    ];
    for leg in &decision.legs {
        fields.push(call.uri(leg));
        fields.push(leg.timeout_seconds.to_string());
    }
    fields.join(",")
}
