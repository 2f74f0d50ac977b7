//! The `[[site.channel]]`s and `[[site.image]]`s of a site as domain values.

use super::{
    document::{ChannelEntry, SiteEntry},
    site::check_selector,
    validate::Findings,
};
use crate::domain::{
    channel::{Channel, Rule},
    ids::TargetId,
    number::TrackingNumber,
    site::Image,
};

/// Channels of one site. All of them stand in its tag.
const MAX_CHANNELS: usize = 32;
/// Numbers of all channels of a site together. All of them stand in its tag.
const MAX_NUMBERS: usize = 256;
const MAX_NAME: usize = 64;
const MAX_IMAGES: usize = 32;
/// Stands in an image's address for the number.
const NUMBER: &str = "{number}";

/// Reads all channels of a site; what is wrong goes to the findings.
pub(super) fn read_all(entry: &SiteEntry, place: &str, findings: &mut Findings) -> Vec<Channel> {
    if entry.channels.len() > MAX_CHANNELS {
        findings.add(place, format!("has more than {MAX_CHANNELS} channels, which all stand in its tag"));
    }
    if entry.channels.iter().map(|channel| channel.numbers.len()).sum::<usize>() > MAX_NUMBERS {
        findings.add(place, format!("its channels have more than {MAX_NUMBERS} numbers, which all stand in its tag"));
    }
    let mut channels = Vec::with_capacity(entry.channels.len());
    for (at, channel) in entry.channels.iter().enumerate() {
        let place = format!("{place}, channel {:?}", channel.name);
        let length = channel.name.trim().chars().count();
        if !(1..=MAX_NAME).contains(&length) || channel.name.contains(char::is_control) {
            findings.add(&place, format!("name must be 1 to {MAX_NAME} characters that can be printed"));
        }
        if entry.channels[..at].iter().any(|other| other.name == channel.name) {
            findings.add(&place, "there are two channels of this name");
        }
        let numbers = numbers(channel, entry, &place, findings);
        let when = findings.take(&place, Rule::parse(&channel.when));
        channels.extend(when.map(|when| Channel { name: channel.name.clone(), when, numbers }));
    }
    channels
}

fn numbers(
    channel: &ChannelEntry,
    site: &SiteEntry,
    place: &str,
    findings: &mut Findings,
) -> Vec<(TargetId, TrackingNumber)> {
    let mut numbers = Vec::with_capacity(channel.numbers.len());
    for (target, number) in &channel.numbers {
        let id = target_of(target, site, place, findings);
        let number = findings.take(place, TrackingNumber::parse(number));
        numbers.extend(id.zip(number));
    }
    numbers
}

/// Reads all pictures of numbers of a site; what is wrong goes to the findings.
pub(super) fn images(entry: &SiteEntry, place: &str, findings: &mut Findings) -> Vec<Image> {
    if entry.images.len() > MAX_IMAGES {
        findings.add(place, format!("has more than {MAX_IMAGES} images, which all stand in its tag"));
    }
    let mut images = Vec::with_capacity(entry.images.len());
    for image in &entry.images {
        let place = format!("{place}, image {:?}", image.selector);
        findings.take(&place, check_selector(&image.selector));
        let is_address = ["/", "https://", "http://"].iter().any(|start| image.url.starts_with(start));
        if !is_address || image.url.len() > 512 || image.url.contains(|c: char| c.is_control() || c.is_whitespace()) {
            findings.add(&place, format!("url {:?} must begin with / or https:// and have no blanks", image.url));
        }
        if !image.url.contains(NUMBER) {
            findings.add(&place, format!("url {:?} must contain {NUMBER}, where the number goes", image.url));
        }
        let target = target_of(&image.target, entry, &place, findings);
        let (selector, url, background) = (image.selector.clone(), image.url.clone(), image.background);
        images.extend(target.map(|target| Image { selector, target, url, background }));
    }
    images
}

fn target_of(id: &str, site: &SiteEntry, place: &str, findings: &mut Findings) -> Option<TargetId> {
    if !site.targets.iter().any(|target| target.id == id) {
        findings.add(place, format!("the site has no target {id:?}"));
        return None;
    }
    // A misspelt id is found where the target is declared.
    TargetId::parse(id).ok()
}
