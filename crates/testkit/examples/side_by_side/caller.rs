//! A sender that does as little of its own as can be: one thread and one socket per connection, one message in flight.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

/// An admission as German hospitals send it, 891 bytes in ISO 8859-15.
pub const ADT: &[u8] = include_bytes!("../../../clinical/benches/adt_a01.hl7");
/// Patients that the messages are about, in turn.
const PATIENTS: u64 = 1_000;
/// No two messages of a run are the same.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// How many messages, and how long after the last one the next is sent; 0: at once.
#[derive(Clone, Copy)]
pub struct Pace {
    pub messages: usize,
    pub every_ms: u64,
}

/// How long each answer took, the shortest first, and all together.
pub struct Told {
    pub times: Vec<Duration>,
    pub whole: Duration,
}

impl Told {
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.whole.as_secs_f64()
    }

    /// In milliseconds, the answer that so many of a hundred were not slower than.
    pub fn at(&self, percent: usize) -> f64 {
        let place = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// The message with a control id, a patient, a visit and a time of its own, in its frame: each is news of its patient.
pub fn message(number: u64) -> (String, Vec<u8>) {
    let control_id = format!("S{number:09}");
    let patient = format!("{:07}", 1_000_000 + number % PATIENTS);
    let text: String = ADT.iter().map(|byte| char::from(*byte)).collect();
    let text = text.replace("|ADT001|", &format!("|{control_id}|")).replace("6789012", &patient);
    let text = text.replace("1739^^^", &format!("{patient}^^^")).replace("A123456780^^^", &format!("K{patient}^^^"));
    let (day, hour, minute, second) = (number / 86_400 % 28 + 1, number / 3_600 % 24, number / 60 % 60, number % 60);
    let recorded = format!("EVN||202612{day:02}{hour:02}{minute:02}{second:02}|");
    let text = text.replace("EVN||202612151705|", &recorded);
    let mut frame = vec![0x0b];
    frame.extend(text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()));
    frame.extend([0x1c, b'\r']);
    (control_id, frame)
}

/// Sends over so many connections at once and waits for each answer.
pub fn call(port: u16, connections: usize, pace: Pace) -> Result<Told> {
    let begun = Instant::now();
    let threads: Vec<_> = (0..connections).map(|_| thread::spawn(move || one(port, pace))).collect();
    let mut times = Vec::with_capacity(connections * pace.messages);
    for thread in threads {
        times.extend(thread.join().ok().context("a connection panicked")??);
    }
    times.sort_unstable();
    Ok(Told { times, whole: begun.elapsed() })
}

fn one(port: u16, pace: Pace) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut times = Vec::with_capacity(pace.messages);
    let mut answer = Vec::new();
    for _ in 0..pace.messages {
        let (control_id, frame) = message(NEXT.fetch_add(1, Ordering::Relaxed));
        let begun = Instant::now();
        stream.write_all(&frame)?;
        read(&mut stream, &mut answer)?;
        times.push(begun.elapsed());
        let says = String::from_utf8_lossy(&answer);
        let is_accepted = ["AA", "CA"].iter().any(|code| says.contains(&format!("MSA|{code}|{control_id}")));
        ensure!(is_accepted, "{control_id} was answered {says}");
        thread::sleep(Duration::from_millis(pace.every_ms));
    }
    Ok(times)
}

/// Reads one answer: up to the end byte of its frame.
fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    answer.clear();
    let mut chunk = [0; 4096];
    while !answer.contains(&0x1c) {
        let bytes = stream.read(&mut chunk).context("no answer")?;
        ensure!(bytes > 0, "the receiver closed the connection");
        answer.extend_from_slice(chunk.get(..bytes).unwrap_or_default());
    }
    Ok(())
}
