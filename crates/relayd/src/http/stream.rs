//! What does not end: events as they happen; and what is long: the audit log.

use std::convert::Infallible;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use tokio::sync::mpsc;

use super::Api;
use super::caller::{self, Peer};
use super::dispatch::Asked;
use super::problem::Problem;
use crate::access::Role;
use crate::audit;

/// How often a stream on which nothing happens says that it is there, and whether its listener may still listen.
const BREATH: Duration = Duration::from_secs(15);
/// How long a listener who takes nothing is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most records of the audit log in one answer.
pub const MOST_RECORDS: usize = 1000;
/// Records where nobody says how many.
const RECORDS: usize = 100;

/// A channel's end as a body.
struct Pieces(mpsc::Receiver<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| piece.map(Ok))
    }
}

/// `GET /api/v1/events`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn events(asked: Asked) -> Result<Response, Problem> {
    let full = || Problem::new(503, "busy", "too many listeners").after(5000);
    let permit = asked.api.streams.clone().try_acquire_owned().map_err(|_| full())?;
    let seen = asked.headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (sender, receiver) = mpsc::channel(16);
    let Asked { api, peer, headers, .. } = asked;
    tokio::spawn(async move {
        let _permit = permit;
        tell(&api, peer, &headers, seen.as_deref(), &sender).await;
    });
    let mut response = Response::new(Body::from_stream(Pieces(receiver)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Tells a listener what happens, until they hang up, take nothing, or may not listen any longer.
async fn tell(api: &Arc<Api>, peer: Peer, headers: &HeaderMap, seen: Option<&str>, to: &mpsc::Sender<Bytes>) {
    let mut next = api.feed.watch();
    let mut at = match seen {
        None => api.feed.last(),
        // Of another run: everything may be otherwise.
        Some(id) => api.feed.number(id).unwrap_or(u64::MAX),
    };
    let mut text = "retry: 2000\n\n".to_owned();
    loop {
        match Some(at).filter(|at| *at <= api.feed.last()).and_then(|at| api.feed.after(at)) {
            Some(happened) => {
                for own in happened {
                    at = own.number;
                    text += &format!("id: {}\nevent: {}\ndata: {}\n\n", api.feed.id(at), own.kind, own.data);
                }
            }
            None => {
                at = api.feed.last();
                text += &format!("id: {}\nevent: missed\ndata: {{}}\n\n", api.feed.id(at));
            }
        }
        if !text.is_empty() {
            let piece = Bytes::from(std::mem::take(&mut text));
            match tokio::time::timeout(PATIENCE, to.send(piece)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            }
        }
        tokio::select! {
            changed = next.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(BREATH) => {
                let may = caller::find(api, peer, headers).ok().flatten();
                if may.is_none_or(|caller| caller.who.role < Role::ReadOnly) {
                    return;
                }
                ": \n\n".clone_into(&mut text);
            }
            () = to.closed() => return,
        }
    }
}

/// `GET /api/v1/audit`
pub async fn audit(asked: Asked) -> Result<Response, Problem> {
    let number = |name: &str| match asked.query.get(name).map(|words| words.parse::<u64>()) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(Problem::bad(format!("`{name}` is a number"))),
    };
    let (since, most) = (number("since")?, number("most")?);
    let most = usize::try_from(most.unwrap_or(RECORDS as u64)).unwrap_or(usize::MAX);
    if !(1..=MOST_RECORDS).contains(&most) {
        return Err(Problem::bad(format!("`most` is 1 to {MOST_RECORDS}")));
    }
    let lines = records(&asked, since, most).await?;
    let next = lines.last().and_then(|line| seq(line)).filter(|_| since.is_some() && lines.len() == most);
    let mut response = Response::new(Body::from(lines.concat()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    if let Some(seq) = next {
        let link = format!("</api/v1/audit?since={seq}&most={most}>; rel=\"next\"");
        response.headers_mut().insert(header::LINK, HeaderValue::from_str(&link).expect("digits"));
    }
    Ok(response)
}

/// Records as they stand in the log, each with its newline: the first after `since`, or the last.
///
/// # Errors
/// 503 where the log cannot be read.
pub async fn records(asked: &Asked, since: Option<u64>, most: usize) -> Result<Vec<String>, Problem> {
    let folder = asked.api.settings.audit.clone();
    let read = tokio::task::spawn_blocking(move || match since {
        Some(since) => after(&folder, since, most),
        None => last(&folder, most),
    });
    let read = read.await.map_err(|_| Problem::new(500, "panic", "the audit log could not be read"))?;
    read.map_err(|error| Problem::new(503, "disk", format!("the audit log cannot be read: {error}")))
}

/// A file is read at a time; each is a few megabytes.
fn whole_lines(path: &Path) -> std::io::Result<String> {
    let mut text = std::fs::read_to_string(path)?;
    text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
    Ok(text)
}

fn after(folder: &Path, since: u64, most: usize) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for file in audit::files(folder)? {
        // A full file bears the number of its last record.
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ends = name.strip_prefix("audit-").and_then(|number| number.parse::<u64>().ok());
        if ends.is_some_and(|last| last <= since) {
            continue;
        }
        let text = whole_lines(&file)?;
        let lines = text.split_inclusive('\n').filter(|line| seq(line).is_some_and(|seq| since < seq));
        found.extend(lines.take(most - found.len()).map(str::to_owned));
        if found.len() == most {
            break;
        }
    }
    Ok(found)
}

fn last(folder: &Path, most: usize) -> std::io::Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for file in audit::files(folder)?.iter().rev() {
        let text = whole_lines(file)?;
        found.extend(text.split_inclusive('\n').rev().take(most - found.len()).map(str::to_owned));
        if found.len() == most {
            break;
        }
    }
    found.reverse();
    Ok(found)
}

/// A record's number: it stands first in its line.
pub fn seq(line: &str) -> Option<u64> {
    line.strip_prefix("{\"seq\":")?.split(',').next()?.parse().ok()
}
