//! What can be asked for when a tag is made.

use serde::{Deserialize, Serialize};

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident, $rule:literal { $($(#[$choice_doc:meta])* $choice:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$choice_doc])* #[serde(rename = $text)] $choice,)*
        }

        impl $name {
            /// Every choice there is.
            pub const ALL: &[Self] = &[$(Self::$choice),*];

            /// The choice as it is written.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$choice => $text,)* }
            }

            /// Reads the choice.
            ///
            /// # Errors
            /// The sentence that names what there is to choose from.
            pub fn parse(text: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().copied().find(|choice| choice.name() == text);
                found.ok_or_else(|| concat!("must be ", $rule).to_owned())
            }
        }
    };
}

choices!(
    /// How the site's numbers are issued (発番方式).
    Mode, "channel or dynamic (static numbers stand on the page as they are and need no tag)" {
        /// One number for each inbound channel; nothing is leased (中間発番).
        Channel = "channel",
        /// A number leased to each visitor session (動的発番).
        Dynamic = "dynamic",
    }
);
choices!(
    /// Whose ad clicks lead to a dynamic lease (広告媒体).
    Media, "google, yahoo, microsoft or meta (leave it out to lease to everybody)" {
        /// gclid, wbraid, gbraid
        Google = "google",
        /// yclid
        Yahoo = "yahoo",
        /// msclkid
        Microsoft = "microsoft",
        /// fbclid
        Meta = "meta",
    }
);
choices!(
    /// How the tag is written.
    #[derive(Default)]
    Format, "html, container or tpl" {
        /// Custom HTML
        #[default]
        Html = "html",
        /// A container for Google Tag Manager's import
        Container = "container",
        /// A template for Google Tag Manager's template editor
        Tpl = "tpl",
    }
);

/// What is asked for. A choice left out is left to the site's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How numbers are issued.
    pub mode: Option<Mode>,
    /// Whose ad clicks lead to a lease.
    pub media: Option<Media>,
    /// How the tag is written.
    pub format: Format,
}

impl Wanted {
    /// The names and values that the page gives to the program, which prefers them to the site's settings.
    pub fn options(self) -> Vec<(&'static str, &'static str)> {
        let mode = self.mode.map(|mode| ("mode", mode.name()));
        let media = self.media.map(|media| ("media", media.name()));
        mode.into_iter().chain(media).collect()
    }
}
