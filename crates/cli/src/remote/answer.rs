//! What a daemon answers: a status and a JSON text, of bounded size.

use std::io::{self, Read};

use httparse::Status;
use serde::Deserialize;
use serde_json::Value;

/// Most bytes of an answer.
const MOST: usize = 4 * 1024 * 1024;
/// Most headers of one.
const MOST_HEADERS: usize = 64;

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it holds.
    pub body: Vec<u8>,
}

/// What `application/problem+json` says.
#[derive(Deserialize)]
struct Problem {
    title: String,
    rule: String,
    detail: String,
    interlock: Option<String>,
    retry_after_ms: Option<u64>,
}

impl Answer {
    /// Its JSON, whatever the status is.
    ///
    /// # Errors
    /// It is none: a sentence.
    pub fn json(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.body).map_err(|error| format!("the daemon's answer is not understood: {error}"))
    }

    /// Why it is a no: status, the rule's id, the sentence, and when it may be worth asking again.
    pub fn refusal(&self) -> String {
        let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) else {
            return format!("the answer is {}", self.status);
        };
        let Problem { title, rule, detail, interlock, retry_after_ms } = problem;
        let interlock = interlock.map(|name| format!(", {name}")).unwrap_or_default();
        let again = retry_after_ms.map(|ms| format!("; again in {} s", ms.div_ceil(1000))).unwrap_or_default();
        format!("{} {title} ({rule}{interlock}): {detail}{again}", self.status)
    }

    /// Whether it only says that the same request is being answered.
    pub fn is_still_running(&self) -> bool {
        let rule = || serde_json::from_slice::<Problem>(&self.body).ok().map(|problem| problem.rule);
        self.status == 409 && rule().as_deref() == Some("idempotency-running")
    }
}

/// Reads one to its end, and not to the end of the connection.
///
/// # Errors
/// It is none, is larger than may be, or ends early.
pub fn read(mut stream: impl Read) -> io::Result<Answer> {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ends early"));
        }
        bytes.extend_from_slice(&piece[..length]);
        if let Some(answer) = whole(&bytes)? {
            return Ok(answer);
        }
        if MOST < bytes.len() {
            return Err(io::Error::other("the answer is too long"));
        }
    }
}

/// The answer, if all of it is there.
fn whole(bytes: &[u8]) -> io::Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(bytes).map_err(|error| io::Error::other(format!("this is no HTTP: {error}")))?;
    let Status::Complete(length) = parsed else { return Ok(None) };
    let status = head.code.expect("a whole head has a status");
    let header = |name: &str| {
        let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_ascii_lowercase())
    };
    let rest = &bytes[length..];
    let body = match (header("transfer-encoding").as_deref(), header("content-length")) {
        (Some("chunked"), None) => joined(rest)?,
        (None, Some(length)) => {
            let length = length.parse::<usize>().map_err(|_| io::Error::other("the answer has no length"))?;
            if MOST < length {
                return Err(io::Error::other("the answer is too long"));
            }
            rest.get(..length).map(<[u8]>::to_vec)
        }
        (None, None) if matches!(status, 204 | 304) => Some(Vec::new()),
        _ => return Err(io::Error::other("the answer has no length")),
    };
    Ok(body.map(|body| Answer { status, body }))
}

/// The pieces of a body that comes in pieces, if all are there.
fn joined(mut rest: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let parsed = httparse::parse_chunk_size(rest).map_err(|_| io::Error::other("a piece has no length"))?;
        let Status::Complete((start, length)) = parsed else { return Ok(None) };
        let length = usize::try_from(length).ok().filter(|&length| length <= MOST);
        let length = length.ok_or_else(|| io::Error::other("the answer is too long"))?;
        if length == 0 {
            return Ok(Some(body));
        }
        let Some(piece) = rest.get(start..start + length + 2) else { return Ok(None) };
        body.extend_from_slice(&piece[..length]);
        rest = &rest[start + length + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Result<String, String> {
        let answer = read(text.as_bytes()).map_err(|error| error.to_string())?;
        Ok(format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)))
    }

    #[test]
    fn an_answer_ends_where_it_says_and_one_that_ends_early_is_none() {
        assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]and more"), Ok("200 []".to_owned()));
        assert_eq!(
            body("HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n"),
            Ok("202 []".to_owned())
        );
        assert_eq!(body("HTTP/1.1 204 No\r\n\r\n"), Ok("204 ".to_owned()));
        for text in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[]",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]",
        ] {
            assert_eq!(body(text), Err("the answer ends early".to_owned()), "{text}");
        }
        for text in [
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n[]",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff0\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1",
        ] {
            assert!(body(text).is_err_and(|words| !words.contains("early")), "{text}");
        }
    }

    #[test]
    fn a_no_is_told_with_its_rule_and_its_sentence() {
        let text = r#"{"status":409,"title":"Conflict","rule":"at-most","detail":"two are off","interlock":"one","retry_after_ms":1500}"#;
        let answer = Answer { status: 409, body: text.as_bytes().to_vec() };
        assert_eq!(answer.refusal(), "409 Conflict (at-most, one): two are off; again in 2 s");
        assert_eq!(Answer { status: 502, body: b"<html>".to_vec() }.refusal(), "the answer is 502");
    }
}
