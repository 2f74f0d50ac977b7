//! What is read: rows of kind, name and [grammar](super::grammar). A `*` ends a name that goes on in the wild.

/// Kind, name, grammar.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// Parameters of the page's address that are click ids.
pub(super) const PARAMETERS: &[Row] = &[
    ("gclid", "gclid", "#"),
    ("dclid", "dclid", "#"),
    ("wbraid", "wbraid", "#"),
    ("gbraid", "gbraid", "#"),
    ("yclid", "yclid", "YSS.:"),
    ("yclid", "yclid", "YJAD.:"),
    ("yjr_yjad", "yj_r", ":"),
    ("ly_c", "ly_c", ":"),
    ("ly_c", "_ly_c", ":"),
    ("ly_r", "_ly_r", ":"),
    ("ly_su", "_ly_su", ":"),
    ("msclkid", "msclkid", "#"),
    ("fbclid", "fbclid", "#"),
    ("ttclid", "ttclid", ":"),
    ("twclid", "twclid", ":"),
    ("li_fat_id", "li_fat_id", "#"),
];

/// Cookies that hold click ids. `_gcl_gs` and `_gcl_au` hold none; what server containers set cannot be seen here.
pub(super) const CLICK_COOKIES: &[Row] = &[
    ("gclid", "_gcl_aw", "GCL.!.~<#*"),
    ("gclid", "_gac_UA-*", "1.!.~<#*"),
    ("dclid", "_gcl_dc", "GCL.!.~<#*"),
    ("wbraid", "_gcl_gb", "GCL.!.~<#*"),
    ("wbraid", "_gac_gb_*", "1.!.~<#*"),
    ("gbraid", "_gcl_ag", "2.1.$i!$k<#*"),
    ("yclid", "_ycl_yjad", "YJAD.!.:"),
    ("yjr_yjad", "_yjr_yjad", "!.:"),
    ("ly_c", "_ly_c", ":"),
    ("ly_r", "_ly_r", ":"),
    ("ly_su", "_ly_su", ":"),
    ("msclkid", "_uetmsclkid", "_uet<#"),
    ("fbclid", "_fbc", "fb.?.?.<#*"),
    ("ttclid", "ttclid", ":"),
    ("li_fat_id", "li_fat_id", "#"),
];

/// Cookies that are told under a name of ours, or under their own.
pub(super) const COOKIES: &[Row] = &[
    ("ga_client_id", "_ga", "GA1.#.<:"),
    ("ga_session_id", "_ga_*", "GS1.1.<#*"),
    ("ga_session_id", "_ga_*", "GS2.1.$s<#*"),
    ("_gcl_au", "_gcl_au", "1.:"),
    ("_fbp", "_fbp", "fb.:"),
];

/// Session cookies of well-known frameworks; whoever knows their value is logged in as the visitor.
pub(super) const SECRETS: &[&str] = &[
    "PHPSESSID",
    "JSESSIONID",
    "ASP.NET_SessionId",
    "connect.sid",
    "laravel_session",
    "_session_id",
    "sessionid",
    "ci_session",
    "CFID",
    "CFTOKEN",
];
