//! Opening hours, from the configuration to the answer: on weekdays, holidays and special days, in the zone of the schedule, and
//! what happens outside of them.

mod http_support;

use http_support::{CLINIC, TestApp};
use pool_service::domain::time::{Span, Timestamp};
use serde_json::json;

const SCHEDULE: &str = r#"
[[schedule]]
id = "office"
zone = "Asia/Tokyo"
japanese_holidays = true
holidays = ["2026-12-29"]
weekly = { mon-fri = ["09:00-12:00", "13:00-18:00"], sat = ["22:00-02:00"], holiday = ["10:00-12:00"] }
special = { "2026-12-31" = ["15:00-16:00"], "2027-01-04" = [] }
"#;
const ROUTING: &str = r#"
[pool.routing]
schedule = "office"
[pool.routing.closed]
message = "本日の受付は終了しました。"
send_to = "03-5550-0199"
[[pool.routing.destination]]
id = "desk"
to = "sip:desk@pbx.example"

[[pool]]
id = "clinic-recruit""#;

#[tokio::test]
async fn the_schedule_of_the_pool_decides_by_its_own_clock() {
    let app = TestApp::empty().await;
    let document = CLINIC.replacen("\n[[pool]]\nid = \"clinic-recruit\"", ROUTING, 1);
    app.apply(&format!("{document}{SCHEDULE}")).await.expect("a valid document");
    let token = format!("Bearer {}", app.token(&["route"], &[]).await);
    for (at, is_open, why) in [
        ("2026-11-21T22:30:00+09:00", true, "Saturday night"),
        ("2026-11-22T01:59:59+09:00", true, "it is still Saturday's"),
        ("2026-11-22T02:00:00+09:00", false, "Sunday"),
        ("2026-11-23T09:30:00+09:00", false, "勤労感謝の日, a Monday"),
        ("2026-11-23T10:30:00+09:00", true, "a holiday has hours of its own"),
        ("2026-11-24T09:00:00+09:00", true, "Tuesday"),
        ("2026-11-24T12:30:00+09:00", false, "lunch"),
        ("2026-12-29T13:30:00+09:00", false, "a holiday of the clinic's own"),
        ("2026-12-31T10:30:00+09:00", false, "a special day, a Thursday"),
        ("2026-12-31T15:30:00+09:00", true, "its own hours"),
        ("2027-01-01T10:30:00+09:00", true, "元日"),
        ("2027-01-04T10:30:00+09:00", false, "a special day without hours, a Monday"),
        ("2027-01-05T10:30:00+09:00", true, "Tuesday"),
    ] {
        let moment: jiff::Timestamp = at.parse().expect("RFC 3339");
        let moment = Timestamp::from_millis(u64::try_from(moment.as_millisecond()).expect("after 1970"));
        app.clock.advance(Span::from_millis(moment.as_millis() - app.clock.now().as_millis()));
        let path = format!("/v1/route?to=05031110001&call_id=c-{}", moment.as_millis());
        let answer = app.get(&path, &[("authorization", &token)]).await.json();
        let (action, to) = if is_open { ("connect", "sip:desk@pbx.example") } else { ("closed", "0355500199") };
        assert_eq!((&answer["action"], &answer["destinations"][0]["to"]), (&json!(action), &json!(to)), "{at}: {why}");
        assert_eq!(
            (&answer["hours"]["schedule"], &answer["hours"]["open"]),
            (&json!("office"), &json!(is_open)),
            "{at}"
        );
        if !is_open {
            assert_eq!(answer["absence"]["message"]["text"], "本日の受付は終了しました。");
        }
    }
}
