//! `hatsuban apply` names the place and the rule of everything about routing, opening hours and block lists that makes no
//! sense, and changes nothing.

mod http_support;

use http_support::{CLINIC, TestApp, findings};

/// The clinic's document with something said of its recruiting pool, which is the one before the last.
fn pool(said: &str) -> String {
    CLINIC.replacen("numbers = [\"0078-6010-12345\"]\n", &format!("numbers = [\"0078-6010-12345\"]\n{said}\n"), 1)
}

fn schedule(said: &str) -> String {
    format!("{CLINIC}\n[[schedule]]\nid = \"office\"\nzone = \"Asia/Tokyo\"\n{said}\n")
}

#[tokio::test]
async fn what_is_said_wrongly_is_named_with_its_place() {
    let app = TestApp::empty().await;
    let destination = |said: &str| pool(&format!("[pool.routing]\ndestination = [{{ {said} }}]"));
    let routing = |said: &str| pool(&format!("[pool.routing]\n{said}"));
    let blocked = |said: &str| pool(&format!("blocked = [{{ {said} }}]"));
    for (document, what) in [
        (
            destination("id = \"a\", to = \"sip:a@b\\r\\nX: 1\""),
            "destination \"a\": SIP URI \"sip:a@b\\r\\nX: 1\" must have a host name",
        ),
        (destination("id = \"a\", to = \"sip:a@b;lr\""), "may have no parameters but ;transport="),
        (destination("id = \"a\", to = \"120\""), "number \"120\" must start with 0"),
        (destination("id = \"a b\", to = \"03-5550-0100\""), "destination id \"a b\" must be"),
        (destination("id = \"a\", to = \"03-5550-0100\", priority = -1"), "priority = -1 must be 0 to 1000"),
        (destination("id = \"a\", to = \"03-5550-0100\", weight = -1"), "weight = -1 must be 0 to 1000000"),
        (destination("id = \"a\", to = \"03-5550-0100\", capacity = 0"), "capacity = 0 must be 1 to 1000000"),
        (
            destination("id = \"a\", to = \"03-5550-0100\", timeout_seconds = 600"),
            "timeout_seconds = 600 must be 5 to 120",
        ),
        (
            destination("id = \"a\", to = \"03-5550-0100\", schedule = \"none\""),
            "routing: there is no schedule \"none\"",
        ),
        (
            destination("id = \"a\", to = \"050-3111-0001\""),
            "destination 05031110001 is a number of pool \"clinic-main\": calls would go in circles",
        ),
        (
            routing("destination = [{ id = \"a\", to = \"03-5550-0100\" }, { id = \"a\", to = \"03-5550-0101\" }]"),
            "two destinations of this id",
        ),
        (routing("strategy = \"random\""), "expected one of `priority`, `weighted`, `round_robin`"),
        (routing("gateway = \"http://sbc\""), "SIP URI \"http://sbc\" must have a port"),
        (
            routing("whisper = \"{chanel}\""),
            "whisper has {chanel}; there are {channel}, {campaign}, {site}, {pool}, {number}",
        ),
        (routing("notice = \"\""), "notice must be a text of 1 to 1000 characters on one line"),
        (routing("language = \"fr\""), "expected `ja` or `en`"),
        (routing("absence = { send_to = \"nowhere\" }"), "routing, absence: send_to: number \"nowhere\""),
        (
            routing("absence = { send_to = \"03-5550-0199\", voicemail = true }"),
            "send_to and voicemail exclude each other",
        ),
        (routing("closed = { sms = \"\" }"), "routing, closed: sms must be a text of 1 to 670 characters"),
        (blocked("number = \"12\""), "blocked \"12\": number \"12\""),
        (blocked("prefix = \"90\""), "prefix \"90\" must begin with 0, or with + and a country code"),
        (blocked("note = \"who\""), "needs one of number, prefix and anonymous = true"),
        (blocked("number = \"090-1111-1111\", anonymous = true"), "and only one"),
        (blocked("anonymous = true, until = \"2027\""), "until = \"2027\" must be a time with its offset"),
        (pool("blocked = [{ prefix = \"+44\" }, { prefix = \"+ 44\" }]"), "blocked \"+ 44\": is there twice"),
        (schedule(""), "schedule \"office\": is never open"),
        (
            schedule("weekly = { monday = [\"09:00-18:00\"] }"),
            "weekly \"monday\": must be a day (mon, tue, wed, thu, fri, sat, sun)",
        ),
        (schedule("weekly = { mon = [\"9-18\"] }"), "\"9-18\" must be written as 09:00-12:30"),
        (schedule("weekly = { mon = [\"09:00-13:00\", \"12:00-18:00\"] }"), "has spans that overlap"),
        (schedule("weekly = { mon-fri = [\"09:00-18:00\"], fri = [] }"), "fri is said twice"),
        (
            schedule("special = { \"27-01-01\" = [] }\nweekly = { mon = [\"09:00-18:00\"] }"),
            "\"27-01-01\" must be a date, as 2027-01-01",
        ),
        (
            schedule("holidays = [\"New Year\"]\nweekly = { mon = [\"09:00-18:00\"] }"),
            "holidays: \"New Year\" must be a date",
        ),
        (
            format!("{CLINIC}\n[[schedule]]\nid = \"a\"\nzone = \"JST\"\n"),
            "there is no time zone \"JST\"; write it as Asia/Tokyo",
        ),
    ] {
        let findings = findings(app.apply(&document).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
    assert!(app.service.live.now().configuration().sites.is_empty());
}

#[tokio::test]
async fn what_is_right_is_kept_reported_and_unchanged_the_second_time() {
    let app = TestApp::empty().await;
    let office = r#"
[[schedule]]
id = "office"
zone = "Asia/Tokyo"
japanese_holidays = true
holidays = ["2026-12-29", 2026-12-30]
weekly = { mon-fri = ["09:00-12:00", "13:00-18:00"], sat = ["22:00-02:00"], holiday = [] }
special = { "2026-12-31" = ["10:00-12:00"], "2027-01-04" = [] }
"#;
    let document =
        format!("{}{office}", pool("[pool.routing]\nschedule = \"office\"\nclosed = { message = \"closed\" }"));
    let lines = app.apply(&document).await.expect("a valid document");
    assert!(lines.contains(&"schedule office: added".to_owned()), "{lines:?}");
    assert_eq!(app.apply(&document).await.expect("the same"), ["unchanged"]);
    let changed = document.replace("sat = [\"22:00-02:00\"]", "sat = []");
    assert!(app.apply(&changed).await.expect("a change").contains(&"schedule office: changed".to_owned()));
    // A pool that the file does not name may still need it.
    let kept = app.apply(CLINIC).await.expect("schedules stay");
    assert!(kept.iter().any(|line| line.starts_with("schedule office: not in the file")), "{kept:?}");
    assert_eq!(app.service.live.now().configuration().schedules.len(), 1);
}

#[tokio::test]
async fn a_closed_pool_says_so_and_an_open_one_calls() {
    let app = TestApp::empty().await;
    // The clock stands at 14:30 of Saturday, 2026-11-21, in Tokyo.
    let office = "\n[[schedule]]\nid = \"office\"\nzone = \"Asia/Tokyo\"\nweekly = { mon-fri = [\"09:00-18:00\"] }\n";
    let routing = "[pool.routing]\nschedule = \"office\"\nclosed = { send_to = \"03-5550-0199\" }\nabsence = { message = \"留守です\" }";
    app.apply(&format!("{}{office}", pool(routing))).await.expect("a valid document");
    let token = format!("Bearer {}", app.token(&["route"], &[]).await);
    let route = async |call: &str| {
        let path = format!("/v1/route?to=0078601012345&call_id={call}");
        app.get(&path, &[("authorization", &token)]).await.json()
    };
    let closed = route("c-1").await;
    assert_eq!(
        (&closed["action"], &closed["destinations"][0]["to"]),
        (&"closed".into(), &"0355500199".into()),
        "{closed}"
    );
    assert_eq!(closed["hours"]["because"], "closed all day (2026-11-21, Asia/Tokyo)");
    app.advance(2 * 86_400);
    let open = route("c-2").await;
    assert_eq!((&open["action"], &open["destinations"][0]["id"]), (&"connect".into(), &"static".into()), "{open}");
    assert_eq!((&open["hours"]["open"], &open["absence"]["message"]["text"]), (&true.into(), &"留守です".into()));
}
