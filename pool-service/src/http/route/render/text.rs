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

/// Asterisk reads so many bytes of an answer (`VAR_BUF_SIZE`), less one: of a longer line it would lose the legs.
const MOST_BYTES: usize = 4_095;

/// A routed call as one line, without an end of line. Texts that would make it too long are cut off, the longest first.
pub fn render(call: &RoutedCall) -> String {
    let decision = &call.decision;
    let message = decision.message().text;
    let texts = [
        call.source.channel.as_deref(),
        decision.notice.as_ref().map(|notice| notice.text.as_str()),
        decision.whisper.as_ref().map(|whisper| whisper.text.as_str()),
        Some(message.as_str()),
        decision.absence.sms.as_deref(),
    ]
    .map(Option::unwrap_or_default);
    let bare = line(call, Default::default()).len();
    line(call, fitting(texts, MOST_BYTES.saturating_sub(bare)))
}

fn line(call: &RoutedCall, texts: [String; 5]) -> String {
    let decision = &call.decision;
    let flag = |is_so: bool| if is_so { "1" } else { "0" }.to_owned();
    let class = call.attribution.as_ref().map_or("none", |attributed| attributed.judged.class.name());
    let [channel, notice, whisper, message, sms] = texts;
    let mut fields = vec![
        decision.action.name().to_owned(),
        decision.action.sip().0.to_string(),
        call.lease_id().unwrap_or_default(),
        class.to_owned(),
        channel,
        flag(decision.record),
        flag(decision.is_degraded),
        notice,
        whisper,
        message,
        flag(decision.absence.voicemail),
        sms,
        decision.legs.len().to_string(),
    ];
    for leg in &decision.legs {
        fields.push(call.uri(leg));
        fields.push(leg.timeout_seconds.to_string());
    }
    fields.join(",")
}

/// Texts as they are sent, which together have at most `room` bytes: those that are short stay whole.
fn fitting(texts: [&str; 5], room: usize) -> [String; 5] {
    let encoded = texts.map(|text| utf8_percent_encode(text, IN_QUERY).to_string());
    let mut lengths = encoded.each_ref().map(String::len);
    lengths.sort_unstable();
    let (mut left, mut most) = (room, usize::MAX);
    for (at, length) in lengths.into_iter().enumerate() {
        let share = left / (lengths.len() - at);
        if length > share {
            most = share;
            break;
        }
        left -= length;
    }
    texts.map(|text| {
        let mut fitting = String::new();
        for character in text.chars() {
            let mut bytes = [0; 4];
            let next = utf8_percent_encode(character.encode_utf8(&mut bytes), IN_QUERY).to_string();
            if fitting.len() + next.len() > most {
                break;
            }
            fitting.push_str(&next);
        }
        fitting
    })
}
