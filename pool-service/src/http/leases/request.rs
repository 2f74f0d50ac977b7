//! A lease request as domain values; whatever breaks a rule is refused by the name of its field.

use crate::{
    domain::{
        ids::SessionId,
        visitor::{ClickId, Visitor},
    },
    http::problem::{Answer, INVALID_REQUEST},
};
use pool_protocol::{
    lease::{LeaseRequest, LeaseWanted},
    visitor::{ClickId as ClickIdTold, ClickIdSource},
};

/// Targets in one request.
const MAX_ROWS: usize = 100;
/// Click ids of one visitor: more platforms than there are.
const MAX_CLICK_IDS: usize = 20;
/// A click id of any platform is shorter.
const MAX_CLICK_ID_BYTES: usize = 512;
/// URLs are cut here: what matters stands at the front.
const MAX_URL_BYTES: usize = 2_048;

/// A lease request that breaks no rule.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) session: SessionId,
    pub(super) visitor: Visitor,
    pub(super) rows: Vec<LeaseWanted>,
}

pub(super) fn read(request: LeaseRequest) -> Answer<Asked> {
    let session = session(&request.session)?;
    count(request.leases.len(), "leases")?;
    let told = request.visitor;
    if told.click_ids.len() > MAX_CLICK_IDS {
        return Err(INVALID_REQUEST.because(format!("visitor.click_ids has more than {MAX_CLICK_IDS} rows.")));
    }
    let click_ids = told.click_ids.into_iter().enumerate().map(|(at, told)| click_id(at, told));
    let visitor = Visitor {
        click_ids: click_ids.collect::<Answer<_>>()?,
        landing_page: told.landing_page.map(cut),
        referrer: told.referrer.map(cut),
        page: request.page.map(cut),
    };
    Ok(Asked { session, visitor, rows: request.leases })
}

pub(super) fn session(text: &str) -> Answer<SessionId> {
    SessionId::parse(text).map_err(|error| INVALID_REQUEST.because(error.to_string()))
}

pub(super) fn count(rows: usize, field: &str) -> Answer<()> {
    if (1..=MAX_ROWS).contains(&rows) {
        Ok(())
    } else {
        Err(INVALID_REQUEST.because(format!("{field} must have 1 to {MAX_ROWS} rows, not {rows}.")))
    }
}

fn click_id(at: usize, told: ClickIdTold) -> Answer<ClickId> {
    let is_kind = |c: char| c.is_ascii_lowercase() || c == '_';
    if !(2..=20).contains(&told.kind.len()) || !told.kind.chars().all(is_kind) {
        let detail = format!("visitor.click_ids[{at}].kind must be 2 to 20 characters of a-z and _.");
        return Err(INVALID_REQUEST.because(detail));
    }
    let is_value = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !(1..=MAX_CLICK_ID_BYTES).contains(&told.value.len()) || !told.value.chars().all(is_value) {
        let rule = format!("must be 1 to {MAX_CLICK_ID_BYTES} characters of A-Z a-z 0-9 _ . and -");
        return Err(INVALID_REQUEST.because(format!("visitor.click_ids[{at}].value ({}) {rule}.", told.kind)));
    }
    Ok(ClickId {
        kind: told.kind,
        value: told.value,
        clicked_at_ms: told.clicked_at_ms,
        from_url: told.source == ClickIdSource::Url,
    })
}

/// No browser sends control characters in a URL, and no report or log shall.
fn cut(url: String) -> String {
    let mut url: String = if url.contains(char::is_control) { url.replace(char::is_control, "") } else { url };
    url.truncate(url.floor_char_boundary(MAX_URL_BYTES));
    url
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_url_is_cut_between_characters() {
        let cut = cut(format!("https://発番.example/{}", "あ".repeat(1_000)));
        assert!(cut.len() <= 2_048 && cut.len() > 2_044, "{}", cut.len());
        assert!(cut.ends_with('あ'));
    }
}
