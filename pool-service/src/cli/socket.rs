//! A command's way to the running service: HTTP over the admin socket.

use super::print;
use crate::http::admin::{Line, Order};
use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::path::Path;
use tokio::net::UnixStream;

/// Sends a command and waits for its end; progress is printed meanwhile.
///
/// # Errors
/// What is wrong, one line each.
pub(super) async fn send(path: &Path, order: &Order) -> Result<Vec<String>, String> {
    let told = |error: &dyn ToString| format!("the service on {}: {}", path.display(), error.to_string());
    let stream = UnixStream::connect(path).await.map_err(|error| told(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| told(&error))?;
    let connection = tokio::spawn(connection);
    let body = serde_json::to_vec(order).map_err(|error| told(&error))?;
    let request = Request::post("/admin")
        .header(header::HOST, "hatsuban")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| told(&error))?;
    let response = sender.send_request(request).await.map_err(|error| told(&error))?;
    let answer = read(response.into_body()).await;
    connection.abort();
    answer.map_err(|error| if error.is_empty() { told(&"it ended before the command did") } else { error })
}

/// Reads the lines of the answer; an empty error means that there was no last one.
async fn read(mut body: Incoming) -> Result<Vec<String>, String> {
    let mut waiting = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| error.to_string())?.into_data() else { continue };
        waiting.extend_from_slice(&data);
        while let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            match serde_json::from_slice(&line).map_err(|error| error.to_string())? {
                Line::Progress(text) => print::progress(&text),
                Line::Done(lines) => return Ok(lines),
                Line::Invalid(lines) => return Err(lines.join("\n")),
                Line::Failed(text) => return Err(text),
            }
        }
    }
    // A problem document is one line of JSON without an end.
    Err(String::from_utf8_lossy(&waiting).into_owned())
}
